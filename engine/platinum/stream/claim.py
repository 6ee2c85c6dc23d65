"""What an owner holds of one partition: taken by a claim, looked at again when a compare-and-set is refused (design 3).

Everything that a batch changes lies here and nowhere else: ``stream.through`` and ``stream.partition`` work on it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.errors import Fenced, Inconsistent
from platinum.pipeline.checkpoint import Marks, Progress, buckets_of, pack
from platinum.pipeline.prepared import Place
from platinum.pipeline.stages import Stages
from platinum.ports import BucketWrite, Checkpoint
from platinum.profile.table import RowTable
from platinum.stream.check import check_log, checked
from platinum.stream.deployment import Counts, Deployment
from platinum.stream.putting import Putting
from platinum.stream.restore import restored
from platinum.stream.skips import Skips

CLAIM_TRIES = 5


class Standing(NamedTuple):
    """What a batch changes besides rows."""

    clock_ms: NDArray[np.int64]
    policy_seq: int
    policy: int
    semantics: int
    marks: Marks
    stages: Stages | None


class Claim:
    """Buckets of one partition between a claim and a fence. Only who holds the partition's lock changes anything.

    Attributes
    ----------
    place : Place
        Its generation is what the last look at the checkpoints found.
    buckets : list of int
        Number of the bucket at each index.
    table : RowTable
        Rows in memory; while a batch is applied they are ahead of the store.
    stages : Stages or None
        Of the policy in force at ``position``; there are none before the first claim.
    position : int
        Offset of the next record to apply.
    putting, skips : Putting, Skips
        What its batches put out and leave out; a claim reads how far the owner before had come.
    on_written : callable or None
        Hears of every write that has succeeded.
    """

    def __init__(self, deployment: Deployment, partition: int) -> None:
        self._d = deployment
        self.place = Place(deployment.log.generation, partition, deployment.log.partitions, deployment.buckets)
        self.buckets = list(buckets_of(partition, self.place.partitions, deployment.buckets))
        self.table = RowTable(deployment.cache_bytes)
        self._progress: Progress | None = None
        self.stages: Stages | None = None
        self.position = 0
        self.putting = Putting(deployment)
        self.skips = Skips(deployment.log, deployment.secret, self.place)
        self.counts = Counts()
        self.on_written: Callable[[Sequence[BucketWrite]], None] | None = None

    @property
    def held(self) -> bool:
        """Whether the buckets are ours as far as we know."""
        return self._progress is not None

    @property
    def progress(self) -> Progress:
        """Frontier of the buckets; there is none before the first claim."""
        if self._progress is None:
            raise Inconsistent(f"partition {self.place.partition} is used before it was claimed")
        return self._progress

    def standing(self) -> Standing:
        """What a batch is about to change besides rows, taken down."""
        progress = self.progress
        return Standing(progress.clock_ms.copy(), progress.policy_seq, progress.policy, progress.semantics, progress.marks, self.stages)

    def go_back(self, standing: Standing) -> None:
        """Put back what was taken down."""
        progress = self.progress
        progress.clock_ms[:] = standing.clock_ms
        progress.policy_seq, progress.policy, progress.semantics, progress.marks, self.stages = standing[1:]

    def release(self) -> None:
        """Let the rows go; only a new claim may trust anything again.

        Only under the lock: a batch in flight packs its rows when its outputs are acknowledged.
        """
        self._progress = None
        self.table.clear()

    async def take(self) -> None:
        """Claim every bucket and find where to read on; raises as ``Partition.claim``, and then half a claim is left to release."""
        for attempt in range(CLAIM_TRIES):
            stored = await restored(self._d, self.place.partition, await self._d.store.checkpoints(self.buckets))
            checkpoints = await self._checked(stored)
            nonce = secrets.randbits(64)
            claimed = [c._replace(owner_nonce=nonce) for c in checkpoints]
            wanted = {b: (old, pack(c)) for b, old, c in zip(self.buckets, stored, claimed, strict=True)}
            if all(await self._d.store.claim(wanted)):
                break
            await asyncio.sleep(0.01 * 2**attempt)
        else:
            raise Fenced(f"partition {self.place.partition}: another owner keeps claiming its buckets")
        # The cache holds what our last success wrote; it is right only if nobody wrote since.
        if self._progress is None or self._progress.expected != stored:
            self.table.clear()
        self._progress = Progress.of(claimed, nonce)
        await check_log(self._d, self.place.partition, self._progress)
        await self.skips.load(self.place)
        await self._resume()

    async def _checked(self, stored: Sequence[bytes | None]) -> list[Checkpoint]:
        """Checkpoints of our buckets; a log that was accepted anew gives the partition its generation."""
        generation = await self._d.shelf.generation(self.place.partition)
        self.place = replace(self.place, generation=generation)
        return [checked(self._d, bucket, packed, generation) for bucket, packed in zip(self.buckets, stored, strict=True)]

    async def _resume(self) -> None:
        """Read on at the smallest offset of the buckets, under the policy that was in force there."""
        self.position = self.progress.position()
        self.stages = await self._d.shelf.get(self.progress.policy, self.progress.semantics, self.progress.model)
        await self.putting.resume(self.place, self.position)

    def advance(self, writes: Sequence[BucketWrite], next_offset: int) -> None:
        """A compare-and-set has succeeded: the store holds everything before ``next_offset``."""
        progress, written = self.progress, self._indexes(writes)
        for k, write in zip(written, writes, strict=True):
            progress.expected[k] = write.new
        progress.next_offset[written] = np.maximum(progress.next_offset[written], next_offset)
        self.position = next_offset
        if self.on_written is not None:
            self.on_written(writes)

    def _indexes(self, writes: Sequence[BucketWrite]) -> list[int]:
        return [(write.bucket - self.place.partition) // self.place.partitions for write in writes]

    async def advance_idle(self) -> bool:
        """Empty compare-and-set of every bucket; False when it was refused and had not succeeded."""
        writes = [BucketWrite(bucket, self.progress.expected[k], self._idle(k), (), {}) for k, bucket in enumerate(self.buckets)]
        if all(await self._d.store.compare_and_set(writes)):
            self.advance(writes, self.position)
            return True
        return await self.refused(writes, self.position)

    def _idle(self, k: int) -> bytes:
        """Checkpoint of bucket k with nothing new in its rows.

        A store that went back in time leaves buckets at different offsets. One that is ahead of the replay is only
        checked: its offset must not fall back, and the policy there may be newer than the replay's.
        """
        progress = self.progress
        if progress.next_offset[k] > self.position:
            return progress.expected[k]
        return progress.packed(k, self.position, int(progress.clock_ms[k]))

    async def refused(self, writes: Sequence[BucketWrite], next_offset: int) -> bool:
        """A compare-and-set was refused: find out which of the four cases it is. True = it had succeeded.

        Raises
        ------
        Fenced
            Case (d): the partition is no longer ours.
        """
        self.counts.refusals += 1
        self.table.clear()
        stored = await self._d.store.checkpoints(self.buckets)
        mine = list(self.progress.expected)
        for k, write in zip(self._indexes(writes), writes, strict=True):
            mine[k] = write.new
        if writes and stored == mine:
            self.advance(writes, next_offset)
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
        await self.take()
        return False
