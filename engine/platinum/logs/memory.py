"""A log in this process's memory: for tests, the library facade and the bench."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, count, repeat
from operator import itemgetter
from typing import Any

from platinum.errors import Unavailable
from platinum.logs.news import News
from platinum.logs.placement import partitions_of, refuse_future
from platinum.ports import Fetched, Record

# Skips the Python-level constructor of a named tuple, which takes three times as long.
_new_tuple: Callable[[type[Fetched], Any], Fetched] = tuple.__new__
_VALUE = itemgetter(Fetched._fields.index("value"))
_VALUE_TO_BE = itemgetter(Record._fields.index("value"))


class MemoryLog:
    """Log whose records live as long as the object.

    Parameters
    ----------
    partitions : int
        P, a power of two.
    generation : int
    clock_ms : callable or None
        Clock in ms against which record times are checked; None, the default here, suits played histories.
    """

    def __init__(self, partitions: int = 4, generation: int = 1, clock_ms: Callable[[], int] | None = None) -> None:
        if partitions < 1 or partitions & (partitions - 1):
            raise ValueError(f"partitions must be a power of two, got {partitions}")
        self._partitions = partitions
        self._generation = generation
        self._clock_ms = clock_ms
        self._shelves: dict[tuple[str, int], list[Fetched]] = {}
        self._largest: dict[str, int] = {}  # bytes of each topic's largest value: most fetches need not add theirs up
        self._news = News()
        self._closed = False

    @property
    def partitions(self) -> int:
        """P of every keyed topic."""
        return self._partitions

    @property
    def generation(self) -> int:
        """Grows when the log is replaced by another one."""
        return self._generation

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        """See ``ports.Log.append``; never waits."""
        self._refuse_closed()
        refuse_future(topic, records, self._clock_ms)
        places = partitions_of(records, self._partitions)
        self._largest[topic] = max(self._largest.get(topic, 0), max(map(len, map(_VALUE_TO_BE, records)), default=0))
        touched = set(places)
        if len(touched) == 1:
            (partition,) = touched
            shelf = self._shelf(topic, partition)
            first = len(shelf)
            keys, values, times, headers, _ = zip(*records)
            shelf.extend(map(_new_tuple, repeat(Fetched), zip(count(first), keys, values, times, headers)))
            placed = list(zip(repeat(partition), range(first, len(shelf))))
        else:
            shelves = {partition: self._shelf(topic, partition) for partition in touched}
            placed = []
            for partition, (key, value, time_ms, headers, _) in zip(places, records, strict=True):
                shelf = shelves[partition]
                offset = len(shelf)
                placed.append((partition, offset))
                shelf.append(_new_tuple(Fetched, (offset, key, value, time_ms, headers)))
        self._news.tell((topic, partition) for partition in touched)
        return placed

    async def fetch(
        self, topic: str, partition: int, offset: int, max_records: int, max_bytes: int = 4 << 20, wait_s: float = 0.0
    ) -> list[Fetched]:
        """See ``ports.Log.fetch``; suspends only when ``wait_s`` > 0 and there is nothing yet."""
        self._refuse_closed()
        shelf = self._shelf(topic, partition)
        if offset >= len(shelf) and wait_s > 0.0:
            loop = asyncio.get_running_loop()
            until = loop.time() + wait_s
            while offset >= len(shelf) and (left_s := until - loop.time()) > 0.0:
                await self._news.wait((topic, partition), left_s)
                self._refuse_closed()
        chunk = shelf[offset : offset + max_records]
        if len(chunk) * self._largest.get(topic, 0) > max_bytes and sum(map(len, map(_VALUE, chunk))) > max_bytes:
            return chunk[: max(1, bisect_right(list(accumulate(map(len, map(_VALUE, chunk)))), max_bytes))]
        return chunk

    async def start(self, topic: str, partition: int) -> int:
        """Always 0: nothing is ever removed."""
        self._refuse_closed()
        return 0

    async def end(self, topic: str, partition: int) -> int:
        """Offset that the next record will get."""
        self._refuse_closed()
        return len(self._shelf(topic, partition))

    async def close(self) -> None:
        """Refuse everything from now on; idempotent."""
        self._closed = True
        self._news.tell_all()

    def _shelf(self, topic: str, partition: int) -> list[Fetched]:
        shelf = self._shelves.get((topic, partition))
        if shelf is None:
            if not 0 <= partition < self._partitions:
                raise ValueError(f"partition must be 0..{self._partitions - 1}")
            shelf = self._shelves[topic, partition] = []
        return shelf

    def _refuse_closed(self) -> None:
        if self._closed:
            raise Unavailable("the log is closed")
