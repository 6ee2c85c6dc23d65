"""One partition between claim and fence: what it refuses, what it repeats, and what it never does twice (design 3)."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator

import numpy as np
import orjson
import pytest

from platinum.engine import Engine
from platinum.errors import Fenced, Inconsistent, Unavailable
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.pipeline.checkpoint import unpack
from platinum.policy.load import example
from platinum.ports import ARTEFACTS, DEAD_LETTERS, DECISIONS, INTERACTIONS, Fetched, Record
from platinum.profile.codec import unpack_rows
from platinum.profile.row import ROW
from platinum.stores.memory import MemoryStore
from platinum.stream.create import ensure_checkpoints
from platinum.stream.deployment import Deployment
from platinum.stream.partition import Partition
from tests.builders.deployments import State, a_deployment, copy_log, play, state_of
from tests.builders.faults import FlakyLog, FlakyStore
from tests.builders.loops import in_loop

BUCKETS = 16
GIFT_SHOP = example("gift-shop")
#: The same shop with a category inserted in front: every index of the compiled policy moves.
CHANGED = GIFT_SHOP.replace(b"categories: [", b"categories: [aprons, ")
NO_TIMERS = b"policy: quiet\ntimezone: UTC\ncurrency: GBP\n"


@pytest.fixture(scope="module")
def recorded() -> Iterator[MemoryLog]:
    """One partition's log with timers and two policy changes; the second policy has no timers, the third has."""
    events = list(simulate_events(seed=5, customers=60, events=1_500))
    with Engine.open(GIFT_SHOP, partitions=1, buckets=BUCKETS) as engine:
        engine.process_json(events[:600])
        engine.activate(NO_TIMERS)
        engine.process_json(events[600:1_000])
        engine.activate(CHANGED)
        engine.process_json(events[1_000:1_300])
        engine.process_json(_complaints(events[1_299]))
        engine.process_json(events[1_300:])
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        yield log


def _complaints(after: bytes) -> list[bytes]:
    """Everybody complains: what was planned for them is withdrawn."""
    at = orjson.loads(after)["timestamp"]
    people = sorted({orjson.loads(event)["userId"] for event in simulate_events(seed=5, customers=60, events=1_300)} - {None})
    one = {"type": "track", "event": "Complaint Made", "timestamp": at, "receivedAt": at}
    return [orjson.dumps(one | {"userId": who, "messageId": f"complaint-{who}"}) for who in people]


async def _copied(recorded: MemoryLog, log: MemoryLog | None = None, until: int = 1 << 40) -> MemoryLog:
    """A log that holds the recorded interactions up to an offset, and nothing that was put out."""
    target = MemoryLog(1) if log is None else log
    await copy_log(recorded, target, [ARTEFACTS])
    records = await recorded.fetch(INTERACTIONS, 0, 0, until, max_bytes=1 << 40)
    await target.append(INTERACTIONS, [Record(r.key, r.value, r.time_ms, r.headers, 0) for r in records])
    return target


async def _claimed(d: Deployment) -> Partition:
    await ensure_checkpoints(d.log, d.store, d.buckets, d.group)
    partition = Partition(d, 0)
    await partition.claim()
    return partition


async def _advance(partition: Partition, d: Deployment, until: int, batch: int = 40) -> None:
    while records := (await d.log.fetch(INTERACTIONS, 0, partition.position, min(batch, max(0, until - partition.position)))):
        await partition.apply(records)


async def _all(d: Deployment) -> list[Fetched]:
    return await d.log.fetch(INTERACTIONS, 0, 0, 1 << 20, max_bytes=1 << 40)


@pytest.fixture(scope="module")
def single_pass(recorded: MemoryLog) -> State:
    """Rows and decisions of one pass in batches of 64, never disturbed."""

    async def run() -> State:
        d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
        await play(d, 64)
        return await state_of(d)

    return asyncio.run(run())


async def _must_equal(d: Deployment, single_pass: State) -> None:
    state = await state_of(d)
    assert state.rows == single_pass.rows
    assert list(dict.fromkeys(state.decisions[0])) == single_pass.decisions[0]


@in_loop
async def test_a_batch_that_skips_records_is_refused(recorded: MemoryLog) -> None:
    d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
    partition = await _claimed(d)

    with pytest.raises(Inconsistent, match="partition 0: expected offset 0, the batch begins at 5"):
        await partition.apply((await _all(d))[5:9])


