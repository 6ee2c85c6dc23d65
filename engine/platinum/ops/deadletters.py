"""Dead letters as people work with them: read, filtered, counted, found by where they lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from heapq import nlargest
from typing import NamedTuple

from platinum.emit.deadletter import origin_of, verdict_of
from platinum.errors import UsageError
from platinum.ports import DEAD_LETTERS, Fetched, Log, Record

PAGE = 1_000
PAGE_BYTES = 32 << 20


class Place(NamedTuple):
    """Where a record lies; written ``partition.offset``."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}.{self.offset}"


def place_of(written: str, partitions: int) -> Place:
    """Place from its written form.

    Raises
    ------
    UsageError
        It is none, or names a partition that the log does not have.
    """
    parts = written.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise UsageError("a dead letter is named by partition.offset, such as 2.1417; `platinum dead-letters list` shows them")
    place = Place(int(parts[0]), int(parts[1]))
    if place.partition >= partitions:
        raise UsageError(f"{place} names partition {place.partition}; this log has 0 to {partitions - 1}")
    return place


class Letter(NamedTuple):
    """One dead letter.

    Attributes
    ----------
    place, source : Place
        Of the dead letter, and of the record that was rejected.
    time_ms : int
        When the record was appended.
    record : Fetched
        As it lies in the log: key, value and headers are the customer's.
    """

    place: Place
    source: Place
    reason: str
    field: str
    message: str
    time_ms: int
    record: Fetched

    def brief(self) -> dict[str, object]:
        """What may be shown anywhere: nothing of the event."""
        source = {"partition": self.source.partition, "offset": self.source.offset}
        return {
            "letter": str(self.place),
            "source": source,
            "reason": self.reason,
            "field": self.field,
            "message": self.message,
            "time_ms": self.time_ms,
        }


def letter_of(partition: int, fetched: Fetched) -> Letter | None:
    """A record of the dead letters; None when somebody else wrote it."""
    record = Record(*fetched[1:])
    try:
        source, verdict = Place(*origin_of(record)), verdict_of(record)
    except (KeyError, ValueError, TypeError, AttributeError):  # a header is missing, or null
        return None
    return Letter(Place(partition, fetched.offset), source, *verdict, fetched.time_ms, fetched)


class Filter(NamedTuple):
    """Which dead letters are meant.

    Attributes
    ----------
    reason : str
        "" = any.
    partition : int
        -1 = any.
    since_ms : int
        0 = from the start.
    """

    reason: str = ""
    partition: int = -1
    since_ms: int = 0

    def takes(self, letter: Letter) -> bool:
        """Whether a letter is one of them."""
        return self.reason in ("", letter.reason) and letter.time_ms >= self.since_ms


async def letters(log: Log, wanted: Filter) -> AsyncIterator[Letter]:
    """Those that are wanted, partition by partition, oldest first.

    Raises
    ------
    UsageError
        The log has no such partition.
    """
    if wanted.partition >= log.partitions:
        raise UsageError(f"--partition must be one of 0 to {log.partitions - 1}")
    for p in range(log.partitions) if wanted.partition < 0 else [wanted.partition]:
        at, end = await log.start(DEAD_LETTERS, p), await log.end(DEAD_LETTERS, p)
        while at < end and (page := await log.fetch(DEAD_LETTERS, p, at, PAGE, PAGE_BYTES)):
            at = page[-1].offset + 1
            for fetched in page:
                letter = letter_of(p, fetched)
                if letter is not None and wanted.takes(letter):
                    yield letter


async def newest(log: Log, wanted: Filter, limit: int) -> tuple[list[Letter], dict[str, int]]:
    """The newest ``limit`` of those that are wanted, newest first, and how many there are per reason.

    Notes
    -----
    Reads all of them: times do not grow with offsets where a log was read again.
    """
    counts: Counter[str] = Counter()
    kept: list[Letter] = []
    async for letter in letters(log, wanted):
        counts[letter.reason] += 1
        kept.append(letter._replace(record=letter.record._replace(value=b"", headers=())))
        if len(kept) > 2 * limit + PAGE:
            kept = _newest_of(kept, limit)
    return _newest_of(kept, limit), dict(counts.most_common())


def _newest_of(some: list[Letter], limit: int) -> list[Letter]:
    return nlargest(limit, some, key=lambda letter: (letter.time_ms, letter.place))


async def find(log: Log, place: Place) -> Letter | None:
    """One dead letter; None when there is none (any more)."""
    if not await log.start(DEAD_LETTERS, place.partition) <= place.offset < await log.end(DEAD_LETTERS, place.partition):
        return None
    found = await log.fetch(DEAD_LETTERS, place.partition, place.offset, 1)
    return letter_of(place.partition, found[0]) if found and found[0].offset == place.offset else None
