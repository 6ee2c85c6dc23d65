"""Kafka's record batches (format v2) → spans of their records, compiled: parsing in aiokafka makes an object per record.

Two kernels: ``scan`` goes from batch to batch and checks each one's bytes, ``read`` goes through the records. What they do not
read (compressed, transactional, control) is made plain first, older formats are left to aiokafka, see ``kafka_records``.
Format: https://kafka.apache.org/documentation/#recordbatch. Slow twin: aiokafka's own parser, in the tests.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.events import record_columns as c
from platinum.events.fast.raw import byte_at
from platinum.jit import constant, inner, int64, kernel, uint64
from platinum.logs.kafka_crc import crc32c

#: What ``scan`` finds.
GOOD, OTHER, DAMAGED = 0, 1, 2
#: ``state`` of ``scan``: where the last batch that is whole and good ends, how many records there are, the offset behind them.
END, RECORDS, AFTER = 0, 1, 2

_HEADER_BYTES = 61
_LENGTH, _MAGIC, _CRC, _ATTRIBUTES, _LAST_DELTA, _FIRST_MS, _MAX_MS, _COUNT = 8, 16, 17, 21, 23, 27, 35, 57
_BEFORE_LENGTH = 12
#: Compression, transactional, control.
_NOT_HERE = 0x37
_APPEND_TIME = 0x08
#: A record without key, value and headers.
_SMALLEST_RECORD = 7
#: The checksum does not cover offsets: sums of larger ones would overflow.
_LARGEST_OFFSET = 1 << 62
_OFFSET, _MS, _KEY, _KEY_LENGTH, _VALUE, _VALUE_LENGTH, _HEADERS, _HEADERS_LENGTH = map(
    constant,
    (c.OFFSET, c.RECORD_MS, c.KEY_START, c.KEY_LENGTH, c.VALUE_START, c.VALUE_LENGTH, c.HEADERS_START, c.HEADERS_LENGTH),
)
_NOT = constant(-1)


@inner
def _big(text: NDArray[np.uint8], at: int, n_bytes: int) -> int:
    """A signed big-endian integer."""
    number = int64(0)
    for i in range(n_bytes):
        number = number << 8 | byte_at(text, at + i)
    return number << (64 - 8 * n_bytes) >> (64 - 8 * n_bytes)  # type: ignore[no-any-return]


@inner
def _is_good(text: NDArray[np.uint8], at: int, end: int, after: int) -> bool:
    """Whether a batch's numbers make sense together, and its bytes are those that were sent."""
    count, last, base = _big(text, at + _COUNT, 4), _big(text, at + _LAST_DELTA, 4), _big(text, at, 8)
    if count < 0 or count * _SMALLEST_RECORD > end - at - _HEADER_BYTES or last < 0 or base < after or base > _LARGEST_OFFSET:
        return False
    return int64(crc32c(text, at + _ATTRIBUTES, end)) == _big(text, at + _CRC, 4) & 0xFFFFFFFF  # type: ignore[no-any-return]


@kernel
def scan(text: NDArray[np.uint8], n_bytes: int, state: NDArray[np.int64]) -> int:
    """Go over the batches; GOOD, OTHER, or DAMAGED if one behind ``state[END]`` is. A last one that is cut off is left out.

    Parameters
    ----------
    text : uint8[n_bytes + PADDING]
    state : int64[3]
        Overwritten.
    """
    at, records, after = int64(0), int64(0), int64(0)
    found = GOOD
    while at + _MAGIC < n_bytes and found == GOOD:
        end = at + _BEFORE_LENGTH + _big(text, at + _LENGTH, 4)
        if byte_at(text, at + _MAGIC) != 2:
            found = OTHER
        elif end < at + _HEADER_BYTES:
            found = DAMAGED
        elif end > n_bytes:
            break
        elif _big(text, at + _ATTRIBUTES, 2) & _NOT_HERE != 0:
            found = OTHER
        elif not _is_good(text, at, end, after):
            found = DAMAGED
        else:
            records += _big(text, at + _COUNT, 4)
            after = _big(text, at, 8) + _big(text, at + _LAST_DELTA, 4) + 1
            at = end
    state[END], state[RECORDS], state[AFTER] = at, records, after
    return found


