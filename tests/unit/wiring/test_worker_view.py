"""What a worker says of itself follows from what it holds."""

from __future__ import annotations

import pytest

from platinum.errors import Fenced, Inconsistent, Unavailable
from platinum.logs.memory import MemoryLog
from platinum.ports import INTERACTIONS, Record
from platinum.stores.memory import MemoryStore
from platinum.stream.create import ensure_checkpoints, group_hash
from platinum.stream.ownership import Ownership
from platinum.wiring.worker_view import WorkerView
from tests.builders.deployments import BUCKETS, a_deployment
from tests.builders.loops import in_loop
from tests.integration.test_worker_watch import values_of

NOW_MS = 1_900_000_000_000


class _Log(MemoryLog):
    """A log that may not answer."""

    away = False

    async def end(self, topic: str, partition: int) -> int:
        if self.away:
            raise Unavailable("no broker")
        return await super().end(topic, partition)


class _World:
    """A view over two of four partitions, with 3 records of 5 s ago in partition 1."""

    def __init__(self) -> None:
        self.log, self.store, self.joined = _Log(), MemoryStore(), True
        d = a_deployment(self.log, self.store)
        self.ownership = Ownership(d, self._seek, None)
        self.view = WorkerView(d, self.ownership, lambda: self.joined, lambda: NOW_MS)

    async def begin(self) -> None:
        await ensure_checkpoints(self.log, self.store, BUCKETS, group_hash("test"))
        await self.log.append(INTERACTIONS, [Record(b"k", b"{}", NOW_MS - 5_000, (), 1)] * 3)
        self.ownership.keep([0, 1])
        await self.ownership.take([0, 1])

    async def values(self) -> dict[str, float]:
        return values_of((await self.view.metrics()).decode())

    @staticmethod
    async def _seek(partition: int, offset: int) -> None:
        """Nobody polls."""


@in_loop
async def test_lag_is_records_and_the_age_of_the_oldest_although_nobody_polls() -> None:
    world = _World()
    await world.begin()

    found = await world.values()

    assert found['platinum_lag_records{partition="1"}'] == 3
    assert found['platinum_lag_seconds{partition="1"}'] == 5.0
    assert found['platinum_lag_records{partition="0"}'] == 0
    assert found["platinum_ready"] == 1


@in_loop
async def test_a_log_that_does_not_answer_leaves_no_lag_of_yesterday() -> None:
    world = _World()
    await world.begin()
    world.log.away = True

    found = await world.values()

    assert not [name for name in found if name.startswith("platinum_lag")]
    assert found["platinum_ready"] == 0
    assert (await world.view.ready())[1] == {"log": "does not answer"}


@pytest.mark.parametrize(("error", "reason"), [(Fenced("another"), "fenced"), (Inconsistent("tail"), "inconsistent")])
@in_loop
async def test_a_stopped_partition_is_counted_by_reason_and_named(error: Fenced | Inconsistent, reason: str) -> None:
    world = _World()
    await world.begin()
    world.ownership._stop(world.ownership.held[1], error)

    found = await world.values()

    assert found[f'platinum_stopped_partitions{{reason="{reason}"}}'] == 1
    assert found["platinum_assigned_partitions"] == 1
    assert (await world.view.ready()) == (False, {"stopped_partitions": {"1": str(error)}})


@in_loop
async def test_outside_the_group_a_worker_is_not_ready() -> None:
    world = _World()
    await world.begin()
    world.joined = False

    assert (await world.view.ready())[1] == {"group": "not joined, or a rebalance is on its way"}


@in_loop
async def test_a_partition_that_goes_and_comes_back_counts_on() -> None:
    world = _World()
    await world.begin()
    records = await world.log.fetch(INTERACTIONS, 1, 0, 2)
    await world.ownership.apply({1: records}, {1: 0})
    world.ownership.keep([0])
    await world.ownership.take([0, 1])
    await world.ownership.apply({1: await world.log.fetch(INTERACTIONS, 1, 0, 9)}, {1: 0})

    found = await world.values()

    assert found['platinum_events_consumed_total{partition="1"}'] == 2 + 3  # idle buckets stood at 0: read again from there
    assert found["platinum_rebalances_total"] == 2
