"""One owned partition: claim its buckets, apply batches, answer refusals (design 3, docs/architecture.md).

Order of one batch: rows in → stages → outputs acknowledged → compare-and-set per bucket. A crash between the last two
makes the same decisions again, with the same ids and bytes; the other way round would lose them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from platinum.errors import Fenced, Inconsistent
from platinum.pipeline.batch import Executed, execute, key_hashes, prepare
from platinum.pipeline.checkpoint import Progress, buckets_of, pack
from platinum.pipeline.cut import Poisoned, Segment, cut, ends_of, last_value, since
from platinum.pipeline.outputs import Outputs
from platinum.pipeline.prepared import Place
from platinum.pipeline.stages import Stages
from platinum.ports import BucketWrite, Checkpoint, Fetched
from platinum.profile.table import RowTable
from platinum.stream.check import check_log, checked, value_hash
from platinum.stream.deployment import Counts, Deployment
from platinum.stream.poison import stage
from platinum.stream.putting import Putting
from platinum.stream.restore import restored
from platinum.stream.sieve import Sieve, Standing, Standings
from platinum.stream.touched import Touched, bucket_writes

CLAIM_TRIES = 5


def nothing() -> None:
    """Nobody wants to know."""


class Partition:
    """Owner of one partition's buckets between a claim and a fence.

    Attributes
    ----------
    position : int
        Offset of the next record to apply.
    on_written : callable or None
        Hears of every write that has succeeded.
    on_put : callable
        Called when a batch's outputs are acknowledged and its rows are packed: only the store is waited for from then on.
    """

    def __init__(self, deployment: Deployment, partition: int) -> None:
        self._d = deployment
        self.place = Place(deployment.log.generation, partition, deployment.log.partitions, deployment.buckets)
        self._buckets = list(buckets_of(partition, self.place.partitions, deployment.buckets))
        self._table = RowTable(deployment.cache_bytes)
        self._progress: Progress | None = None
        self._stages: Stages | None = None
        self._lock = asyncio.Lock()
        self._putting = Putting(deployment)
        self._sieve = Sieve(deployment, self.place, self._table, self._through, Standings(self._standing, self._go_back))
        self.position = 0
        self.counts = Counts()
        self.on_put: Callable[[], None] = nothing
        self.on_written: Callable[[Sequence[BucketWrite]], None] | None = None

    @property
    def claimed(self) -> bool:
        """Whether its buckets are ours as far as we know."""
        return self._progress is not None

    @property
    def replay(self) -> int:
        """Records that a crash now would have read again: how far the idlest bucket is behind."""
        return 0 if self._progress is None else self.position - self._progress.position()

    @property
    def progress(self) -> Progress:
        """Frontier of the buckets; there is none before the first claim."""
        if self._progress is None:
            raise Inconsistent(f"partition {self.place.partition} is used before it was claimed")
        return self._progress

    @property
    def buckets(self) -> list[int]:
        """Numbers of its buckets."""
        return list(self._buckets)

    def expected(self, bucket: int) -> bytes:
        """Checkpoint that the store must hold for one of its buckets."""
        return self.progress.expected[(bucket - self.place.partition) // self.place.partitions]

    def between_batches(self) -> asyncio.Lock:
        """Held while a batch is applied, a claim is made, or idle buckets move on."""
        return self._lock

    async def claim(self) -> None:
        """Take every bucket of the partition and find where to read on.

        Raises
        ------
        Inconsistent
            A checkpoint is missing and cannot be restored, belongs to another group or generation, or contradicts the log.
        Fenced
            Somebody else keeps claiming.
        """
        async with self._lock:
            try:
                await self._claim()
            except BaseException:
                self._release()  # half a claim knows no position
                raise

    async def _claim(self) -> None:
        for attempt in range(CLAIM_TRIES):
            stored = await restored(self._d, self.place.partition, await self._d.store.checkpoints(self._buckets))
            checkpoints = await self._checked(stored)
            nonce = secrets.randbits(64)
            claimed = [c._replace(owner_nonce=nonce) for c in checkpoints]
            wanted = {b: (old, pack(c)) for b, old, c in zip(self._buckets, stored, claimed, strict=True)}
            if all(await self._d.store.claim(wanted)):
                break
            await asyncio.sleep(0.01 * 2**attempt)
        else:
            raise Fenced(f"partition {self.place.partition}: another owner keeps claiming its buckets")
        # The cache holds what our last success wrote; it is right only if nobody wrote since.
        if self._progress is None or self._progress.expected != stored:
            self._table.clear()
        self._progress = Progress.of(claimed, nonce)
        await check_log(self._d, self.place.partition, self._progress)
        await self._sieve.skips.load(self.place)
        await self._resume()

    async def _checked(self, stored: Sequence[bytes | None]) -> list[Checkpoint]:
        """Checkpoints of our buckets; a log that was accepted anew gives the partition its generation."""
        generation = await self._d.shelf.generation(self.place.partition)
        self.place = replace(self.place, generation=generation)
        return [checked(self._d, bucket, packed, generation) for bucket, packed in zip(self._buckets, stored, strict=True)]

    async def _resume(self) -> None:
        """Read on at the smallest offset of the buckets, under the policy that was in force there."""
        self.position = self.progress.position()
        self._stages = await self._d.shelf.get(self.progress.policy, self.progress.semantics)
        await self._putting.resume(self.place, self.position)

    def _release(self) -> None:
        """Let the rows go; only a new claim may trust anything again.

        Only under the lock: a batch in flight packs its rows when its outputs are acknowledged.
        """
        self._progress = None
        self._table.clear()

    async def idle(self) -> None:
        """Wait until no batch is in flight."""
        async with self._lock:
            pass

    async def let_go(self) -> None:
        """Give the claim up once the batch in flight, if there is one, has ended."""
        async with self._lock:
            self._release()

    async def apply(self, records: Sequence[Fetched], gap: bool = False, at: int = -1) -> Outputs:
        """Apply one fetched batch; returns what it put out, nothing when it was stale or refused.

        Parameters
        ----------
        at : int
            Position that the batch was fetched for, -1 = the caller cannot tell. While it waited for its turn the store may have
            turned out to be older, and the position with it: such a batch is stale.
        gap : bool
            The batch may begin later than the last one ended: it was read from there on purpose, and the log has nothing
            in between (Kafka's markers of transactions take offsets).

        Raises
        ------
        Inconsistent
            The batch does not begin where the last one ended.
        Fenced
            The partition is no longer ours.
        Unavailable
            Log or store did not answer; the same batch may be applied again.
        """
        async with self._lock:
            if at >= 0 and (self._progress is None or at != self.position):
                return Outputs()
            records = since(records, self.position)
            if not records:
                return Outputs()
            first, _ = ends_of(records)
            if gap:
                self.position = max(self.position, first)
            if first != self.position:
                # A compare-and-set cannot see a skipped range; contiguity is what protects from it.
                raise Inconsistent(f"partition {self.place.partition}: expected offset {self.position}, the batch begins at {first}")
            try:
                return await self._apply(records)
            except BaseException:
                self._release()  # rows in memory may be ahead of the store now
                raise

    async def _apply(self, records: Sequence[Fetched]) -> Outputs:
        touched = Touched()
        executed = await self._sieve.apply(records, touched)
        if executed is None:
            await self._refused((), self.position)
            return Outputs()
        progress = self.progress
        outputs = Outputs([topic for done in executed for topic in done.outputs.topics])
        last = progress.last_offset = ends_of(records)[1]
        progress.last_hash = value_hash(last_value(records))
        await self._putting.put(outputs, (self.position, last))
        writes = bucket_writes(touched, self._table, progress, self._buckets, last + 1)
        self.on_put()
        if not all(await self._d.store.compare_and_set(writes)):
            if not await self._refused(writes, last + 1):
                return Outputs()
        else:
            self._advance(writes, last + 1)
        self.counts.note(len(records), executed)
        return outputs

    def _standing(self) -> Standing:
        progress = self.progress
        return Standing(progress.clock_ms.copy(), progress.policy_seq, progress.policy, progress.semantics, self._stages)

    def _go_back(self, standing: Standing) -> None:
        progress = self.progress
        progress.clock_ms[:] = standing.clock_ms
        progress.policy_seq, progress.policy, progress.semantics, self._stages = standing[1:]

    async def _through(self, records: Sequence[Fetched], skipped: Mapping[int, Poisoned], touched: Touched) -> list[Executed] | None:
        """Records through the stages; None when a row was read under a checkpoint that is not ours.

        Raises
        ------
        StageFailed
            Rows may be neither as they were nor as they should be.
        """
        executed = []
        for segment in cut(records, self._d.secret, skipped):
            await self._activate(segment)
            if segment.disarmed is not None and not await self._disarm(segment.disarmed, touched):
                return None
            done = await self._run(segment, touched)
            if done is None:
                return None
            executed.append(done)
        return executed

    async def _activate(self, segment: Segment) -> None:
        """Put a marker's policy in force unless a later activation already is."""
        marker = segment.activated
        if marker is None or marker.seq <= self.progress.policy_seq:
            return
        policy, progress = int(marker.policy, 16), self.progress
        self._stages = await self._d.shelf.get(policy, marker.semantics)
        progress.policy_seq, progress.policy, progress.semantics = marker.seq, policy, marker.semantics

    async def _disarm(self, record: Fetched, touched: Touched) -> bool:
        """Take the timer from the row of a skipped `timer due`; its customer's next event sets the one after it."""
        key = record.key or b""
        bucket = int(key_hashes([key])[0]) % self.place.buckets
        k = bucket // self.place.partitions
        if bucket % self.place.partitions != self.place.partition or record.offset < self.progress.next_offset[k]:
            return True
        slots = await self._rows_for([key], touched)
        if slots is None:
            return False
        rows = self._table.rows
        if rows["timer_due_ms"][slots[0]]:
            touched.note_due(slots, rows["timer_due_ms"][slots])
            rows["timer_due_ms"][slots] = 0
            touched.note(slots, np.array([k], np.int64))
        return True

    async def _run(self, segment: Segment, touched: Touched) -> Executed | None:
        """One segment through the stages; None when a row was read under a checkpoint that is not ours."""
        stages = self._stages
        if stages is None:
            raise Inconsistent(f"partition {self.place.partition} is used before it was claimed")
        with stage("decode"):
            prepared = prepare(segment, stages, self.place)
        slots = await self._rows_for(prepared.columns.keys, touched)
        if slots is None:
            return None
        rows = self._table.rows
        due_ms = rows["timer_due_ms"][slots]
        if stages.policy.whens or due_ms.any():  # a policy without timers removes those of the one before
            touched.note_due(slots, due_ms)
        with stage("fold"):
            done = execute(prepared, rows, slots, (self.progress.next_offset, self.progress.clock_ms), stages, self.place)
        touched.note(done.slots, done.slot_buckets)
        return done

    async def _rows_for(self, keys: Sequence[bytes], touched: Touched) -> NDArray[np.int64] | None:
        """Slot of each key's row; None when one was read under a checkpoint that is not ours."""
        slots, missing = self._table.slots_for(keys, same_batch=touched.segments > 0)
        touched.segments += 1
        if missing and not await self._load(missing):
            return None
        self._sieve.keep(slots)
        return slots

    async def _load(self, missing: Sequence[bytes]) -> bool:
        """Read rows that are not in the cache; False when a bucket's checkpoint is not the one we wrote."""
        by_bucket: dict[int, list[bytes]] = {}
        for key, bucket in zip(missing, self._bucket_indexes(missing), strict=True):
            by_bucket.setdefault(bucket, []).append(key)
        wanted = [(self._buckets[k], keys) for k, keys in by_bucket.items()]
        for (k, keys), (checkpoint, blobs) in zip(by_bucket.items(), await self._d.store.load(wanted), strict=True):
            if checkpoint != self.progress.expected[k]:
                return False  # somebody else wrote: never compute on it
            self._table.fill(keys, blobs)
        return True

    def _bucket_indexes(self, keys: Sequence[bytes]) -> list[int]:
        indexes: list[int] = (key_hashes(keys) % self.place.buckets // self.place.partitions).tolist()
        return indexes

    def _advance(self, writes: Sequence[BucketWrite], next_offset: int) -> None:
        progress = self.progress
        written = [(write.bucket - self.place.partition) // self.place.partitions for write in writes]
        for k, write in zip(written, writes, strict=True):
            progress.expected[k] = write.new
        progress.next_offset[written] = np.maximum(progress.next_offset[written], next_offset)
        self.position = next_offset
        if self.on_written is not None:
            self.on_written(writes)

    async def advance_idle(self) -> bool:
        """Empty compare-and-set of every bucket: moves idle ones on, and finds a store that went back in time."""
        async with self._lock:
            if self._progress is None:  # a batch failed, and let go, while this waited for it
                return False
            try:
                return await self._advance_idle()
            except BaseException:
                self._release()  # what is stored is not known
                raise

    async def _advance_idle(self) -> bool:
        writes = [BucketWrite(bucket, self.progress.expected[k], self._idle(k), (), {}) for k, bucket in enumerate(self._buckets)]
        if all(await self._d.store.compare_and_set(writes)):
            self._advance(writes, self.position)
            return True
        return await self._refused(writes, self.position)

    def _idle(self, k: int) -> bytes:
        """Checkpoint of bucket k with nothing new in its rows.

        A store that went back in time leaves buckets at different offsets. One that is ahead of the replay is only
        checked: its offset must not fall back, and the policy there may be newer than the replay's.
        """
        progress = self.progress
        if progress.next_offset[k] > self.position:
            return progress.expected[k]
        return progress.packed(k, self.position, int(progress.clock_ms[k]))

    async def _refused(self, writes: Sequence[BucketWrite], next_offset: int) -> bool:
        """A compare-and-set was refused: find out which of the four cases it is. True = it had succeeded.

        Raises
        ------
        Fenced
            Case (d): the partition is no longer ours.
        """
        self.counts.refusals += 1
        self._table.clear()
        stored = await self._d.store.checkpoints(self._buckets)
        mine = list(self.progress.expected)
        for write in writes:
            mine[(write.bucket - self.place.partition) // self.place.partitions] = write.new
        if writes and stored == mine:
            self._advance(writes, next_offset)
            return True
        if None not in stored:  # a store that lost some is restored by a claim, which only a member may make
            checkpoints = await self._checked(stored)
            if all(c.owner_nonce == self.progress.nonce for c in checkpoints):
                self._progress = Progress.of(checkpoints, self.progress.nonce)
                await self._resume()
                return False
        if not await self._d.still_member(self.place.partition):
            raise Fenced(f"partition {self.place.partition} has another owner")
        self._progress = None
        await self._claim()
        return False
