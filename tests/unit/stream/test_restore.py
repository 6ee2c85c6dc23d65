"""A store that was lost or rolled back: every bucket comes back exactly, or the claim says why it cannot (design 3)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from platinum.engine import Engine
from platinum.errors import Fenced, Inconsistent
from platinum.logs.memory import MemoryLog
from platinum.ops.population import simulate_events
from platinum.pipeline.batch import key_hashes
from platinum.policy.load import example
from platinum.ports import ARTEFACTS, INTERACTIONS, Fetched, Record
from platinum.stores.memory import MemoryStore
from platinum.stream.deployment import Deployment
from platinum.stream.partition import Partition
from platinum.stream.snapshots import Snapshots
from platinum.stream.snapshotting import Snapshotter
from tests.builders.deployments import State, a_deployment, copy_log, play, state_of
from tests.builders.loops import in_loop

BUCKETS = 8


class TrimmedLog(MemoryLog):
    """A log whose interactions begin at ``first``: retention has removed what was before."""

    first = 0

    async def start(self, topic: str, partition: int) -> int:
        return self.first if topic == INTERACTIONS else await super().start(topic, partition)

    async def fetch(
        self, topic: str, partition: int, offset: int, max_records: int, max_bytes: int = 4 << 20, wait_s: float = 0.0
    ) -> list[Fetched]:
        if topic == INTERACTIONS and offset < self.first:
            raise Inconsistent("removed by retention")
        return await super().fetch(topic, partition, offset, max_records, max_bytes, wait_s)


@pytest.fixture(scope="module")
def recorded() -> Iterator[MemoryLog]:
    """One partition's log with timers and a policy change."""
    events = list(simulate_events(seed=5, customers=60, events=1_000))
    with Engine.open(example("gift-shop"), partitions=1, buckets=BUCKETS) as engine:
        engine.process_json(events[:500])
        engine.activate(example("gift-shop").replace(b"categories: [", b"categories: [aprons, "))
        engine.process_json(events[500:])
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        yield log


@pytest.fixture(scope="module")
def single(recorded: MemoryLog) -> State:
    """What one undisturbed pass leaves."""

    async def run() -> State:
        d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
        await play(d, 64)
        return await state_of(d)

    return asyncio.run(run())


async def _copied(recorded: MemoryLog) -> TrimmedLog:
    log = TrimmedLog(1)
    await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
    return log


async def _stopped(recorded: MemoryLog, folder: Path, snapshots_at: tuple[int, ...], until: int) -> tuple[Deployment, Partition]:
    """A partition that was applied up to an offset and has snapshots of every bucket at others."""
    d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
    d.snapshots = Snapshots(str(folder))
    partition = Partition(d, 0)
    await partition.claim()
    for stop in (*snapshots_at, until):
        await _advance(d, partition, stop)
        if stop in snapshots_at:
            await partition.advance_idle()
            assert await Snapshotter(d, partition, d.snapshots).take(partition.buckets) == BUCKETS
    return d, partition


async def _advance(d: Deployment, partition: Partition, until: int = 1 << 40) -> None:
    while records := await d.log.fetch(INTERACTIONS, 0, partition.position, min(40, max(0, until - partition.position))):
        await partition.apply(records)


def _lose(d: Deployment, *buckets: int) -> None:
    assert isinstance(d.store, MemoryStore)
    for bucket in buckets or range(BUCKETS):
        d.store._checkpoints.pop(bucket, None)
    if not buckets:
        d.store._rows.clear()
        d.store._timers.clear()


def _trim(d: Deployment, first: int) -> None:
    assert isinstance(d.log, TrimmedLog)
    d.log.first = first


async def _must_equal(d: Deployment, single: State) -> None:
    state = await state_of(d)
    assert state.rows == single.rows
    assert state.decisions == single.decisions  # nothing missing, nothing anew


