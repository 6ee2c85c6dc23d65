"""The partitions that a group member holds: claimed on assignment, applied as fetched, given up when lost (design 3).

Knows nothing of Faust: whoever polls says which partitions are assigned, hands over what it fetched, and moves its own
position when told to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from math import inf

import structlog

from platinum.errors import Fenced, Inconsistent, Unavailable
from platinum.pipeline.cut import ends_of
from platinum.ports import Fetched
from platinum.stream.deployment import Counts, Deployment
from platinum.stream.partition import Partition, nothing
from platinum.stream.runner import IDLE_CHECK_S, LONGEST_BACKOFF_S, MOST_REPLAY, TIMER_TICK_S
from platinum.stream.snapshotting import Snapshotter
from platinum.stream.sweep import Sweeper
from platinum.stream.timers import Timers

#: How long a rebalance waits for batches in flight, at most. The group's own patience is its session, 10 s.
SETTLE_S = 2.0
#: A stopped partition is looked at again so often: somebody may have decided, or restored what was missing.
STOPPED_RETRY_S = 30.0
LOG = structlog.get_logger("platinum.stream")
#: Why an assigned partition is not worked on: another owner has it, log and state contradict each other, or log or store do not
#: answer, which is tried again.
STOPPED_BY = ("fenced", "inconsistent", "unavailable")
#: Moves the poller of a partition to an offset.
Seek = Callable[[int, int], Awaitable[None]]


class Held:
    """One assigned partition.

    Attributes
    ----------
    stopped : str
        Why it is not worked on although it is assigned; "" = it is.
    stopped_by : str
        The same, one of ``STOPPED_BY``; "" = it is worked on, or is about to be.
    sought : int
        Offset that its poller was moved to and has not delivered from yet, -1 = none: a gap is believed only there.
    """

    def __init__(self, deployment: Deployment, partition: int, counts: Counts) -> None:
        self.partition = Partition(deployment, partition)
        self.partition.counts = counts
        self.timers = Timers(deployment.log, deployment.store, deployment.secret, self.partition)
        snapshots = deployment.snapshots
        self.snapshotter = None if snapshots is None else Snapshotter(deployment, self.partition, snapshots)
        self.stopped = self.stopped_by = ""
        self.sought = -1
        self.backoff_s = 0.05
        self.retry_at_s = 0.0
        self.tick_at_s = self.check_at_s = 0.0

    @property
    def position(self) -> int:
        """Offset to read next, -1 while it is not claimed."""
        return self.partition.position if self.partition.claimed and not self.stopped else -1

    def end(self) -> None:
        """Give up what runs beside the batches."""
        if self.snapshotter is not None:
            self.snapshotter.stop()


class Ownership:
    """What this process holds.

    Parameters
    ----------
    seek : callable
        Moves the poller; awaited under nobody's lock.
    clock_ms : callable or None
        Wall clock, for timers; None = none are appended, as when a recorded log is played again.
    ahead : callable
        Tells the poller that what it handed over is nearly applied.

    Attributes
    ----------
    counts : dict of int to Counts
        Of every partition that was ever held: a partition that goes and comes back counts on.
    rebalances : int
        Assignments so far.
    """

    def __init__(self, deployment: Deployment, seek: Seek, clock_ms: Callable[[], int] | None, ahead: Callable[[], None] = nothing) -> None:
        self._d, self._seek, self._clock_ms, self._ahead = deployment, seek, clock_ms, ahead
        self._sweeper = None if clock_ms is None else Sweeper(deployment, clock_ms)
        self._unput = 0
        self.held: dict[int, Held] = {}
        self.counts: dict[int, Counts] = {}
        self.rebalances = 0

    def end(self) -> None:
        """The process ends: nothing more is begun, snapshots on their way are given up."""
        if self._sweeper is not None:
            self._sweeper.stop()
        for held in self.held.values():
            held.end()

    def positions(self) -> dict[int, int]:
        """Offset of each partition up to which everything is in the store."""
        return {p: held.position for p, held in self.held.items() if held.position >= 0}

    def accepted(self, partition: int) -> bool:
        """Whether a partition's log was accepted anew (``stream.accept``)."""
        held = self.held.get(partition)
        return held is not None and held.partition.place.generation != self._d.log.generation

    def keep(self, assigned: Iterable[int]) -> None:
        """Let go of what is not assigned any more. Its batch in flight ends by itself: its compare-and-set is refused, or good."""
        self.rebalances += 1
        kept = set(assigned)
        for p in [p for p in self.held if p not in kept]:
            lost = self.held.pop(p)
            lost.stopped = "assigned to another worker"
            lost.end()
            LOG.info("partition lost", partition=p)

    async def settle(self) -> None:
        """All partitions are given back: let the batches in flight end, for ``SETTLE_S`` at most.

        What a successor finds acknowledged and stored it neither makes again nor puts out twice.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                await asyncio.gather(*(held.partition.idle() for held in self.held.values()))

    async def take(self, assigned: Iterable[int]) -> None:
        """Claim every assigned partition, those that stayed too, and move the poller to where each is to be read on."""
        await asyncio.gather(*(self._claim(self._hold(p)) for p in assigned))

    def _hold(self, p: int) -> Held:
        if p not in self.held:
            self.held[p] = Held(self._d, p, self.counts.setdefault(p, Counts()))
            self.held[p].partition.on_put = self._put
        return self.held[p]

    async def _claim(self, held: Held) -> None:
        try:
            await held.partition.claim()
        except Unavailable as gone:
            self._retry(held, str(gone))
            return
        except (Fenced, Inconsistent) as final:
            self._stop(held, final)
            return
        if await self._note_end(held):
            held.stopped, held.stopped_by, held.backoff_s = "", "", 0.05
            LOG.info("partition claimed", partition=held.partition.place.partition, offset=held.partition.position)
            await self._move(held)

    async def _note_end(self, held: Held) -> bool:
        """Timers wait from here on until the log's end of now is folded. False where the log did not say: claimed again later."""
        try:
            await held.timers.after_claim()
        except Unavailable as gone:
            await held.partition.let_go()
            self._retry(held, str(gone))
            return False
        return True

    async def _move(self, held: Held) -> None:
        held.sought = held.partition.position
        await self._seek(held.partition.place.partition, held.sought)

    def _retry(self, held: Held, why: str) -> None:
        """Claim again later: the partition has let its rows go and is not worked on until then."""
        held.stopped_by = "unavailable"
        held.retry_at_s = asyncio.get_running_loop().time() + held.backoff_s
        LOG.warning("dependency unavailable", partition=held.partition.place.partition, error=why, retry_s=held.backoff_s)
        held.backoff_s = min(held.backoff_s * 2, LONGEST_BACKOFF_S)

    def _stop(self, held: Held, why: Fenced | Inconsistent) -> None:
        """Work on the other partitions only. What contradicts itself is looked at again: a decision needs no restart."""
        held.stopped, held.stopped_by = str(why), "fenced" if isinstance(why, Fenced) else "inconsistent"
        again_s = STOPPED_RETRY_S if isinstance(why, Inconsistent) else inf
        held.retry_at_s = asyncio.get_running_loop().time() + again_s
        retried = {} if again_s == inf else {"retry_s": again_s}
        LOG.error("partition stopped", partition=held.partition.place.partition, error=held.stopped, **retried)

    async def claim_again(self, p: int) -> None:
        """The log does not hold the offset that a partition is read at, or may be another one: the claim compares them."""
        if (held := self.held.get(p)) is not None and held.position >= 0:
            LOG.warning("the log is compared with the checkpoints", partition=p, offset=held.position)
            await self._claim(held)

    async def stop(self, p: int, why: Inconsistent) -> None:
        """The next records of a partition cannot be read here: work on the others only."""
        if (held := self.held.get(p)) is not None and held.position >= 0:
            await held.partition.let_go()
            self._stop(held, why)

    async def apply(self, fetched: Mapping[int, Sequence[Fetched]], at: Mapping[int, int]) -> None:
        """Apply what one poll returned, the partitions side by side.

        Parameters
        ----------
        at : mapping of partition to offset
            ``positions()`` from before the poll: what was fetched across a claim or a seek may start anywhere.
        """
        mine = [(self.held[p], records, at.get(p, -1)) for p, records in fetched.items() if p in self.held]
        self._unput = len(mine)
        await asyncio.gather(*(self._apply(*one) for one in mine))

    def _put(self) -> None:
        """One of the batches waits for the store only. With the last of them the poller is told."""
        self._unput -= 1
        if self._unput == 0:
            self._ahead()

    async def _apply(self, held: Held, records: Sequence[Fetched], at: int) -> None:
        partition = held.partition
        if held.position < 0 or not records:
            return
        first, last = ends_of(records)
        believed = held.sought == partition.position
        held.sought = -1
        if at == partition.position > first:
            # A poller that was set back, as Kafka's own are where a position lies outside the log: the claim compares them.
            await self._claim(held)
            return
        if at != partition.position or (first > partition.position and not believed):
            await self._move(held)
            return
        refusals = partition.counts.refusals
        try:
            await partition.apply(records, believed, at)
        except Unavailable as gone:
            self._retry(held, str(gone))
            return
        except (Fenced, Inconsistent) as final:
            self._stop(held, final)
            return
        if partition.counts.refusals != refusals and not await self._note_end(held):
            return
        if partition.claimed and partition.position != last + 1:
            await self._move(held)

    async def tend(self) -> None:
        """Once: retries that are due, timers, idle buckets. Called several times a second."""
        now_s = asyncio.get_running_loop().time()
        await asyncio.gather(*(self._tend(held, now_s) for held in list(self.held.values())))
        if self._sweeper is not None:
            self._sweeper.tick([held.partition for held in self.held.values() if not held.stopped])

    async def _tend(self, held: Held, now_s: float) -> None:
        partition = held.partition
        if not partition.claimed:
            if now_s >= held.retry_at_s:
                await self._claim(held)
            return
        if held.snapshotter is not None:
            held.snapshotter.tick(now_s)
        if self._clock_ms is not None and now_s >= held.tick_at_s:
            held.tick_at_s = now_s + TIMER_TICK_S
            await self._tick(held, self._clock_ms())
        if now_s >= held.check_at_s or partition.replay > MOST_REPLAY or partition.silent:
            held.check_at_s = now_s + IDLE_CHECK_S
            await self._check_idle(held)

    async def _tick(self, held: Held, wall_ms: int) -> None:
        """Append what is due. Where that fails nothing is wrong with the rows: a batch may be working on them at this moment."""
        try:
            await held.timers.tick(wall_ms)
        except Unavailable as gone:
            LOG.warning("timers wait", partition=held.partition.place.partition, error=str(gone), retry_s=TIMER_TICK_S)

    async def _check_idle(self, held: Held) -> None:
        partition = held.partition
        refusals = partition.counts.refusals
        try:
            await partition.advance_idle()
        except Unavailable as gone:
            self._retry(held, str(gone))
            return
        except (Fenced, Inconsistent) as final:
            self._stop(held, final)
            return
        # Also where it stands as before: while it was claimed anew, whoever reads may have let it go.
        if partition.counts.refusals != refusals and await self._note_end(held):
            await self._move(held)
