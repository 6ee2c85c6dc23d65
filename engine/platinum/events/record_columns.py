"""Records of one fetch as columns over its bytes: nothing is made per record until somebody asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from platinum.events.envelope import Headers

#: Rows of ``RecordColumns.spans``. Lengths are bytes; a key's is -1 where there is none, a value's 0 where it is null.
OFFSET, RECORD_MS, KEY_START, KEY_LENGTH, VALUE_START, VALUE_LENGTH, HEADERS_START, HEADERS_LENGTH = range(8)
N_SPANS = 8

R = TypeVar("R")


class RecordColumns(Sequence[R]):
    """B records in log order; an index gives one, a slice another view of the same bytes.

    Parameters
    ----------
    text : bytes
        What the spans point into, and ``fast.raw.PADDING`` zero bytes.
    spans : int64[8, B]
        Each row contiguous.
    record : callable
        Makes one record of (offset, key, value, record time in ms, headers): ``ports.Fetched``, which lies above this module.
    """

    __slots__ = ("_record", "spans", "text")

    def __init__(self, text: bytes, spans: NDArray[np.int64], record: Callable[[int, bytes | None, bytes, int, Any], R]) -> None:
        self.text, self.spans, self._record = text, spans, record

    def __len__(self) -> int:
        return len(self.spans[0])

    @overload
    def __getitem__(self, at: int) -> R: ...
    @overload
    def __getitem__(self, at: slice) -> RecordColumns[R]: ...
    def __getitem__(self, at: int | slice) -> R | RecordColumns[R]:
        if isinstance(at, slice):
            return RecordColumns(self.text, np.ascontiguousarray(self.spans[:, at]) if at.step else self.spans[:, at], self._record)
        return self._made(*self.spans[:, at].tolist())

    def __iter__(self) -> Iterator[R]:
        return map(self._made, *self.spans.tolist())

    def _made(self, *span: int) -> R:
        offset, time_ms, key, key_length, value, value_length, headers, headers_length = span
        text = self.text
        return self._record(
            offset,
            text[key : key + key_length] if key_length >= 0 else None,
            text[value : value + value_length],
            time_ms,
            read_headers(text, headers, headers + headers_length) if headers_length else (),
        )

    def take(self, places: Sequence[int]) -> RecordColumns[R]:
        """The records at ``places``, in that order."""
        return RecordColumns(self.text, np.take(self.spans, np.asarray(places, np.int64), axis=1), self._record)

    def since(self, offset: int) -> RecordColumns[R]:
        """The records from ``offset`` on."""
        return self[int(np.searchsorted(self.spans[OFFSET], offset)) :]

    def ends(self) -> tuple[int, int]:
        """Offset of the first and of the last; there must be one."""
        offsets = self.spans[OFFSET]
        return int(offsets[0]), int(offsets[-1])

    def last_value(self) -> bytes:
        """Value of the last; there must be one."""
        start, length = self.spans[VALUE_START : VALUE_LENGTH + 1, -1].tolist()
        return self.text[start : start + length]

    def offsets(self) -> list[int]:
        """The offset of each."""
        return self.spans[OFFSET].tolist()  # type: ignore[no-any-return]

    def with_headers(self) -> list[int]:
        """Where records are that have headers."""
        places: list[int] = self.spans[HEADERS_LENGTH].nonzero()[0].tolist()
        return places

    def header_spans(self, places: Sequence[int]) -> list[tuple[int, int]]:
        """Where the headers of those records begin and end."""
        starts = self.spans[HEADERS_START, places]
        return list(zip(starts.tolist(), (starts + self.spans[HEADERS_LENGTH, places]).tolist(), strict=True))

    def keys(self) -> list[bytes | None]:
        """The key of each."""
        text, starts, lengths = self.text, self.spans[KEY_START], self.spans[KEY_LENGTH]
        keys: list[bytes | None] = [text[start:end] for start, end in zip(starts.tolist(), (starts + lengths).tolist(), strict=True)]
        if lengths.min(initial=0) < 0:
            for i in np.flatnonzero(lengths < 0).tolist():
                keys[i] = None
        return keys


def read_headers(text: bytes, at: int, end: int) -> Headers:
    """Headers in Kafka's form, which whoever made the span has checked.

    A name that is not UTF-8 is read with replacements: it is none that anybody knows, and no reason to stop a partition.
    """
    headers: list[tuple[str, bytes]] = []
    while at < end:
        length, at = _varint(text, at)
        name, at = text[at : at + length].decode(errors="replace"), at + length
        length, at = _varint(text, at)
        value = None if length < 0 else text[at : at + length]
        at += max(length, 0)
        headers.append((name, value))  # type: ignore[arg-type]  # null, as Kafka's own clients give it
    return tuple(headers)


def _varint(text: bytes, at: int) -> tuple[int, int]:
    """A zigzag number of seven bits per byte, and the index behind it."""
    number = shift = 0
    while True:
        byte = text[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number >> 1 ^ -(number & 1), at