@in_loop
async def test_a_batch_fetched_before_a_step_back_adds_only_what_is_new(recorded: MemoryLog, single_pass: State) -> None:
    d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
    partition = await _claimed(d)
    await _advance(partition, d, 100)

    await partition.apply((await _all(d))[60:140])
    again = await partition.apply((await _all(d))[60:140])

    assert (partition.position, list(again)) == (140, [])
    await _advance(partition, d, 1 << 20)
    await _must_equal(d, single_pass)


@in_loop
async def test_an_answer_that_says_no_to_what_was_written_counts_as_success(recorded: MemoryLog, single_pass: State) -> None:
    store = FlakyStore()
    d = a_deployment(await _copied(recorded), store, buckets=BUCKETS)
    partition = await _claimed(d)
    await _advance(partition, d, 200)
    store.fail = "denied"

    await _advance(partition, d, 240)

    assert (partition.position, partition.counts.refusals, partition.counts.consumed) == (240, 1, 240)
    await _advance(partition, d, 1 << 20)
    await _must_equal(d, single_pass)
    assert (await state_of(d)).decisions == single_pass.decisions


@pytest.mark.parametrize("fail", ["store", "log before", "log after"])
@in_loop
async def test_an_answer_that_was_lost_changes_nothing(recorded: MemoryLog, single_pass: State, fail: str) -> None:
    store, log = FlakyStore(), FlakyLog(1)
    d = a_deployment(await _copied(recorded, log), store, buckets=BUCKETS)
    partition = await _claimed(d)
    await _advance(partition, d, 200)
    store.fail = "lost" if fail == "store" else ""
    log.fail_topic, log.after = "" if fail == "store" else DECISIONS, fail == "log after"

    with pytest.raises(Unavailable):
        await _advance(partition, d, 1 << 20)
    assert not partition.claimed
    await partition.claim()
    await _advance(partition, d, 1 << 20)

    await _must_equal(d, single_pass)


@pytest.mark.parametrize("backup_at", [250, 630, 1_010])
@pytest.mark.parametrize("idle_check", [False, True])
@in_loop
async def test_a_store_that_went_back_in_time_costs_one_step_back(
    recorded: MemoryLog, single_pass: State, backup_at: int, idle_check: bool
) -> None:
    """Buckets stand at different offsets then, on both sides of a policy change; an idle check must not level them."""
    store = FlakyStore()
    d = a_deployment(await _copied(recorded), store, buckets=BUCKETS)
    partition = await _claimed(d)
    await _advance(partition, d, backup_at, batch=7)
    backup = copy.deepcopy(store)
    await _advance(partition, d, backup_at + 300)
    store.roll_back(backup)

    while partition.counts.refusals == 0:
        await _advance(partition, d, partition.position + 7, batch=7)
    behind = {unpack(packed or b"").next_offset for packed in await store.checkpoints(range(BUCKETS))}
    if idle_check:
        assert await partition.advance_idle()
    await _advance(partition, d, 1 << 20, batch=9)

    assert len(behind) > 1
    assert partition.counts.refusals == 1
    await _must_equal(d, single_pass)


@in_loop
async def test_a_bucket_ahead_of_the_replay_keeps_its_offset_and_its_policy(recorded: MemoryLog) -> None:
    store = FlakyStore()
    d = a_deployment(await _copied(recorded), store, buckets=BUCKETS)
    partition = await _claimed(d)
    await _advance(partition, d, 640, batch=7)
    before = [unpack(packed or b"") for packed in await store.checkpoints(range(BUCKETS))]
    again = Partition(d, 0)
    await again.claim()

    await again.advance_idle()

    after = [unpack(packed or b"") for packed in await store.checkpoints(range(BUCKETS))]
    assert len({c.next_offset for c in before}) > 1
    assert [(c.next_offset, c.policy, c.policy_seq) for c in after] == [(c.next_offset, c.policy, c.policy_seq) for c in before]


@in_loop
async def test_whoever_is_still_a_member_claims_again(recorded: MemoryLog, single_pass: State) -> None:
    d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
    first = await _claimed(d)
    await _advance(first, d, 200)
    second = Partition(d, 0)
    await second.claim()
    await _advance(second, d, 300)

    await _advance(first, d, 1 << 20)

    assert first.counts.refusals == 1
    await _must_equal(d, single_pass)