@inner
def _varint(text: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """A zigzag number, and the index behind it: -1 if it does not end before ``end``, or in ten bytes."""
    number, shift = uint64(0), uint64(0)
    while at < end and shift < uint64(70):
        byte = uint64(byte_at(text, at))
        number |= (byte & uint64(0x7F)) << shift
        at += 1
        if byte < uint64(0x80):
            return int64(number >> uint64(1)) ^ -int64(number & uint64(1)), at
        shift += uint64(7)
    return int64(0), int64(_NOT)


@inner
def _bytes_end(text: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Where bytes behind their length begin and end, (-1, end) if they are null; that is -1 if it lies beyond ``end``."""
    length, start = _varint(text, at, end)
    if start == _NOT:
        return int64(_NOT), int64(_NOT)
    if length < 0:
        return int64(_NOT), start
    if length > end - start:
        return int64(_NOT), int64(_NOT)
    return start, start + length


@inner
def _headers_are_good(text: NDArray[np.uint8], at: int, end: int, count: int) -> bool:
    """Whether so many headers end where the record does."""
    for _ in range(count):
        name, at = _bytes_end(text, at, end)
        if name == _NOT or at == _NOT:
            return False
        _, at = _bytes_end(text, at, end)
        if at == _NOT:
            return False
    return at == end


@inner
def _put_record(text: NDArray[np.uint8], at: int, end: int, times: tuple[int, int, int], spans: NDArray[np.int64], n: int) -> bool:
    """Fill column ``n`` from the record that lies there; ``times``: base offset, first time, and the time of all or -1."""
    base, first_ms, append_ms = times
    attributes = byte_at(text, at)  # mean nothing; aiokafka would read on behind these
    delta_ms, at = _varint(text, at + 1, end)
    if at == _NOT or attributes > 127:
        return False
    delta, at = _varint(text, at, end)
    if at == _NOT:
        return False
    spans[_OFFSET, n], spans[_MS, n] = base + delta, append_ms if append_ms >= 0 else first_ms + delta_ms
    start, at = _bytes_end(text, at, end)
    if at == _NOT:
        return False
    spans[_KEY, n], spans[_KEY_LENGTH, n] = max(start, 0), at - start if start >= 0 else _NOT
    start, at = _bytes_end(text, at, end)
    if at == _NOT:
        return False
    spans[_VALUE, n], spans[_VALUE_LENGTH, n] = max(start, 0), at - start if start >= 0 else 0
    count, at = _varint(text, at, end)
    if at == _NOT or count < 0 or count > end - at:
        return False
    spans[_HEADERS, n], spans[_HEADERS_LENGTH, n] = at, end - at
    return _headers_are_good(text, at, end, count)


@kernel
def read(text: NDArray[np.uint8], n_bytes: int, wanted: int, spans: NDArray[np.int64]) -> int:
    """Find the records from offset ``wanted`` on; returns how many there are, -1 if a batch does not hold what it says.

    Parameters
    ----------
    n_bytes : int
        ``state[END]`` of ``scan``.
    spans : int64[8, state[RECORDS]]
        See ``events.record_columns``; overwritten.
    """
    at, n, after = int64(0), int64(0), int64(0)
    while at < n_bytes:
        end = at + _BEFORE_LENGTH + _big(text, at + _LENGTH, 4)
        append_ms = _big(text, at + _MAX_MS, 8) if _big(text, at + _ATTRIBUTES, 2) & _APPEND_TIME != 0 else int64(_NOT)
        times = (_big(text, at, 8), _big(text, at + _FIRST_MS, 8), append_ms)
        count, behind = _big(text, at + _COUNT, 4), times[0] + _big(text, at + _LAST_DELTA, 4) + 1
        at += _HEADER_BYTES
        for _ in range(count):
            start, stop = _bytes_end(text, at, end)
            if start == _NOT or stop <= start or not _put_record(text, start, stop, times, spans, n):
                return int64(_NOT)  # type: ignore[no-any-return]
            if spans[_OFFSET, n] < after or spans[_OFFSET, n] >= behind:
                return int64(_NOT)  # type: ignore[no-any-return]
            at, after = stop, spans[_OFFSET, n] + 1
            n += 1 if after > wanted else 0
        if at != end:
            return int64(_NOT)  # type: ignore[no-any-return]
    return n  # type: ignore[no-any-return]
