"""A store in this process's memory: for tests, the library facade and the bench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

from platinum.errors import Unavailable
from platinum.ports import BucketContent, BucketWrite


class _Timers:
    """Earliest due time per customer; a heap whose outdated entries are dropped when met.

    Attributes
    ----------
    first_ms : int
        Earliest of all, 0 = none. Kept, because a played history asks every bucket before every stretch.
    """

    __slots__ = ("_due", "_heap", "first_ms")

    def __init__(self) -> None:
        self.first_ms = 0
        self._due: dict[bytes, int] = {}
        self._heap: list[tuple[int, bytes]] = []

    def put(self, timers: Mapping[bytes, int]) -> None:
        due, heap = self._due, self._heap
        for key, due_ms in timers.items():
            if due_ms == 0:
                due.pop(key, None)
            elif due.get(key) != due_ms:
                due[key] = due_ms
                heappush(heap, (due_ms, key))
        # A timer that is moved at every event leaves an outdated entry each time.
        if len(heap) > 2 * len(due) + 64:
            self._heap = [(due_ms, key) for key, due_ms in due.items()]
            heapify(self._heap)
        self._drop_outdated()

    def _drop_outdated(self) -> None:
        due, heap = self._due, self._heap
        while heap and due.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        self.first_ms = heap[0][0] if heap else 0

    def until(self, until_ms: int, limit: int) -> list[tuple[bytes, int]]:
        found: dict[bytes, int] = {}
        while len(found) < limit and 0 < self.first_ms <= until_ms:
            due_ms, key = heappop(self._heap)
            found[key] = due_ms  # the same pair may be there twice: set, moved, set back
            self._drop_outdated()
        for key, due_ms in found.items():
            heappush(self._heap, (due_ms, key))
        self._drop_outdated()
        return list(found.items())


class MemoryStore:
    """Store whose content lives as long as the object. ``copy.deepcopy`` of it is a backup."""

    def __init__(self) -> None:
        self._checkpoints: dict[int, bytes] = {}
        self._rows: dict[int, dict[bytes, bytes]] = {}
        self._timers: dict[int, _Timers] = {}
        self._closed = False

    async def checkpoints(self, buckets: Sequence[int]) -> list[bytes | None]:
        """Stored checkpoints in the order asked for."""
        self._refuse_closed()
        return [self._checkpoints.get(bucket) for bucket in buckets]

    async def create(self, checkpoints: Mapping[int, bytes]) -> None:
        """Create the checkpoints of a new deployment; an existing one is left alone."""
        self._refuse_closed()
        for bucket, checkpoint in checkpoints.items():
            self._checkpoints.setdefault(bucket, checkpoint)

    async def claim(self, bucket_nonces: Mapping[int, tuple[bytes | None, bytes]]) -> list[bool]:
        """See ``ports.ProfileStore.claim``."""
        self._refuse_closed()
        done = []
        for bucket, (expected, new) in bucket_nonces.items():
            stored = self._checkpoints.get(bucket)
            if stored == expected:
                self._checkpoints[bucket] = new
            done.append(stored in (expected, new))
        return done

    async def load(self, bucket_keys: Sequence[tuple[int, Sequence[bytes]]]) -> list[tuple[bytes | None, list[bytes | None]]]:
        """See ``ports.ProfileStore.load``."""
        self._refuse_closed()
        loaded: list[tuple[bytes | None, list[bytes | None]]] = []
        for bucket, keys in bucket_keys:
            rows = self._rows.get(bucket)
            loaded.append((self._checkpoints.get(bucket), list(map(rows.get, keys)) if rows else [None] * len(keys)))
        return loaded

    async def compare_and_set(self, writes: Sequence[BucketWrite]) -> list[bool]:
        """See ``ports.ProfileStore.compare_and_set``."""
        self._refuse_closed()
        refuse_ambiguous(writes)
        return [self._put(*write) for write in writes]

    def _put(self, bucket: int, expected: bytes, new: bytes, rows: Sequence[tuple[bytes, bytes]], timers: Mapping[bytes, int]) -> bool:
        stored = self._checkpoints.get(bucket)
        if stored == new:
            return True
        if stored != expected:
            return False
        self._checkpoints[bucket] = new
        if rows:
            self._rows.setdefault(bucket, {}).update(rows)
        if timers:
            self._timers.setdefault(bucket, _Timers()).put(timers)
        return True

    async def due(self, bucket: int, until_ms: int, limit: int) -> list[tuple[bytes, int]]:
        """See ``ports.ProfileStore.due``."""
        self._refuse_closed()
        timers = self._timers.get(bucket)
        return timers.until(until_ms, limit) if timers else []

    async def next_due(self, buckets: Sequence[int]) -> list[int]:
        """Earliest due time of each bucket in ms, 0 = no timer; O(1) per bucket."""
        self._refuse_closed()
        return [timers.first_ms if (timers := self._timers.get(bucket)) else 0 for bucket in buckets]

    async def keys(self, buckets: Sequence[int]) -> list[list[bytes]]:
        """Customer keys that have a row, per bucket, in byte order."""
        self._refuse_closed()
        return [sorted(self._rows.get(bucket, ())) for bucket in buckets]

    async def restore(self, bucket: int, content: BucketContent, strays: Sequence[bytes]) -> bool:
        """See ``ports.ProfileStore.restore``."""
        self._refuse_closed()
        if bucket in self._checkpoints:
            return False
        gone = set(strays)
        self._rows[bucket] = {key: row for key, row in self._rows.get(bucket, {}).items() if key not in gone} | dict(content.rows)
        self._timers[bucket] = _Timers()
        self._timers[bucket].put(content.timers)
        self._checkpoints[bucket] = content.checkpoint
        return True

    async def discard(self, buckets: Sequence[int]) -> None:
        """See ``ports.ProfileStore.discard``."""
        self._refuse_closed()
        for bucket in buckets:
            for held in (self._checkpoints, self._rows, self._timers):
                held.pop(bucket, None)

    async def close(self) -> None:
        """Refuse everything from now on; idempotent."""
        self._closed = True

    def _refuse_closed(self) -> None:
        if self._closed:
            raise Unavailable("the store is closed")


def refuse_ambiguous(writes: Sequence[BucketWrite]) -> None:
    """Raise ``ValueError`` where a retry could not be told from a first try; see ``ports.BucketWrite``."""
    for write in writes:
        if write.expected == write.new and (write.rows or write.timers):
            raise ValueError(f"bucket {write.bucket}: a write of rows or timers must change the checkpoint; see ports.BucketWrite")
