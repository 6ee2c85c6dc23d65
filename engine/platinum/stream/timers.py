"""Live timers: append `timer due` when the wall clock passes what a row is waiting for (design 3).

After a claim nothing is appended until everything that was in the log at that moment is folded: the fact that settles
a timer may lie there. Each overdue timer is appended once per claim; copies and early ones do nothing when folded.
"""

from __future__ import annotations

from platinum.pipeline.checkpoint import buckets_of
from platinum.pipeline.engine_records import TimerDue, engine_record
from platinum.ports import INTERACTIONS, Log, ProfileStore, Record
from platinum.stream.partition import Partition

#: Timers appended per partition and tick at most; the rest follows with the next tick.
MOST_PER_TICK = 500


class Timers:
    """Overdue timers of one partition."""

    def __init__(self, log: Log, store: ProfileStore, secret: bytes, partition: Partition) -> None:
        self._log, self._store, self._secret, self._partition = log, store, secret, partition
        place = partition.place
        self._buckets = list(buckets_of(place.partition, place.partitions, place.buckets))
        self._wait_for = -1
        self._appended: set[tuple[bytes, int]] = set()

    async def after_claim(self) -> None:
        """Note the log's end; forget what was appended under an earlier claim."""
        self._wait_for = await self._log.end(INTERACTIONS, self._partition.place.partition)
        self._appended.clear()

    async def tick(self, wall_ms: int) -> int:
        """Append every timer that is due at ``wall_ms`` and not yet appended; returns how many."""
        if self._wait_for < 0 or self._partition.position < self._wait_for:
            return 0
        overdue: list[tuple[bytes, int]] = []
        due_of = await self._store.next_due(self._buckets)
        for bucket, due_ms in zip(self._buckets, due_of, strict=True):
            if due_ms and due_ms <= wall_ms:
                overdue += await self._store.due(bucket, wall_ms, MOST_PER_TICK)
        new = [one for one in overdue if one not in self._appended][:MOST_PER_TICK]
        # What is no longer due was folded: forgetting it keeps the set as small as the backlog.
        self._appended.intersection_update(overdue)
        if new:
            records: list[Record] = [engine_record(self._secret, key, TimerDue(due_ms), wall_ms) for key, due_ms in new]
            await self._log.append(INTERACTIONS, records)
            self._appended.update(new)
        return len(new)
