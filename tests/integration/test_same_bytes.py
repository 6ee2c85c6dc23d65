"""Same log, same bytes: whatever holds log and rows, however batches are cut, wherever a run stops (design 1-3)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from platinum.logs.memory import MemoryLog
from platinum.logs.sqlite import SqliteLog
from platinum.ports import ARTEFACTS, INTERACTIONS
from platinum.stores.memory import MemoryStore
from platinum.stores.server import ValkeyServer
from platinum.stores.valkey import ValkeyStore
from tests.builders.deployments import State, a_deployment, copy_log, play, state_of
from tests.builders.recorded import EVENTS, a_recorded_log, replay


@pytest.fixture(scope="module")
def recorded() -> Iterator[MemoryLog]:
    """200,000 events of simulated people, timers and markers included, with a policy change in the middle."""
    with a_recorded_log(EVENTS) as log:
        yield log


@pytest.fixture(scope="module")
def reference(recorded: MemoryLog) -> State:
    """Memory log and memory store, batches of 1,000."""
    return asyncio.run(replay(recorded, 1000))


def test_the_recorded_log_is_worth_comparing(reference: State) -> None:
    decisions = [body for partition in reference.decisions for body in partition]

    assert len(reference.rows) > 2_000
    assert len(decisions) > EVENTS // 20
    assert sum(b'"type":"silence"' not in body for body in decisions) > 1_000
    assert sum(b'"type":"thank_you"' in body for body in decisions) > 50
    assert sum(b'"fact":"standing"' in body for partition in reference.facts for body in partition) > 500


def test_sqlite_and_valkey_give_the_bytes_that_memory_gives(recorded: MemoryLog, reference: State, tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path / "valkey")
    server.start()

    async def run() -> State:
        log = SqliteLog(tmp_path / "log.sqlite", clock_ms=None)
        await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
        store = ValkeyStore(server.address)
        await store.connect()
        before = await store.used_bytes()
        d = a_deployment(log, store)
        await play(d, 1000)
        state = await state_of(d)
        used = (await store.used_bytes() - before) / len(state.rows)
        assert used <= 1024, f"{used:.0f} bytes per customer in the store"
        await log.close()
        await store.close()
        return state

    state = asyncio.run(run())
    server.stop()

    assert state.rows == reference.rows
    assert state.decisions == reference.decisions
    assert state.facts == reference.facts


@pytest.mark.parametrize("batch", [7, 4096])
def test_batch_cuts_change_nothing(recorded: MemoryLog, reference: State, batch: int) -> None:
    state = asyncio.run(replay(recorded, batch))

    assert state.rows == reference.rows
    assert state.decisions == reference.decisions
    assert state.facts == reference.facts


def test_batches_of_one_change_nothing(recorded: MemoryLog) -> None:
    async def start_of_log() -> tuple[State, State]:
        states = []
        for batch in (1, 1000):
            log = MemoryLog()
            await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
            d = a_deployment(log, MemoryStore())
            await play(d, batch, until=2_500)
            states.append(await state_of(d))
        return states[0], states[1]

    one, thousand = asyncio.run(start_of_log())

    assert one.rows == thousand.rows
    assert one.decisions == thousand.decisions


def test_a_small_cache_changes_nothing(recorded: MemoryLog, reference: State) -> None:
    async def run() -> State:
        log = MemoryLog()
        await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
        d = a_deployment(log, MemoryStore(), cache_bytes=1 << 20)
        await play(d, 250)
        return await state_of(d)

    state = asyncio.run(run())

    assert state.rows == reference.rows
    assert state.decisions == reference.decisions


@pytest.mark.parametrize("stop", [1, 9_000, 30_000])
def test_replay_after_losing_the_store_gives_identical_rows_and_repeats_nothing(recorded: MemoryLog, reference: State, stop: int) -> None:
    async def run() -> State:
        log = MemoryLog()
        await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
        await play(a_deployment(log, MemoryStore()), 1000, until=stop)
        again = a_deployment(log, MemoryStore())
        again.whole_appends = True
        await play(again, 777)
        return await state_of(again)

    state = asyncio.run(run())

    assert state.rows == reference.rows
    for got, want in zip(state.decisions, reference.decisions, strict=True):
        assert got == want
