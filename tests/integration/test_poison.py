"""One event in 1,000 breaks the stages: two workers on a real Kafka, one of them killed (design 3, "Poison")."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from platinum.emit.deadletter import origin_of
from platinum.logs.memory import MemoryLog
from platinum.ports import DEAD_LETTERS, Fetched, Record
from platinum.stores.memory import MemoryStore
from platinum.stores.server import ValkeyServer
from tests.builders.deployments import a_deployment, play, read_all, state_of
from tests.builders.kafka import a_broker
from tests.builders.poison import a_breaking_call, without
from tests.builders.recorded import a_recorded_log
from tests.builders.workers import Workers

EVENTS, EVERY = 20_000, 1_000


@pytest.fixture(scope="module")
def recorded() -> Iterator[MemoryLog]:
    """As the library leaves it, which has met the poison, too."""
    with ExitStack() as stack:
        with a_breaking_call():
            log = stack.enter_context(a_recorded_log(EVENTS, EVERY))
        yield log


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    server = ValkeyServer(tmp_path / "valkey")
    server.start()
    with a_broker(tmp_path / "kafka") as broker:
        some = Workers(broker.address, server.address, "poison.", tmp_path, "--poison", "--max-records", "700", "--delay-ms", "20")
        try:
            yield some
        finally:
            some.end()
    server.stop()


@pytest.mark.slow
def test_everything_else_is_applied_although_a_worker_is_killed(recorded: MemoryLog, workers: Workers) -> None:
    poison = set(places([letter for letters in asyncio.run(read_all(recorded, DEAD_LETTERS)) for letter in letters]))
    single = asyncio.run(without(recorded, poison))
    asyncio.run(workers.prepare(recorded))
    first, _ = workers.start(), workers.start()
    asyncio.run(_some_dead_letters(workers, 3))
    first.kill()
    asyncio.run(workers.caught_up())
    left, letters = asyncio.run(workers.state()), asyncio.run(_letters(workers))
    workers.end()

    assert len(poison) == EVENTS // EVERY
    assert left.rows == single.rows
    assert [sorted(set(p)) for p in left.decisions] == [sorted(p) for p in single.decisions]
    assert set(places(letters)) == poison
    # A kill between a dead letter and its compare-and-set repeats it, with the same bytes: at least once, like decisions.
    assert len({(place, letter.value, letter.headers) for place, letter in zip(places(letters), letters, strict=True)}) == len(poison)
    assert sum(times - 1 for times in Counter(places(letters)).values()) <= 4
    assert asyncio.run(_again(workers)) == (0, left.rows)


def places(letters: list[Fetched]) -> list[tuple[int, int]]:
    """Where the records of dead letters lie."""
    return [origin_of(Record(*letter[1:])) for letter in letters]


async def _letters(workers: Workers) -> list[Fetched]:
    log, store = await workers.connected()
    try:
        return [letter for letters in await read_all(log, DEAD_LETTERS) for letter in letters]
    finally:
        await log.close()
        await store.close()


async def _some_dead_letters(workers: Workers, wanted: int, wait_s: float = 60.0) -> None:
    until = time.monotonic() + wait_s
    while len(await _letters(workers)) < wanted:
        assert time.monotonic() < until, workers.said()
        await asyncio.sleep(0.05)


async def _again(workers: Workers) -> tuple[int, dict[bytes, bytes]]:
    """A claim of the same log with an empty store: how often a stage broke, and the rows."""
    log, store = await workers.connected()
    d = a_deployment(log, MemoryStore())
    with a_breaking_call() as broken:
        await play(d, 1_000)
    rows = (await state_of(d)).rows
    await log.close()
    await store.close()
    return broken.times, rows