@pytest.mark.parametrize("lost", [(), (5,), (0, 3, 6)], ids=["all", "one checkpoint", "three checkpoints"])
@in_loop
async def test_a_running_owner_gets_lost_buckets_back_from_snapshots(
    recorded: MemoryLog, single: State, tmp_path: Path, lost: tuple[int, ...]
) -> None:
    d, partition = await _stopped(recorded, tmp_path, (120, 300), until=700)
    _trim(d, 250)
    _lose(d, *lost)

    assert not await partition.advance_idle()
    assert partition.position == 300
    await _advance(d, partition)

    await _must_equal(d, single)


@in_loop
async def test_timers_come_back_with_the_rows(recorded: MemoryLog, tmp_path: Path) -> None:
    d, _ = await _stopped(recorded, tmp_path, (600,), until=600)
    before = [await d.store.due(bucket, 1 << 50, 1_000) for bucket in range(BUCKETS)]
    _lose(d)

    await Partition(d, 0).claim()

    assert [await d.store.due(bucket, 1 << 50, 1_000) for bucket in range(BUCKETS)] == before
    assert any(before)


@in_loop
async def test_without_snapshots_a_log_that_begins_at_0_is_replayed_and_nothing_is_put_out_anew(
    recorded: MemoryLog, single: State, tmp_path: Path
) -> None:
    d, partition = await _stopped(recorded, tmp_path, (), until=700)
    _lose(d)

    assert not await partition.advance_idle()
    assert partition.position == 0
    await _advance(d, partition)

    await _must_equal(d, single)


@in_loop
async def test_what_cannot_come_back_is_said(recorded: MemoryLog, tmp_path: Path) -> None:
    d, partition = await _stopped(recorded, tmp_path, (120, 200), until=700)
    _trim(d, 201)
    _lose(d, 2)

    with pytest.raises(Inconsistent, match=r"bucket 2 has no checkpoint.*partition 0 holds 201 to \d+.*platinum rebuild --data DIR"):
        await partition.advance_idle()


@in_loop
async def test_whoever_is_no_member_restores_nothing(recorded: MemoryLog, tmp_path: Path) -> None:
    d, partition = await _stopped(recorded, tmp_path, (), until=700)
    _lose(d)

    async def no(_partition: int) -> bool:
        return False

    d.still_member = no

    with pytest.raises(Fenced):
        await partition.advance_idle()
    assert await d.store.checkpoints(range(BUCKETS)) == [None] * BUCKETS


@in_loop
async def test_a_damaged_snapshot_is_named_and_the_one_before_is_used(recorded: MemoryLog, single: State, tmp_path: Path) -> None:
    d, partition = await _stopped(recorded, tmp_path, (120, 300), until=700)
    newest = max((tmp_path / "b0004").iterdir())
    newest.write_bytes(newest.read_bytes()[:-3])
    _lose(d, 4)

    with capture_logs() as said:
        await partition.advance_idle()
    await _advance(d, partition)

    assert [line["error"] for line in said if line["event"] == "snapshot passed over"] == [
        f"snapshot {newest}: it is damaged: its checksum does not match"
    ]
    await _must_equal(d, single)


@in_loop
async def test_stray_rows_do_not_survive_beside_restored_ones(recorded: MemoryLog, tmp_path: Path) -> None:
    d, partition = await _stopped(recorded, tmp_path, (120,), until=700)
    _lose(d, 1)  # its rows are those of offset 700
    _trim(d, 100)

    await partition.advance_idle()

    assert d.snapshots is not None
    content = (await d.snapshots.read((await d.snapshots.named(1))[0])).content
    (keys,) = await d.store.keys([1])
    ((_, blobs),) = await d.store.load([(1, keys)])
    assert dict(zip(keys, blobs, strict=True)) == dict(content.rows)


@in_loop
async def test_a_snapshot_of_a_log_that_was_replaced_is_not_used(recorded: MemoryLog, tmp_path: Path) -> None:
    d, _ = await _stopped(recorded, tmp_path, (300,), until=300)
    other = MemoryLog(1)
    await copy_log(recorded, other, [ARTEFACTS])
    for r in await recorded.fetch(INTERACTIONS, 0, 0, 400):
        await other.append(INTERACTIONS, [Record(r.key, b"{}" if r.offset == 299 else r.value, r.time_ms, r.headers, 0)])
    again = a_deployment(other, MemoryStore(), buckets=BUCKETS)
    again.snapshots = d.snapshots

    partition = Partition(again, 0)
    with capture_logs() as said:
        await partition.claim()

    assert partition.position == 0
    assert "the record at offset 299 is not the one that was applied" in said[1]["error"]


