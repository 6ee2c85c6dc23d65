"""Records on their way out as columns: a log with a form of its own for many records writes it from these in one call.

In a profile of a worker on a loaded machine the client's builder alone took 7 µs per record; put_heads and put_records, which stand
in its place, 0.5 µs together. Logs that keep single records ask for the list, which is made then and only then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from platinum.pieces import laid_out
from platinum.ports import Headers, Record

Ints = NDArray[np.int64]
#: Instant that does not come.
NEVER = np.iinfo(np.int64).max


class Texts(NamedTuple):
    """Texts that lie somewhere in one buffer: ``text[starts[i]:ends[i]]`` is the i-th."""

    text: NDArray[np.uint8]
    starts: Ints
    ends: Ints

    def of(self, which: NDArray[np.integer[Any]]) -> Texts:
        """Some of them, in that order."""
        return Texts(self.text, self.starts[which], self.ends[which])


class Laid(NamedTuple):
    """N records of one partition.

    Attributes
    ----------
    keys, values, heads : Texts
        Of N; ``heads`` are headers as ``head`` writes them. A key is never missing.
    times_ms : int64[N]
    """

    keys: Texts
    values: Texts
    heads: Texts
    times_ms: Ints

    def of(self, which: NDArray[np.integer[Any]]) -> Laid:
        """Some of them, in that order."""
        return Laid(self.keys.of(which), self.values.of(which), self.heads.of(which), self.times_ms[which])


class Outgoing(Sequence[Record]):
    """Records of one partition and topic, in order.

    Parameters
    ----------
    count : int
        How many.
    partition : int
    lay : callable
        Gives their columns.
    make : callable
        Gives the same as records.
    expires_ms : int64[count] or None
        From when on each is of no use to anybody (``NEVER``: it always is); None = all of them always are.
    """

    def __init__(
        self, count: int, partition: int, lay: Callable[[], Laid], make: Callable[[], Sequence[Record]], expires_ms: Ints | None = None
    ) -> None:
        self.partition, self.expires_ms = partition, expires_ms
        self._count, self._lay, self._make = count, lay, make
        self._laid: Laid | None = None
        self._records: Sequence[Record] | None = None

    def laid(self) -> Laid:
        """The columns."""
        if self._laid is None:
            self._laid = self._lay()
        return self._laid

    def records(self) -> Sequence[Record]:
        """The records, one by one."""
        if self._records is None:
            self._records = self._make()
        return self._records

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records())

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        return self.records()[index]


def outgoing(records: Sequence[Record], partition: int) -> Outgoing:
    """Columns of records that exist already."""
    return Outgoing(len(records), partition, lambda: lay(records), lambda: records)


def picked(records: Outgoing, which: NDArray[np.integer[Any]]) -> Outgoing:
    """Some of them, in that order."""

    def make() -> list[Record]:
        made = records.records()
        return [made[i] for i in which.tolist()]

    expires_ms = None if records.expires_ms is None else records.expires_ms[which]
    return Outgoing(len(which), records.partition, lambda: records.laid().of(which), make, expires_ms)


def joined(first: Outgoing, then: Outgoing) -> Outgoing:
    """Both, the one behind the other."""

    def lay_both() -> Laid:
        a, b = first.laid(), then.laid()
        times_ms = np.concatenate([a.times_ms, b.times_ms])
        return Laid(_joined(a.keys, b.keys), _joined(a.values, b.values), _joined(a.heads, b.heads), times_ms)

    expires_ms = None
    if first.expires_ms is not None or then.expires_ms is not None:
        expires_ms = np.concatenate([_ends(first), _ends(then)])
    return Outgoing(len(first) + len(then), first.partition, lay_both, lambda: [*first.records(), *then.records()], expires_ms)


def _ends(records: Outgoing) -> Ints:
    return np.full(len(records), NEVER) if records.expires_ms is None else records.expires_ms


def _joined(a: Texts, b: Texts) -> Texts:
    behind = len(a.text)
    text = fixed(np.concatenate([a.text, b.text]))
    return Texts(text, np.concatenate([a.starts, b.starts + behind]), np.concatenate([a.ends, b.ends + behind]))


def fixed(text: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same, not to be written any more: kernels are compiled once more for arrays that may be."""
    text.flags.writeable = False
    return text


def texts(text: NDArray[np.uint8], ends: Ints) -> Texts:
    """Texts one behind the other."""
    starts = np.empty_like(ends)
    starts[:1] = 0
    starts[1:] = ends[:-1]
    return Texts(text, starts, ends)


#: Length -1: clients that are not ours write null where our types have bytes only.
_NULL = b"\x01"


def lay(records: Sequence[Record]) -> Laid:
    """Columns of single records."""
    keys = texts(*laid_out([record.key or b"" for record in records]))
    values = texts(*laid_out([record.value for record in records]))
    heads = texts(*laid_out([head(record.headers) for record in records]))
    return Laid(keys, values, heads, np.array([record.time_ms for record in records], np.int64))


def head(headers: Headers, more: int = 0) -> bytes:
    """Headers in the form of Kafka's records: their number (``more`` follow), then lengths and bytes of name and value."""
    parts = [varint(len(headers) + more)]
    for name, value in headers:
        parts += (label(name), varint(len(value)), value) if value is not None else (label(name), _NULL)  # type: ignore[redundant-expr]
    return b"".join(parts)


def label(name: str) -> bytes:
    """A header's name with its length in front."""
    text = name.encode()
    return varint(len(text)) + text


def varint(n: int) -> bytes:
    """``n`` ≥ 0 as Kafka writes it: zigzag, seven bits at a time, the lowest first."""
    n *= 2
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)
