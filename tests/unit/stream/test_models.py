"""The learner's snapshots in the artefacts: kept as long as a replay can ask for them, and no longer."""

from __future__ import annotations

import asyncio

import pytest

from platinum.errors import Inconsistent
from platinum.learn.snapshot import Snapshot
from platinum.logs.memory import MemoryLog
from platinum.ports import ARTEFACTS, INTERACTIONS, Record
from platinum.stream.learning import Learning
from platinum.stream.models import Models
from platinum.stream.shelf import PolicyShelf

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def a_snapshot(n: int) -> Snapshot:
    """One that differs from those of other numbers."""
    return Snapshot([n], n, {"n": n})


async def with_three(log: MemoryLog) -> list[int]:
    """Three snapshots, a day between them; the numbers of their activations."""
    models = Models(log)
    return [(await models.put(a_snapshot(n), n * DAY_MS)).seq for n in (1, 2, 3)]


async def keys_of(log: MemoryLog) -> list[bytes | None]:
    """Keys of all artefacts that say something."""
    return [r.key for p in range(log.partitions) for r in await log.fetch(ARTEFACTS, p, 0, 100) if r.value]


def test_every_activation_is_found_again_by_its_number() -> None:
    async def found() -> list[int]:
        log = MemoryLog(2)
        numbers = await with_three(log)
        shelf = PolicyShelf(log)
        return [(await shelf.model(number))[1].judged["n"] for number in numbers]

    assert asyncio.run(found()) == [1, 2, 3]


def test_no_two_activations_share_a_key() -> None:
    """Of records of one key, compaction keeps the last; a checkpoint may still name another one."""

    async def keys() -> list[bytes | None]:
        log = MemoryLog(2)
        models = Models(log)
        for hour in (1, 2):  # the same snapshot, put in force again
            await models.put(a_snapshot(1), hour * HOUR_MS)
        return [key for key in await keys_of(log) if key is not None and key.startswith(b"model activation")]

    assert len(set(asyncio.run(keys()))) == 2


def test_what_was_replaced_before_the_oldest_interaction_leaves_and_the_rest_stays() -> None:
    async def left() -> tuple[list[int], int]:
        log = MemoryLog(2)
        numbers = await with_three(log)
        await log.append(INTERACTIONS, [Record(b"k", b"{}", 9 * DAY_MS + 1)])  # a week may lie between a number and its markers
        await log.append(ARTEFACTS, [Record(b"model:another", b"{}", 10 * DAY_MS)])  # another learner is about to number it
        shelf = PolicyShelf(log)
        await shelf.put_model(a_snapshot(4), 10 * DAY_MS)
        assert b"model:another" in await keys_of(log)
        shelf, kept, gone = PolicyShelf(log), [], 0
        for number in numbers:
            try:
                kept.append((await shelf.model(number))[1].judged["n"])
            except Inconsistent:
                gone += 1
        return kept, gone

    # The second was in force when the oldest interaction came; the first had been replaced.
    assert asyncio.run(left()) == ([2, 3], 1)


@pytest.mark.parametrize(("read", "news", "hours", "worth"), [(60, 60, 0, True), (10_000, 60, 0.5, False), (10_000, 60, 1, True)])
def test_a_snapshot_is_worth_it_for_much_news_or_after_an_hour(read: int, news: int, hours: float, worth: bool) -> None:
    log = MemoryLog(1)
    learning = Learning(log, PolicyShelf(log), b"secret")
    asyncio.run(learning.publish(0))
    learning.unpublished, learning.read = news, read

    assert learning.is_worth(int(hours * HOUR_MS)) is worth
    learning.unpublished = 49
    assert not learning.is_worth(100 * HOUR_MS)