@in_loop
async def test_a_snapshot_that_is_taken_while_batches_are_applied_is_of_one_instant(
    recorded: MemoryLog, single: State, tmp_path: Path
) -> None:
    """Rows are read between the batches; what comes in meanwhile must not be half in it."""
    d, partition = await _stopped(recorded, tmp_path, (), until=200)
    for name in ("load", "due"):
        setattr(d.store, name, _then_apply(d, partition, getattr(d.store, name)))
    assert d.snapshots is not None

    assert await Snapshotter(d, partition, d.snapshots).take(partition.buckets) == BUCKETS

    instants = set()
    for bucket in range(BUCKETS):
        (file,) = await d.snapshots.named(bucket)
        instants.add(file.next_offset)
        then = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
        await play(then, 64, until=file.next_offset)
        content = (await d.snapshots.read(file)).content
        assert dict(content.rows) == {key: row for key, row in (await state_of(then)).rows.items() if bucket_of(key) == bucket}
        assert sorted(content.timers.items()) == sorted(await then.store.due(bucket, 1 << 50, 1_000))
    assert len(instants) > 3
    _lose(d)
    await partition.advance_idle()
    await _advance(d, partition)
    await _must_equal(d, single)


def _then_apply(d: Deployment, partition: Partition, read: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The same, and between the answer and its arrival a batch is applied."""

    async def answer(*arguments: Any) -> Any:
        found = await read(*arguments)
        if not partition.between_batches().locked():  # else it is the batch itself that asks
            await _advance(d, partition, partition.position + 45)
        return found

    return answer


def bucket_of(key: bytes) -> int:
    return int(key_hashes([key])[0]) % BUCKETS


@in_loop
async def test_a_snapshot_that_cannot_be_written_is_a_warning_and_is_tried_again(recorded: MemoryLog, tmp_path: Path) -> None:
    d, partition = await _stopped(recorded, tmp_path, (), until=200)
    d.snapshots = Snapshots(str(tmp_path / "place"), every_s=16.0)
    (tmp_path / "place").write_text("a file where a folder should be")
    snapshotter = Snapshotter(d, partition, d.snapshots)

    async def until_done(now_s: float) -> None:
        snapshotter.tick(now_s)
        while snapshotter.busy:
            await asyncio.sleep(0.001)

    await until_done(0.0)  # too early
    with capture_logs() as said:
        await until_done(3.0)
    (tmp_path / "place").unlink()
    for now_s in (4.0, 5.0, 7.0):
        await until_done(now_s)

    assert [line["event"] for line in said] == ["snapshot failed"]
    assert len([bucket for bucket in range(BUCKETS) if await d.snapshots.named(bucket)]) == 2


@in_loop
async def test_a_first_start_is_no_loss_and_a_lost_store_is_one(recorded: MemoryLog, tmp_path: Path) -> None:
    d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
    d.snapshots = Snapshots(str(tmp_path))
    partition = Partition(d, 0)
    with capture_logs() as first:
        await partition.claim()

    await _advance(d, partition)
    _lose(d)
    with capture_logs() as lost:
        await Partition(d, 0).claim()

    assert [line["log_level"] for line in first if "bucket" in line["event"]] == ["info"]
    assert "buckets have no checkpoint: the store lost them" in [line["event"] for line in lost if line["log_level"] == "warning"]


@in_loop
async def test_an_offset_of_the_group_shows_that_there_was_something_to_lose(recorded: MemoryLog) -> None:
    async def committed(_: int) -> int:
        return 7

    d = a_deployment(await _copied(recorded), MemoryStore(), buckets=BUCKETS)
    d.committed = committed
    with capture_logs() as said:
        await Partition(d, 0).claim()

    assert "warning" in [line["log_level"] for line in said]
