"""What happens at a partition while a batch of it is on its way, or waits for its turn."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Sequence

from platinum.errors import Unavailable
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.pipeline.checkpoint import pack, unpack
from platinum.policy.compile import compile_policy
from platinum.ports import ARTEFACTS, INTERACTIONS, BucketWrite, Record
from platinum.stores.memory import MemoryStore
from platinum.stream.activate import activate
from platinum.stream.create import ensure_checkpoints
from platinum.stream.deployment import Deployment
from platinum.stream.ownership import Ownership
from platinum.wiring.records import record_of
from tests.builders.deployments import State, a_deployment, copy_log, play, state_of
from tests.builders.loops import in_loop
from tests.builders.recorded import GIFT_SHOP

BUCKETS = 8
_EVENTS = [record_of(event, 1) for event in simulate_events(seed=3, customers=40, events=600)]


class Log(MemoryLog):
    """Acknowledges outputs when it is told to, and may fail to say where it ends."""

    def __init__(self) -> None:
        super().__init__(1)
        self.appending, self.acknowledged = asyncio.Event(), asyncio.Event()
        self.acknowledged.set()
        self.ends_until_failure = -1

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        if topic != INTERACTIONS:
            self.appending.set()
            await self.acknowledged.wait()
        return await super().append(topic, records)

    async def end(self, topic: str, partition: int) -> int:
        if topic == INTERACTIONS:
            self.ends_until_failure -= 1
            if self.ends_until_failure == 0:
                raise Unavailable("Kafka does not answer")
        return await super().end(topic, partition)


class Store(MemoryStore):
    """Fails to tell about timers, or at an idle check, once; an idle check takes its time."""

    timers_fail = idle_fails = False
    checking: asyncio.Event | None = None

    async def next_due(self, buckets: Sequence[int]) -> list[int]:
        if self.timers_fail:
            self.timers_fail = False
            raise Unavailable("the server closed the connection")
        return await super().next_due(buckets)

    async def compare_and_set(self, writes: Sequence[BucketWrite]) -> list[bool]:
        if self.checking is not None and not any(write.rows for write in writes):
            checking, self.checking = self.checking, None
            checking.set()
            await asyncio.sleep(0.02)
            if self.idle_fails:
                raise Unavailable("the server closed the connection")
        return await super().compare_and_set(writes)


class Shop:
    """One partition, and somebody who polls it."""

    def __init__(self, log: Log, store: Store, d: Deployment) -> None:
        self.log, self.store, self.d = log, store, d
        self.at = -1
        self.owner = Ownership(d, self._seek, lambda: 0)  # no timer is due, the store is asked all the same

    async def _seek(self, partition: int, offset: int) -> None:
        self.at = offset

    async def poll(self, most: int) -> None:
        before = self.owner.positions()
        if before and self.at >= 0:
            records = await self.log.fetch(INTERACTIONS, 0, self.at, most)
            self.at = records[-1].offset + 1 if records else self.at
            await self.owner.apply({0: records}, before)

    async def catch_up(self) -> None:
        end = await self.log.end(INTERACTIONS, 0)
        for _ in range(200):
            if self.owner.positions().get(0) == end:
                return
            self.owner.held[0].retry_at_s = 0.0
            await self.owner.tend()
            await self.poll(150)
        raise AssertionError(f"stands at {self.owner.positions()} of {end}: {self.owner.held[0].stopped}")

    async def single_pass(self) -> State:
        log = MemoryLog(1)
        await copy_log(self.log, log, [ARTEFACTS, INTERACTIONS])
        d = a_deployment(log, MemoryStore(), buckets=BUCKETS)
        await play(d, 100)
        return await state_of(d)

    async def must_equal_a_single_pass(self) -> None:
        await self.catch_up()
        left, single = await state_of(self.d), await self.single_pass()
        assert left.rows == single.rows
        assert left.decisions == single.decisions
        assert sum(map(len, single.decisions)) > 10


async def a_shop(events: int) -> Shop:
    log, store = Log(), Store()
    d = a_deployment(log, store, buckets=BUCKETS)
    await ensure_checkpoints(log, store, BUCKETS, d.group)
    await activate(log, d.shelf, compile_policy(GIFT_SHOP), d.secret, _EVENTS[0].time_ms)
    await log.append(INTERACTIONS, _EVENTS[:events])
    shop = Shop(log, store, d)
    await shop.owner.take([0])
    return shop


@in_loop
async def test_timers_that_cannot_be_asked_for_leave_the_batch_in_flight_its_rows() -> None:
    shop = await a_shop(400)
    await shop.catch_up()
    await shop.log.append(INTERACTIONS, _EVENTS[400:])
    shop.log.appending.clear()
    shop.log.acknowledged.clear()
    batch = asyncio.ensure_future(shop.poll(200))
    await shop.log.appending.wait()
    shop.store.timers_fail, shop.owner.held[0].tick_at_s, shop.owner.held[0].check_at_s = True, 0.0, 1e18
    await shop.owner.tend()
    shop.log.acknowledged.set()
    await batch

    assert not shop.store.timers_fail
    await shop.must_equal_a_single_pass()


@in_loop
async def test_a_store_found_older_while_a_batch_waits_is_replayed_from_there() -> None:
    shop = await a_shop(400)
    while shop.owner.positions()[0] < 200:
        await shop.poll(40)
    backup = copy.deepcopy((shop.store._checkpoints, shop.store._rows, shop.store._timers))
    await shop.catch_up()
    await shop.owner.take([0])  # a rebalance: a gap is believed behind it
    shop.store._checkpoints, shop.store._rows, shop.store._timers = backup
    shop.store.checking, shop.owner.held[0].check_at_s = asyncio.Event(), 0.0
    checking = shop.store.checking
    tending = asyncio.ensure_future(shop.owner.tend())
    await checking.wait()
    await shop.log.append(INTERACTIONS, _EVENTS[400:])
    await shop.poll(100)
    await tending

    assert shop.owner.held[0].stopped == ""
    assert shop.owner.positions()[0] < 400
    await shop.must_equal_a_single_pass()


@in_loop
async def test_a_batch_behind_a_failed_idle_check_is_fetched_again_soon() -> None:
    shop = await a_shop(400)
    await shop.catch_up()
    await shop.log.append(INTERACTIONS, _EVENTS[400:])
    shop.store.checking, shop.store.idle_fails, shop.owner.held[0].check_at_s = asyncio.Event(), True, 0.0
    checking = shop.store.checking
    tending = asyncio.ensure_future(shop.owner.tend())
    await checking.wait()
    await shop.poll(100)
    await tending

    held = shop.owner.held[0]
    assert (held.stopped, held.stopped_by) == ("", "unavailable")
    assert held.retry_at_s - asyncio.get_running_loop().time() < 1.0
    await shop.must_equal_a_single_pass()


@in_loop
async def test_a_partition_that_an_idle_check_claims_anew_is_read_on_where_it_stands() -> None:
    """While it was not claimed, whoever polls lets it go: it must be moved, although its position is the same."""
    shop = await a_shop(400)
    await shop.catch_up()
    stored = await shop.store.checkpoints(range(BUCKETS))
    other = {b: (packed, pack(unpack(packed or b"")._replace(owner_nonce=1))) for b, packed in enumerate(stored)}
    assert all(await shop.store.claim(other))
    shop.at, shop.owner.held[0].check_at_s = -1, 0.0
    await shop.owner.tend()

    assert shop.at == shop.owner.positions()[0]
    await shop.log.append(INTERACTIONS, _EVENTS[400:])
    await shop.must_equal_a_single_pass()


@in_loop
async def test_a_log_that_does_not_say_where_it_ends_after_a_claim_is_claimed_again() -> None:
    shop = await a_shop(400)
    asked = []
    for failing in range(1, 8):  # whichever of a claim's questions it is
        shop.log.ends_until_failure = failing
        await shop.owner.take([0])
        shop.log.ends_until_failure = -1
        asked.append(shop.owner.held[0].stopped_by)
        await shop.catch_up()

    assert asked.count("unavailable") >= 3  # the log compared, the frontier, the timers
    await shop.must_equal_a_single_pass()


@in_loop
async def test_a_log_that_does_not_say_where_it_ends_after_a_refusal_ends_nothing() -> None:
    shop = await a_shop(400)
    while shop.owner.positions()[0] < 200:
        await shop.poll(40)
    for failing in range(1, 5):
        backup = copy.deepcopy((shop.store._checkpoints, shop.store._rows, shop.store._timers))
        await shop.poll(40)
        shop.store._checkpoints, shop.store._rows, shop.store._timers = backup
        shop.log.ends_until_failure = failing
        await shop.poll(40)
        shop.log.ends_until_failure = -1

    await shop.must_equal_a_single_pass()
