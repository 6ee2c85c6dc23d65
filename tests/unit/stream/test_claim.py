"""What a claim checks before anything is applied, what markers may change, and when timers are appended (design 3)."""

from __future__ import annotations

import pytest

from platinum.errors import Inconsistent
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.pipeline.checkpoint import pack, unpack
from platinum.pipeline.engine_records import PolicyActivated, engine_record
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.policy.policy import Policy
from platinum.ports import ARTEFACTS, DEAD_LETTERS, DECISIONS, INTERACTIONS, BucketWrite, Record
from platinum.stores.memory import MemoryStore
from platinum.stream.activate import activate
from platinum.stream.create import ensure_checkpoints
from platinum.stream.deployment import Deployment
from platinum.stream.partition import Partition
from platinum.stream.timers import Timers
from platinum.wiring.records import record_of
from tests.builders.deployments import SECRET, a_deployment, copy_log, play, state_of
from tests.builders.loops import in_loop

BUCKETS = 8
# In the currency of the simulated shop.
SOURCE = example("minimal").replace(b"currency: EUR", b"currency: GBP")
MINIMAL = compile_policy(SOURCE, "minimal")
OTHER = compile_policy(SOURCE.replace(b"days_since_last: 30]", b"days_since_last: 31]"), "other")


async def _a_log(customers: int = 20, events: int = 600, policy: Policy | None = MINIMAL) -> MemoryLog:
    log = MemoryLog(1)
    if policy is not None:
        d = a_deployment(log, MemoryStore())
        await activate(log, d.shelf, policy, SECRET, 1)
    await log.append(INTERACTIONS, [record_of(event, 1) for event in simulate_events(seed=3, customers=customers, events=events)])
    return log


async def _first(log: MemoryLog, n: int, changed: int = -1) -> MemoryLog:
    """The same log with its first ``n`` interactions only; that at offset ``changed`` holds something else."""
    other = MemoryLog(1)
    await copy_log(log, other, [ARTEFACTS])
    for r in await log.fetch(INTERACTIONS, 0, 0, n):
        await other.append(INTERACTIONS, [Record(r.key, b"{}" if r.offset == changed else r.value, r.time_ms, r.headers, 0)])
    return other


async def _applied(log: MemoryLog, batch: int = 50) -> tuple[Deployment, Partition]:
    d = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    (partition,) = await play(d, batch)
    return d, partition


@in_loop
async def test_a_log_that_lost_its_tail_is_found() -> None:
    log = await _a_log()
    d, _ = await _applied(log)

    with pytest.raises(
        Inconsistent,
        match=r"partition 0: the checkpoint is at offset 601, the log holds 0 to 200; restore the log it belongs to",
    ):
        await Partition(a_deployment(await _first(log, 200), d.store, buckets=BUCKETS), 0).claim()


@in_loop
async def test_a_log_that_lost_its_tail_and_grew_again_is_found() -> None:
    log = await _a_log()
    d, _ = await _applied(log)
    grown = await _first(log, 601, changed=600)

    with pytest.raises(Inconsistent, match=r"partition 0: the record at offset 600 is not the one that was applied.*`platinum "):
        await Partition(a_deployment(grown, d.store, buckets=BUCKETS), 0).claim()


@in_loop
async def test_another_consumer_group_may_not_claim() -> None:
    log = await _a_log()
    d, _ = await _applied(log)

    with pytest.raises(Inconsistent, match="bucket 0 belongs to another consumer group"):
        await Partition(a_deployment(log, d.store, buckets=BUCKETS, group="other"), 0).claim()


@in_loop
async def test_one_missing_checkpoint_is_not_taken_for_a_new_deployment() -> None:
    log = await _a_log()
    d, _ = await _applied(log)
    store = d.store
    assert isinstance(store, MemoryStore)
    del store._checkpoints[5]

    with pytest.raises(Inconsistent, match="1 of 8 buckets have no checkpoint"):
        await ensure_checkpoints(log, store, BUCKETS, d.group)


