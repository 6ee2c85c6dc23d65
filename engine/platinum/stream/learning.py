"""The learner beside the stream: it reads what it is told, and puts its snapshots in force (design 8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from platinum.errors import Unavailable
from platinum.learn.portfolio import Portfolio
from platinum.learn.snapshot import Learner, Snapshot
from platinum.ports import LEARNING, Log
from platinum.stream.activate import mark
from platinum.stream.shelf import PolicyShelf

LOG = structlog.get_logger("platinum.learner")
#: So many new facts are worth a snapshot, where they are as large a share of all that was read, or the last one is so old: one a minute
#: for the same numbers would fill the artefacts, which everybody reads who starts or stops something.
LEARN_FROM, _NEWS, _AGE_MS = 50, 0.01, 3_600_000
_FETCH = 4096


class Learning:
    """One learner of a deployment.

    Its state is what it has read; started anew it reads again, and comes to the same bytes at the same offsets.

    Attributes
    ----------
    unpublished, read : int
        Records read since the last snapshot, and in all.
    """

    def __init__(self, log: Log, shelf: PolicyShelf, secret: bytes) -> None:
        self._log, self._shelf, self._secret = log, shelf, secret
        self._learner = Learner(log.partitions)
        self.unpublished = self.read = 0
        self._published_ms: int | None = None

    @property
    def vector(self) -> list[int]:
        """Next offset of each partition of the learning topic."""
        return self._learner.vector

    async def catch_up(self) -> int:
        """Read what there is; returns how many records were new."""
        read = 0
        for partition in range(self._log.partitions):
            at = max(self._learner.vector[partition], await self._log.start(LEARNING, partition))
            while records := await self._log.fetch(LEARNING, partition, at, _FETCH):
                read += sum(self._learner.fold(partition, r.offset, r.value, r.time_ms) for r in records)
                at = records[-1].offset + 1
        self.unpublished += read
        self.read += read
        return read

    def snapshot(self) -> Snapshot:
        """What was read so far says."""
        return self._learner.snapshot()

    def whole(self) -> Portfolio:
        """Statistics of everything read so far, as one: reports say more than snapshots do."""
        return self._learner.whole()

    async def publish(self, time_ms: int) -> str:
        """Put a snapshot of everything read so far in force on every partition; returns its name.

        Raises
        ------
        Unavailable
            As ``stream.activate.mark``; publishing again is safe.
        """
        marker = await self._shelf.put_model(self.snapshot(), time_ms)
        await mark(self._log, marker, self._secret, time_ms, range(self._log.partitions))
        self.unpublished, self._published_ms = 0, time_ms
        return marker.model

    def is_worth(self, now_ms: int) -> bool:
        """Whether what was read since the last snapshot is worth another one."""
        if self.unpublished < LEARN_FROM:
            return False
        old = self._published_ms is None or now_ms - self._published_ms >= _AGE_MS
        return old or self.unpublished >= _NEWS * self.read

    async def keep_on(self, now_ms: Callable[[], int], stop: asyncio.Event, every_s: float) -> None:
        """Learn until ``stop``: every so often what is new is read, and put in force if there is enough of it.

        A log that does not answer is asked again next time: decisions go on under the snapshot that they have.
        """
        while not stop.is_set():
            try:
                await self.catch_up()
                if self.is_worth(now_ms()):
                    LOG.info("snapshot in force", facts=self.unpublished, model=await self.publish(now_ms()))
            except Unavailable as error:
                LOG.warning("nothing learned this time: the log does not answer", cause=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every_s)
