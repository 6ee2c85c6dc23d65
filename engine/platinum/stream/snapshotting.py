"""Snapshots while the stream runs: a few buckets of a partition at a time, so that all of them come round in one cadence.

Rows are read beside the stream, not in its way: what the partition writes meanwhile is noted and stands instead of what was
read. At the end, between two batches, the stored checkpoint must be the one that was written last; then all of it is as of that
checkpoint. Only for that one question does the partition wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from platinum.errors import PlatinumError
from platinum.pipeline.checkpoint import Progress, unpack
from platinum.ports import INTERACTIONS, BucketContent, BucketWrite
from platinum.stream.deployment import Deployment
from platinum.stream.partition import Partition
from platinum.stream.snapshot_file import Snapshot
from platinum.stream.snapshots import Snapshots

LOG = structlog.get_logger("platinum.stream")
#: Per cadence and partition. Each reads the names of all rows in the store (there is no list per bucket).
PASSES = 16
#: A pass that failed is tried again so soon at the latest; the first one after a claim comes within it.
RETRY_S = 60.0
_CHUNK_ROWS = 500
_ALL_TIMERS = 1 << 62, 1 << 31


class Written:
    """What a partition has written of some buckets since this was made."""

    def __init__(self, buckets: Iterable[int]) -> None:
        self.rows: dict[int, dict[bytes, bytes]] = {bucket: {} for bucket in buckets}
        self.timers: dict[int, dict[bytes, int]] = {bucket: {} for bucket in self.rows}

    def note(self, writes: Sequence[BucketWrite]) -> None:
        """Writes that have just succeeded."""
        for write in writes:
            if write.bucket in self.rows:
                self.rows[write.bucket].update(write.rows)
                self.timers[write.bucket].update(write.timers)


class Snapshotter:
    """Takes snapshots of one partition's buckets in turn, those first whose last one is the oldest."""

    def __init__(self, deployment: Deployment, partition: Partition, snapshots: Snapshots) -> None:
        self._d, self._partition, self._snapshots = deployment, partition, snapshots
        self._buckets = partition.buckets
        self._group = -(-len(self._buckets) // PASSES)
        self._interval_s = snapshots.every_s * self._group / len(self._buckets)
        self._ordered = False
        self._next_s = -1.0
        self._pass: asyncio.Task[None] | None = None

    def tick(self, now_s: float) -> None:
        """Begin a pass when one is due; called while the partition is claimed. What a pass did not expect is raised here."""
        if self._next_s < 0:  # partitions one after another
            place = self._partition.place
            self._next_s = now_s + min(self._interval_s, RETRY_S) * (place.partition + 1) / place.partitions
        if self._pass is not None and self._pass.done():
            done, self._pass = self._pass, None
            done.result()
        if self._pass is None and now_s >= self._next_s:
            self._pass = asyncio.create_task(self._run(now_s))

    @property
    def busy(self) -> bool:
        """Whether a pass is on its way."""
        return self._pass is not None and not self._pass.done()

    def stop(self) -> None:
        """Give up a pass that is on its way; a file is whole or not there."""
        if self._pass is not None:
            self._pass.cancel()

    async def _run(self, now_s: float) -> None:
        """One pass; a failure is said and tried again."""
        self._next_s = now_s + min(self._interval_s, RETRY_S)
        try:
            await self._in_order()
            some = self._buckets[: self._group]
            taken = await self.take(some)
        except PlatinumError as failed:  # the place, or the store, or both: the stream goes on
            LOG.warning(
                "snapshot failed", partition=self._partition.place.partition, error=str(failed), retry_s=min(self._interval_s, RETRY_S)
            )
            return
        if taken == len(some):
            self._buckets = self._buckets[self._group :] + some
            self._next_s = now_s + self._interval_s

    async def _in_order(self) -> None:
        """The bucket first whose newest snapshot is the oldest; asked once, then they take turns."""
        if not self._ordered:
            newest = {b: max((f.next_offset for f in await self._snapshots.named(b)), default=-1) for b in self._buckets}
            self._buckets = sorted(self._buckets, key=lambda b: newest[b])
            self._ordered = True

    async def take(self, buckets: Sequence[int]) -> int:
        """Write snapshots of these buckets; returns of how many, fewer when the partition was claimed anew meanwhile.

        Raises
        ------
        Unavailable
            Store, log or the snapshots' place did not answer.
        """
        if not self._partition.claimed:
            return 0
        progress, written = self._partition.progress, Written(buckets)
        self._partition.on_written = written.note
        try:
            for n, (bucket, keys) in enumerate(zip(buckets, await self._d.store.keys(buckets), strict=True)):
                content = await self._content(bucket, keys, progress, written)
                if content is None:
                    return n
                end = await self._d.log.end(INTERACTIONS, self._partition.place.partition)
                await self._snapshots.write(Snapshot(self._partition.place.generation, self._d.group, bucket, content), end)
        finally:
            self._partition.on_written = None
        return len(buckets)

    async def _content(self, bucket: int, keys: Sequence[bytes], progress: Progress, written: Written) -> BucketContent | None:
        """What a bucket holds; None where the store holds what somebody else wrote, or went back in time."""
        rows: dict[bytes, bytes] = {}
        for at in range(0, len(keys), _CHUNK_ROWS):
            some = keys[at : at + _CHUNK_ROWS]
            ((packed, blobs),) = await self._d.store.load([(bucket, some)])
            if packed is None or unpack(packed).owner_nonce != progress.nonce:
                return None
            rows.update((key, blob) for key, blob in zip(some, blobs, strict=True) if blob is not None)
        timers = dict(await self._d.store.due(bucket, *_ALL_TIMERS))
        async with self._partition.between_batches():
            if not self._partition.claimed or self._partition.progress is not progress:
                return None
            (stored,) = await self._d.store.checkpoints([bucket])
            if stored is None or stored != self._partition.expected(bucket):
                return None
            rows |= written.rows[bucket]
            timers |= written.timers[bucket]
        return BucketContent(stored, list(rows.items()), {key: due_ms for key, due_ms in timers.items() if due_ms})
