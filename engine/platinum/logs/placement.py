"""What every log does before it appends: refuse the future, choose partitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

from platinum.errors import Rejected
from platinum.hashing import murmur2
from platinum.ports import INTERACTIONS, Record

#: A record this much ahead of the wall clock is refused: one would push its bucket's clock, which never goes back.
FUTURE_LIMIT_MS = 5 * 60_000

#: From so many unplaced records on, the compiled murmur2 beats 3 µs per key in plain Python.
_COMPILED_FROM = 16

_TIME = itemgetter(Record._fields.index("time_ms"))
_PARTITION = itemgetter(Record._fields.index("partition"))


def refuse_future(topic: str, records: Sequence[Record], clock_ms: Callable[[], int] | None) -> None:
    """Raise ``Rejected`` (``future_time``) if an interaction lies more than 5 minutes ahead of ``clock_ms()``.

    ``None`` is the clock of a log that plays a history: nothing is checked.
    """
    # What the stream puts out carries its bucket's clock. Refusing that ended `platinum up` at every start, for as long as a
    # machine's clock had once been ahead.
    if clock_ms is not None and topic == INTERACTIONS and records and max(map(_TIME, records)) > clock_ms() + FUTURE_LIMIT_MS:
        want = "'time_ms' must be at most 5 minutes ahead of the clock; see docs/architecture.md, 'Time'"
        raise Rejected("future_time", want, "time_ms")


def partitions_of(records: Sequence[Record], partitions: int) -> list[int]:
    """Partition of each record: the one it names, or murmur2(key) mod ``partitions``.

    Raises
    ------
    ValueError
        A record names no existing partition and has no key to be placed by.
    """
    named = list(map(_PARTITION, records))
    touched = set(named)
    if touched.issubset(range(partitions)):
        return named
    if min(touched) < -1 or max(touched) >= partitions:
        raise ValueError(f"record.partition must be -1..{partitions - 1}, or the log must be opened with more partitions")
    unplaced = [i for i, partition in enumerate(named) if partition < 0]
    for i, h in zip(unplaced, _hashes([records[i].key for i in unplaced]), strict=True):
        named[i] = h & (partitions - 1)
    return named


def _hashes(keys: Sequence[bytes | None]) -> list[int]:
    known = [key for key in keys if key is not None]
    if len(known) < len(keys):
        raise ValueError("a record without key must name its partition; see ports.Record")
    if len(known) < _COMPILED_FROM:
        return [murmur2(key) for key in known]
    from platinum.hashing_kernels import murmur2_of  # not before: commands that append a few records do without a compiler

    return murmur2_of(known)
