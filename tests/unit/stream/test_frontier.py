"""What was put out is not put out anew, and what was not is never kept back (docs/decisions/0014)."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator, Sequence

import pytest

from platinum.engine import Engine
from platinum.errors import Inconsistent, Unavailable
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.pipeline.outputs import Outputs
from platinum.policy.load import example
from platinum.ports import ARTEFACTS, DEAD_LETTERS, DECISIONS, INTERACTIONS, Fetched, Record
from platinum.stores.memory import MemoryStore
from platinum.stream.deployment import Deployment
from platinum.stream.frontier import SPAN, Frontier, frontier_of, origin
from platinum.stream.partition import Partition
from tests.builders.deployments import a_deployment, copy_log, play
from tests.builders.loops import in_loop

BUCKETS = 8
EMAIL = "platinum.contacts.email.v1"


class TornLog(MemoryLog):
    """A log that loses ``lost`` of the next append to ``torn_topic``, keeps what is around it, and says ``Unavailable``."""

    torn_topic = ""
    lost = slice(0, 0)

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        if topic != self.torn_topic or len(records) <= self.lost.stop:
            return await super().append(topic, records)
        self.torn_topic = ""
        kept = list(records)
        del kept[self.lost]
        if kept:
            await super().append(topic, kept)
        raise Unavailable("a part of it did not arrive")


class CountingLog(TornLog):
    """Counts the output records that were read."""

    read = 0

    async def fetch(
        self, topic: str, partition: int, offset: int, max_records: int, max_bytes: int = 4 << 20, wait_s: float = 0.0
    ) -> list[Fetched]:
        found = await super().fetch(topic, partition, offset, max_records, max_bytes, wait_s)
        self.read += len(found) * (topic == DECISIONS)
        return found


@pytest.fixture(scope="module")
def recorded() -> Iterator[MemoryLog]:
    """One partition's log; some of it is rejected."""
    events = list(simulate_events(seed=5, customers=60, events=1_200))
    with Engine.open(example("gift-shop"), partitions=1, buckets=BUCKETS) as engine:
        for at in range(0, len(events), 100):
            engine.process_json(events[at : at + 100])
            engine.process_json([b"no JSON"] if at % 300 == 0 else [])
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        yield log


@pytest.fixture(scope="module")
def wanted(recorded: MemoryLog) -> dict[str, list[Fetched]]:
    """What one undisturbed pass puts out."""

    async def run() -> dict[str, list[Fetched]]:
        d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
        await play(d, 64)
        return await _outputs(d)

    return asyncio.run(run())


async def _copied(recorded: MemoryLog) -> CountingLog:
    log = CountingLog(1)
    await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
    return log


async def _outputs(d: Deployment) -> dict[str, list[Fetched]]:
    return {topic: await d.log.fetch(topic, 0, 0, 1 << 20, max_bytes=1 << 40) for topic in (DECISIONS, DEAD_LETTERS, EMAIL)}


def _without_offsets(records: Sequence[Fetched]) -> list[tuple[object, ...]]:
    return [tuple(r[1:]) for r in records]


async def _until(d: Deployment, partition: Partition, until: int, batch: int = 40) -> None:
    while records := await d.log.fetch(INTERACTIONS, 0, partition.position, min(batch, max(0, until - partition.position))):
        await partition.apply(records)


async def _claimed(d: Deployment) -> Partition:
    partition = Partition(d, 0)
    await partition.claim()
    return partition


@pytest.mark.parametrize("topic", [DECISIONS, EMAIL])
@pytest.mark.parametrize("lost", [slice(0, 2), slice(1, 3)], ids=["head", "middle"])
@in_loop
async def test_what_a_partly_failed_append_lost_is_put_out_and_nothing_else(
    recorded: MemoryLog, wanted: dict[str, list[Fetched]], topic: str, lost: slice
) -> None:
    log = await _copied(recorded)
    d = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    partition = await _claimed(d)
    await _until(d, partition, 600)
    log.torn_topic, log.lost = topic, lost

    with pytest.raises(Unavailable):
        await _until(d, partition, 1 << 40, batch=300)
    await _until(d, await _claimed(d), 1 << 40, batch=90)

    left = await _outputs(d)
    assert len(left[topic]) == len(wanted[topic])
    assert left[topic] != wanted[topic]  # later, but there
    for name, records in wanted.items():
        assert sorted(_without_offsets(left[name]), key=str) == sorted(_without_offsets(records), key=str)