@in_loop
async def test_a_creation_that_was_cut_short_is_completed() -> None:
    log, store = await _a_log(), MemoryStore()
    d = a_deployment(log, store, buckets=BUCKETS)
    await ensure_checkpoints(log, store, BUCKETS, d.group)
    del store._checkpoints[5]

    assert await ensure_checkpoints(log, store, BUCKETS, d.group)

    await Partition(d, 0).claim()


@in_loop
async def test_idle_buckets_move_on() -> None:
    d, partition = await _applied(await _a_log(customers=2))
    assert partition.replay > 0

    assert await partition.advance_idle()

    stored = [unpack(packed or b"") for packed in await d.store.checkpoints(range(BUCKETS))]
    assert {c.next_offset for c in stored} == {partition.position} == {601}
    assert partition.replay == 0


@in_loop
async def test_an_idle_check_finds_a_store_that_went_back_in_time() -> None:
    d, partition = await _applied(await _a_log())
    (packed,) = await d.store.checkpoints([3])
    old = pack(unpack(packed or b"")._replace(next_offset=120))
    await d.store.compare_and_set([BucketWrite(3, packed or b"", old, (), {})])

    assert not await partition.advance_idle()

    assert (partition.position, partition.counts.refusals) == (120, 1)


@in_loop
async def test_an_activation_with_a_lower_number_is_ignored() -> None:
    log = await _a_log()
    d = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    seq = await activate(log, d.shelf, OTHER, SECRET, 2)
    late = PolicyActivated(MINIMAL.version, seq - 1)
    await log.append(INTERACTIONS, [engine_record(SECRET, None, late, 3, partition=0)])

    (partition,) = await play(d, 50)

    assert partition.progress.policy == int(OTHER.version, 16)


@in_loop
async def test_a_forged_marker_changes_nothing_and_is_a_dead_letter() -> None:
    log = await _a_log()
    forged = PolicyActivated(OTHER.version, 1_000)
    await log.append(INTERACTIONS, [engine_record(b"x" * 32, None, forged, 3, partition=0)])

    d, partition = await _applied(log)

    assert partition.progress.policy == int(MINIMAL.version, 16)
    (letter,) = await d.log.fetch(DEAD_LETTERS, 0, 0, 10)
    assert dict(letter.headers)["platinum.dlq.reason"] == b"bad_mac"


@pytest.mark.parametrize("lost_before", [False, True])
@in_loop
async def test_a_lost_store_is_rebuilt_without_putting_anything_out_again(lost_before: bool) -> None:
    """Also when an earlier rebuild was interrupted: what counts is what the output topics hold."""
    log = await _a_log()
    d, _ = await _applied(log)
    rows = (await state_of(d)).rows
    before = await log.fetch(DECISIONS, 0, 0, 1_000)
    again = a_deployment(log, MemoryStore(), buckets=BUCKETS)
    again.whole_appends = True
    if lost_before:
        await play(again, 50, until=120)

    await play(again, 50)

    assert len(before) > 5
    assert (await state_of(again)).rows == rows
    assert await log.fetch(DECISIONS, 0, 0, 1_000) == before


@in_loop
async def test_each_overdue_timer_is_appended_once_per_claim_and_only_after_catching_up() -> None:
    log = await _a_log()
    d, partition = await _applied(log)
    timers = Timers(log, d.store, SECRET, partition)
    wall_ms = 1 + max([due for b in range(BUCKETS) for _, due in await d.store.due(b, 1 << 50, 1_000)])
    await log.append(INTERACTIONS, [record_of(event, 1) for event in simulate_events(seed=4, customers=1, events=1)])

    await timers.after_claim()
    too_early = await timers.tick(wall_ms)
    await partition.apply(await log.fetch(INTERACTIONS, 0, partition.position, 10))
    first, second = await timers.tick(wall_ms), await timers.tick(wall_ms)
    while records := await log.fetch(INTERACTIONS, 0, partition.position, 50):
        await partition.apply(records)

    assert (too_early, second) == (0, 0)
    assert first > 5
    assert await timers.tick(wall_ms) == 0
    left = await d.store.next_due(range(BUCKETS))
    assert all(due == 0 or due > wall_ms for due in left), "what was decided meanwhile has windows of its own, which end later"
