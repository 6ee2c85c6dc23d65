"""A log that contradicts the profiles is accepted as it is: rows stay, no decision id is given twice, workers need not stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import orjson
import pytest

from platinum.errors import Fenced, Inconsistent, UsageError
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.pipeline.checkpoint import unpack
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import ARTEFACTS, DECISIONS, INTERACTIONS, Fetched, contacts_topic
from platinum.stores.memory import MemoryStore
from platinum.stream import ownership
from platinum.stream.accept import accept, plan_accept
from platinum.stream.accepted import Accepted, accepted_record
from platinum.stream.activate import activate
from platinum.stream.deployment import Deployment
from platinum.stream.ownership import Ownership
from platinum.stream.partition import Partition
from platinum.stream.shelf import PolicyShelf
from platinum.wiring.records import record_of
from tests.builders.deployments import SECRET, a_deployment, play, read_all, state_of
from tests.builders.loops import in_loop

BUCKETS = 8
POLICY = compile_policy(example("gift-shop"))
EVENTS = list(simulate_events(seed=9, customers=40, events=1_200))


class CutLog(MemoryLog):
    """A log that loses what it should keep."""

    first = 0

    async def start(self, topic: str, partition: int) -> int:
        return self.first if topic == INTERACTIONS else 0

    def lose_tail(self, end: int, partition: int = 0) -> None:
        del self._shelf(INTERACTIONS, partition)[end:]


async def _lived(partitions: int = 1) -> tuple[CutLog, Deployment]:
    log = CutLog(partitions)
    d = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    d.distributed = True
    await activate(log, d.shelf, POLICY, SECRET, 1)
    await log.append(INTERACTIONS, [record_of(event, 1) for event in EVENTS[:600]])
    for partition in await play(d, 50):
        await partition.advance_idle()
    return log, d


async def _accepted(d: Deployment, where: str, partition: int = 0) -> None:
    await accept(d, await plan_accept(d, partition, where), 2)


def _ids(records: list[Fetched]) -> list[bytes]:
    return [dict(r.headers)["ce_id"] for r in records]


@in_loop
async def test_what_was_lost_is_accepted_and_no_id_is_given_twice() -> None:
    log, d = await _lived()
    log.lose_tail(300)
    rows = (await state_of(d)).rows
    before = (await read_all(log, DECISIONS))[0]

    with pytest.raises(
        Inconsistent, match=r"at offset 601, the log holds 0 to 300; .*`platinum topics accept --data DIR --partition 0 --from"
    ):
        await Partition(d, 0).claim()
    await _accepted(d, "latest")
    (partition,) = await play(d, 50)
    assert (partition.position, partition.place.generation) == (300, 2)
    assert (await state_of(d)).rows == rows

    await log.append(INTERACTIONS, [record_of(event, 1) for event in EVENTS[600:]])
    await play(d, 50)
    ids = _ids((await read_all(log, DECISIONS))[0])
    assert len(ids) > len(before) + 20
    assert len(set(ids)) == len(ids)
    assert {one.split(b".")[1] for one in ids[len(before) :]} == {b"2"}


@in_loop
async def test_a_log_that_was_made_anew_is_read_from_its_start() -> None:
    log, d = await _lived()
    log.lose_tail(0)
    await log.append(INTERACTIONS, [record_of(event, 1) for event in EVENTS[600:]])
    plan = await plan_accept(d, 0, "earliest")
    assert (plan.was_at, plan.start, plan.end, plan.offset, plan.generation) == (601, 0, 600, 0, 2)

    await accept(d, plan, 2)
    (partition,) = await play(d, 50)

    assert partition.position == 600
    assert len((await state_of(d)).rows) > 30
    assert partition.progress.policy == int(POLICY.version, 16)


@in_loop
async def test_records_that_retention_removed_unapplied_are_named() -> None:
    log, d = await _lived()
    log.first = 700
    await log.append(INTERACTIONS, [record_of(event, 1) for event in EVENTS[600:]])

    with pytest.raises(Inconsistent, match=r"the log begins at 700: retention removed 99 records before they were applied; .*accept"):
        await Partition(d, 0).claim()
    await _accepted(d, "earliest")

    (partition,) = await play(d, 50)
    assert partition.counts.consumed == 501


@in_loop
async def test_where_nothing_is_wrong_there_is_nothing_to_accept() -> None:
    log, d = await _lived()
    before = await log.end(ARTEFACTS, 0)

    with pytest.raises(UsageError, match="partition 0: the log holds what was applied, there is nothing to accept"):
        await plan_accept(d, 0, "latest")

    assert await log.end(ARTEFACTS, 0) == before


@pytest.mark.parametrize("where", ["", "301", "-1", "newest", "1e2", "٣"])
@in_loop
async def test_only_an_offset_that_the_log_holds_is_taken(where: str) -> None:
    log, d = await _lived()
    log.lose_tail(300)

    with pytest.raises(UsageError, match="'--from' must be earliest, latest or an offset that the log holds, 0 to 300"):
        await plan_accept(d, 0, where)


@in_loop
async def test_accepting_that_was_cut_short_is_said_and_can_be_repeated() -> None:
    log, d = await _lived()
    log.lose_tail(300)
    await log.append(ARTEFACTS, [accepted_record(Accepted(0, 2, 300), 2)])

    with pytest.raises(Inconsistent, match=r"applied from log generation 1, the log is generation 2: .*accepting was cut short"):
        await Partition(d, 0).claim()
    await _accepted(d, "latest")

    (partition,) = await play(d, 50)
    assert (partition.position, partition.place.generation) == (300, 3)


@in_loop
async def test_of_two_who_accept_at_once_one_is_told() -> None:
    log, d = await _lived()
    log.lose_tail(300)
    one, other = await plan_accept(d, 0, "latest"), await plan_accept(d, 0, "earliest")

    await accept(d, one, 2)
    with pytest.raises(Fenced, match="somebody else accepted it meanwhile"):
        await accept(d, other, 2)

    assert {unpack(packed or b"").next_offset for packed in await d.store.checkpoints(range(BUCKETS))} == {300}


@in_loop
async def test_a_marker_that_was_lost_with_the_tail_is_appended_again() -> None:
    log, d = await _lived()
    other = compile_policy(example("gift-shop").replace(b"policy: gift-shop", b"policy: other"))
    seq = await activate(log, d.shelf, other, SECRET, 2)
    log.lose_tail(300)

    await _accepted(d, "latest")
    (partition,) = await play(d, 50)

    assert (partition.progress.policy, partition.progress.policy_seq) == (int(other.version, 16), seq)


@in_loop
async def test_a_worker_that_holds_the_partition_goes_on_where_it_was_told() -> None:
    log, d = await _lived()
    (partition,) = await play(d, 50)
    log.lose_tail(300)
    decider = a_deployment(log, d.store, buckets=BUCKETS)

    await _accepted(decider, "latest")
    assert not await partition.advance_idle()

    assert (partition.position, partition.place.generation, partition.counts.refusals) == (300, 2, 1)


@in_loop
async def test_a_contact_that_was_planned_before_is_withdrawn_under_its_own_id() -> None:
    log, d = await _lived()
    planned = {one for records in await read_all(log, contacts_topic("email")) for one in _ids(records)}
    assert len(planned) > 5
    log.lose_tail(300)
    await _accepted(d, "latest")
    at = orjson.loads(EVENTS[599])["timestamp"]
    people = sorted({orjson.loads(event)["userId"] for event in EVENTS[:600]} - {None})
    angry = {"type": "track", "event": "Complaint Made", "timestamp": at, "receivedAt": at}

    await log.append(INTERACTIONS, [record_of(orjson.dumps(angry | {"userId": who, "messageId": f"angry-{who}"}), 1) for who in people])
    await play(d, 50)

    withdrawn = [one for records in await read_all(log, contacts_topic("email")) for one in _ids(records) if one.endswith(b".withdrawn")]
    assert withdrawn
    assert {one.removesuffix(b".withdrawn") for one in withdrawn} <= planned


@in_loop
async def test_other_partitions_keep_their_generation() -> None:
    log, d = await _lived(partitions=4)
    log.lose_tail(10, partition=2)

    await _accepted(d, "latest", partition=2)

    assert [await PolicyShelf(log).generation(p) for p in range(4)] == [1, 1, 2, 1]
    assert [p.place.generation for p in await play(d, 50)] == [1, 1, 2, 1]


async def _polled(held: Ownership, log: CutLog, at: dict[int, int], partitions: int) -> None:
    """One poll: 40 records of each partition from where its poller stands."""
    before = held.positions()
    fetched = {p: await log.fetch(INTERACTIONS, p, at[p], 40) for p in range(partitions)}
    at.update({p: records[-1].offset + 1 for p, records in fetched.items() if records})
    await held.apply(fetched, before)


async def _until(done: Callable[[], bool]) -> None:
    for _ in range(200):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


@in_loop
async def test_one_partition_stops_the_others_go_on_and_it_is_taken_up_again_without_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "STOPPED_RETRY_S", 0.05)
    log, d = await _lived(partitions=4)
    log.lose_tail(10, partition=2)
    at: dict[int, int] = {}

    async def seek(partition: int, offset: int) -> None:
        at[partition] = offset

    held = Ownership(d, seek, None)
    await held.take(range(4))
    at[2] = 10
    assert sorted(held.positions()) == [0, 1, 3]
    assert "`platinum topics accept --data DIR --partition 2 " in held.held[2].stopped

    await log.append(INTERACTIONS, [record_of(event, 1) for event in EVENTS[600:]])
    for _ in range(40):
        await _polled(held, log, at, 4)
    ends = [await log.end(INTERACTIONS, p) for p in range(4)]
    assert [held.positions().get(p, -1) for p in range(4)] == [ends[0], ends[1], -1, ends[3]]

    await _accepted(a_deployment(log, d.store, buckets=BUCKETS), "10", partition=2)
    await asyncio.sleep(0.06)
    await held.tend()
    assert held.positions()[2] == at[2] == 10
    for _ in range(40):
        await _polled(held, log, at, 4)
    assert held.positions() == dict(enumerate(ends))


@in_loop
async def test_a_poller_that_was_set_back_behind_the_workers_back_is_noticed() -> None:
    """Kafka does that when the position lies outside the log: what comes next has the offsets of other records."""
    log, d = await _lived()
    at: dict[int, int] = {}

    async def seek(partition: int, offset: int) -> None:
        at[partition] = offset

    held = Ownership(d, seek, None)
    await held.take([0])
    log.lose_tail(0)
    await log.append(INTERACTIONS, [record_of(event, 1) for event in EVENTS])  # longer than the old one was
    at[0] = 0

    await _polled(held, log, at, 1)

    assert "is not the one that was applied" in held.held[0].stopped
    assert held.positions() == {}