@in_loop
async def test_a_batch_that_landed_late_does_not_hide_what_the_successor_put_out(
    recorded: MemoryLog, wanted: dict[str, list[Fetched]]
) -> None:
    """The newest record is of the fenced worker's batch, below the replay; the successor's lie before it."""
    log = await _copied(recorded)
    store = MemoryStore()
    d = a_deployment(log, store, buckets=BUCKETS)
    partition = await _claimed(d)
    await _until(d, partition, 600)
    await partition.advance_idle()
    before = copy.deepcopy(store.__dict__)
    await _until(d, partition, 800)
    late = [r for r in await log.fetch(DECISIONS, 0, 0, 10_000) if 300 <= origin(r.headers).offset < 600]
    await log.append(DECISIONS, [Record(r.key, r.value, r.time_ms, r.headers, 0) for r in late])
    store.__dict__.update(before)

    await _until(d, await _claimed(d), 1 << 40)

    assert len(late) > 3
    assert len((await _outputs(d))[DECISIONS]) == len(wanted[DECISIONS]) + len(late)


@in_loop
async def test_below_the_groups_offset_nothing_is_put_out_whatever_the_topics_hold(
    recorded: MemoryLog, wanted: dict[str, list[Fetched]]
) -> None:
    d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)

    async def committed(_partition: int) -> int:
        return 700

    d.committed = committed
    await _until(d, await _claimed(d), 1 << 40)

    left = await _outputs(d)
    for name, records in wanted.items():
        assert _without_offsets(left[name]) == _without_offsets([r for r in records if origin(r.headers).offset >= 700])
    assert len(left[DECISIONS]) > 3


@in_loop
async def test_a_group_that_is_ahead_of_the_log_is_refused(recorded: MemoryLog) -> None:
    d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)

    async def committed(_partition: int) -> int:
        return 1_000_000

    d.committed = committed
    with pytest.raises(Inconsistent, match=r"group committed offset 1000000, the log ends at \d+;.*--reset-offsets"):
        await _claimed(d)


@in_loop
async def test_a_claim_that_gets_no_answer_holds_nothing(recorded: MemoryLog) -> None:
    d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)

    async def committed(_partition: int) -> int:
        raise Unavailable("the coordinator is away")

    d.committed = committed
    partition = Partition(d, 0)
    with pytest.raises(Unavailable):
        await partition.claim()

    assert not partition.claimed


@in_loop
async def test_a_claim_at_the_end_of_the_log_has_nothing_to_look_up(recorded: MemoryLog) -> None:
    log = await _copied(recorded)
    d = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    partition = await _claimed(d)
    await _until(d, partition, 1 << 40)
    log.read = 0

    assert await frontier_of(d, partition.place, partition.position) is None
    assert log.read == 0


@in_loop
async def test_only_as_much_of_a_topic_is_read_as_two_batches_can_hide() -> None:
    log = CountingLog(1)
    d = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    put = [_an_output(source) for source in range(0, 10 * SPAN, 8)]
    await log.append(DECISIONS, put)
    frontier = Frontier(d, Partition(d, 0).place, 9 * SPAN, 20 * SPAN)

    asked = [_an_output(source) for source in (9 * SPAN, 9 * SPAN + 8, 10 * SPAN)]
    assert list(await frontier.unseen(Outputs([(DECISIONS, asked)]), (0, 10 * SPAN))) == [(DECISIONS, asked[2])]

    assert 2 * SPAN / 8 <= log.read < 4 * SPAN / 8


@in_loop
async def test_decisions_of_a_log_that_was_replaced_are_none_of_ours() -> None:
    log = CountingLog(1, generation=2)
    d = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    await log.append(DECISIONS, [_an_output(source) for source in range(500)])

    frontier = Frontier(d, Partition(d, 0).place, 0, 1_000)

    ours = [_an_output(7, generation=2)]
    assert list(await frontier.unseen(Outputs([(DECISIONS, ours)]), (0, 7))) == [(DECISIONS, ours[0])]
    assert log.read < 50


def _an_output(source: int, generation: int = 1) -> Record:
    headers = (("ce_id", b"d.%d.0.%d.0" % (generation, source)), ("ce_causationid", b"%d.0.%d" % (generation, source)))
    return Record(b"c-1", b"{}", 1, headers, 0)
