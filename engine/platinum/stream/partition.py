"""One owned partition: claim its buckets, apply batches, answer refusals (design 3, docs/architecture.md).

Order of one batch: rows in → stages → outputs acknowledged → compare-and-set per bucket. A crash between the last two
makes the same decisions again, with the same ids and bytes; the other way round would lose them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from platinum.errors import Inconsistent
from platinum.pipeline.checkpoint import Progress
from platinum.pipeline.cut import ends_of, last_value, since
from platinum.pipeline.outputs import Outputs
from platinum.pipeline.prepared import Place
from platinum.pipeline.stages import Stages
from platinum.ports import BucketWrite, Fetched
from platinum.stream.check import value_hash
from platinum.stream.claim import Claim
from platinum.stream.deployment import Counts, Deployment
from platinum.stream.sieve import Sieve
from platinum.stream.through import Through
from platinum.stream.touched import Touched, bucket_writes


def nothing() -> None:
    """Nobody wants to know."""


class Partition:
    """Owner of one partition's buckets between a claim and a fence.

    Attributes
    ----------
    on_put : callable
        Called when a batch's outputs are acknowledged and its rows are packed: only the store is waited for from then on.
    """

    def __init__(self, deployment: Deployment, partition: int) -> None:
        self._store = deployment.store
        self._lock = asyncio.Lock()
        self._claim = Claim(deployment, partition)
        self._sieve = Sieve(deployment, self._claim, Through(deployment, self._claim))
        self.on_put: Callable[[], None] = nothing
        self._told = 0

    @property
    def place(self) -> Place:
        """Where its records lie."""
        return self._claim.place

    @property
    def position(self) -> int:
        """Offset of the next record to apply."""
        return self._claim.position

    @property
    def counts(self) -> Counts:
        """What it has done; a partition that goes and comes back is given those that it had."""
        return self._claim.counts

    @counts.setter
    def counts(self, counts: Counts) -> None:
        self._claim.counts = counts

    @property
    def on_written(self) -> Callable[[Sequence[BucketWrite]], None] | None:
        """Hears of every write that has succeeded."""
        return self._claim.on_written

    @on_written.setter
    def on_written(self, hears: Callable[[Sequence[BucketWrite]], None] | None) -> None:
        self._claim.on_written = hears

    @property
    def claimed(self) -> bool:
        """Whether its buckets are ours as far as we know."""
        return self._claim.held

    @property
    def replay(self) -> int:
        """Records that a crash now would have read again: how far the idlest bucket is behind."""
        return self.position - self.progress.position() if self.claimed else 0

    @property
    def progress(self) -> Progress:
        """Frontier of the buckets; there is none before the first claim."""
        return self._claim.progress

    @property
    def in_force(self) -> tuple[int, int]:
        """Nonce of the claim, and number of the activation that is in force under it."""
        return self.progress.nonce, self.progress.policy_seq

    @property
    def stopping(self) -> Stages | None:
        """Stages of what is in force, if it stops something."""
        stages = self._claim.stages if self.claimed else None
        return stages if stages is not None and stages.policy.stops else None

    @property
    def silent(self) -> bool:
        """Whether checkpoints of idle buckets may not say yet what is in force: who reads them would go by what was."""
        return self.claimed and self._told != self.progress.policy_seq

    @property
    def buckets(self) -> list[int]:
        """Numbers of its buckets."""
        return list(self._claim.buckets)

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
                await self._claim.take()
                self._told = self.progress.policy_seq
            except BaseException:
                self._claim.release()  # half a claim knows no position
                raise

    async def idle(self) -> None:
        """Wait until no batch is in flight."""
        async with self._lock:
            pass

    async def let_go(self) -> None:
        """Give the claim up once the batch in flight, if there is one, has ended."""
        async with self._lock:
            self._claim.release()

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
            claim = self._claim
            if at >= 0 and (not claim.held or at != claim.position):
                return Outputs()
            records = since(records, claim.position)
            if not records:
                return Outputs()
            first, _ = ends_of(records)
            if gap:
                claim.position = max(claim.position, first)
            if first != claim.position:
                # A compare-and-set cannot see a skipped range; contiguity is what protects from it.
                raise Inconsistent(f"partition {claim.place.partition}: expected offset {claim.position}, the batch begins at {first}")
            try:
                return await self._apply(records)
            except BaseException:
                claim.release()  # rows in memory may be ahead of the store now
                raise

    async def _apply(self, records: Sequence[Fetched]) -> Outputs:
        claim, touched = self._claim, Touched()
        executed = await self._sieve.apply(records, touched)
        if executed is None:
            await claim.refused((), claim.position)
            return Outputs()
        progress = claim.progress
        outputs = Outputs([topic for done in executed for topic in done.outputs.topics])
        last = progress.last_offset = ends_of(records)[1]
        progress.last_hash = value_hash(last_value(records))
        late = await claim.putting.put(outputs, (claim.position, last))
        writes = bucket_writes(touched, claim.table, progress, claim.buckets, last + 1)
        self.on_put()
        if not all(await self._store.compare_and_set(writes)):
            if not await claim.refused(writes, last + 1):
                return Outputs()
        else:
            claim.advance(writes, last + 1)
        claim.counts.note(len(records), executed)
        claim.counts.late += late
        return outputs

    async def advance_idle(self) -> bool:
        """Empty compare-and-set of every bucket: moves idle ones on, and finds a store that went back in time."""
        async with self._lock:
            if not self._claim.held:  # a batch failed, and let go, while this waited for it
                return False
            try:
                self._told = self.progress.policy_seq
                return await self._claim.advance_idle()
            except BaseException:
                self._claim.release()  # what is stored is not known
                raise