@in_loop
async def test_whoever_is_no_member_any_more_is_fenced_and_writes_nothing(recorded: MemoryLog) -> None:
    async def no(partition: int) -> bool:
        return False

    store = MemoryStore()
    d = a_deployment(await _copied(recorded), store, buckets=BUCKETS, still_member=no)
    zombie = await _claimed(d)
    await _advance(zombie, d, 200)
    await Partition(d, 0).claim()
    before = copy.deepcopy(store)

    with pytest.raises(Fenced, match="partition 0"):
        await _advance(zombie, d, 240)

    assert await store.checkpoints(range(BUCKETS)) == await before.checkpoints(range(BUCKETS))
    assert (await state_of(d)).rows == (await state_of(a_deployment(d.log, before, buckets=BUCKETS))).rows


@pytest.mark.parametrize("cache_bytes", [1, 1 << 20])
@in_loop
async def test_a_cache_smaller_than_a_batch_with_policy_changes_in_it_changes_nothing(
    recorded: MemoryLog, single_pass: State, cache_bytes: int
) -> None:
    d = a_deployment(await _copied(recorded), MemoryStore(), cache_bytes=cache_bytes, buckets=BUCKETS)

    await play(d, 1_200)

    assert await state_of(d) == single_pass


@in_loop
async def test_timers_of_a_policy_that_has_none_any_more_leave_the_store(recorded: MemoryLog) -> None:
    store = MemoryStore()
    marker = await _marker_of(recorded, 1)
    d = a_deployment(await _copied(recorded, until=marker + 300), store, buckets=BUCKETS)
    await play(d, marker + 100)

    waiting = [key for b in range(BUCKETS) for key, _ in await store.due(b, 1 << 50, 1_000)]
    seen_since = {r.key for r in await d.log.fetch(INTERACTIONS, 0, marker + 1, 1_000)}

    assert waiting
    left = sorted(key for key in waiting if key in seen_since)
    rows, stored = np.zeros(len(left), ROW), (await state_of(d)).rows
    unpack_rows([stored[key] for key in left], rows, np.arange(len(left)))
    assert set(waiting) - set(left), "nobody's timer of before was left alone"
    assert (rows["n_examples"] > 0).all(), "what was decided before ends all the same, and then they have no timer"
    assert len(left) < len(seen_since)


async def _marker_of(recorded: MemoryLog, number: int) -> int:
    records = await recorded.fetch(INTERACTIONS, 0, 0, 1 << 20, max_bytes=1 << 40)
    return [r.offset for r in records if b"policy_activated" in r.value][number]


@in_loop
async def test_outputs_come_in_log_order_whatever_the_batch(recorded: MemoryLog) -> None:
    contents = []
    for batch in (1, 500):
        d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
        await play(d, batch)
        log = d.log
        assert isinstance(log, MemoryLog)
        contents.append({place: shelf for place, shelf in log._shelves.items() if place[0] not in (ARTEFACTS, INTERACTIONS) and shelf})

    assert contents[0] == contents[1]
    contacts = [r for (topic, _), shelf in contents[0].items() if topic.startswith("platinum.contacts") for r in shelf]
    assert any(r.value.startswith(b'{"type":"withdrawal"') for r in contacts)


@in_loop
async def test_what_came_in_is_what_was_counted(recorded: MemoryLog) -> None:
    log = await _copied(recorded)
    await log.append(INTERACTIONS, [Record(b"c-1", b"not json", 1, (), 0), *[await _again(log, 700)] * 2])
    d = a_deployment(log, MemoryStore(), buckets=BUCKETS)

    (partition,) = await play(d, 64)

    c = partition.counts
    assert c.consumed == await log.end(INTERACTIONS, 0) == c.applied + c.duplicates + c.skipped + c.rejected + c.markers
    assert (c.markers, c.rejected) == (3, 1)
    assert c.duplicates > 0


async def _again(log: MemoryLog, offset: int) -> Record:
    (r,) = await log.fetch(INTERACTIONS, 0, offset, 1)
    return Record(r.key, r.value, r.time_ms, r.headers, 0)


@in_loop
async def test_after_losing_the_store_dead_letters_are_not_put_out_again_whatever_their_sender_wrote(recorded: MemoryLog) -> None:
    log = await _copied(recorded)
    forged = (("ce_causationid", b"1.0.999999999"), ("__streams.errors.offset", b"999999999"))
    await log.append(INTERACTIONS, [Record(b"c-1", b"not json", 1, headers, 0) for headers in (forged, (), forged)])
    await play(a_deployment(log, MemoryStore(), buckets=BUCKETS), 64)
    await log.append(INTERACTIONS, [Record(b"c-1", b"nor this", 1, (), 0)])
    again = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    again.whole_appends = True

    await play(again, 64)

    letters = [r.value for r in await log.fetch(DEAD_LETTERS, 0, 0, 100)]
    assert letters == [b"not json"] * 3 + [b"nor this"]
