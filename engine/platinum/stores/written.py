"""A batch's compare-and-sets as the bytes that go to the server, rows copied by one compiled call.

Command tuples and hiredis make four objects per row that live a millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.emit.write import Bytes, put_bytes, put_integer
from platinum.jit import constant, inner, kernel
from platinum.ports import BucketWrite
from platinum.profile.packed import PackedBatch, PackedRows

_START = constant(0)
#: ``$``, a length, and two line ends, twice: around the key and around the row.
_AROUND_BYTES = 2 * (1 + 20 + 4)
#: Numbers of a write's head, and what stands around its three checkpoints.
_HEAD_BYTES = 250
_DOLLAR, _CR, _LF, _STAR = ord("$"), ord("\r"), ord("\n"), ord("*")
#: Words of a command that has no rows and no timers: EVALSHA, hash, number of keys, two keys, expected, new, number of pairs, number of
#: timers set, and the pair that is the checkpoint.
_FIXED_WORDS = 11
#: Texts one behind the other, and the end of each.
Laid = tuple[Bytes, NDArray[np.int64]]


class Constant(NamedTuple):
    """What stands in the writes of each of N buckets, as sent: what they begin with, in front of each key, the checkpoint's name."""

    fronts: Laid
    prefixes: Laid
    names: Laid


class Around(NamedTuple):
    """What stands around the rows of W writes.

    Attributes
    ----------
    buckets, stops : int64[W]
        Number of each, and the position behind its last row.
    expected, new : texts[W]
        Checkpoints.
    timers : texts[W]
        Words as sent.
    counts : int64[2, W]
        Words of ``timers``, and how many timers are set.
    """

    buckets: NDArray[np.int64]
    stops: NDArray[np.int64]
    expected: Laid
    new: Laid
    timers: Laid
    counts: NDArray[np.int64]


class Rows(NamedTuple):
    """Keys and rows of N customers: (uint8[*], int64[N]) each, one behind the other, with ends."""

    keys: tuple[Bytes, NDArray[np.int64]]
    rows: tuple[Bytes, NDArray[np.int64]]


@inner
def put_line_end(out: Bytes, at: int) -> int:
    """CR LF."""
    out[at], out[at + 1] = _CR, _LF
    return at + 2


@inner
def put_length(out: Bytes, at: int, n: int) -> int:
    """``$<n>`` and a line end."""
    out[at] = _DOLLAR
    return put_line_end(out, put_integer(out, at + 1, n))


@inner
def put_word(out: Bytes, at: int, text: Bytes, start: int, end: int) -> int:
    """A word of a command."""
    return put_line_end(out, put_bytes(out, put_length(out, at, end - start), text, start, end))


@inner
def put_number(out: Bytes, at: int, n: int) -> int:
    """A number as a word."""
    digits, rest = 1, n
    while rest > 9:
        rest //= 10
        digits += 1
    return put_line_end(out, put_integer(out, put_length(out, at, digits), n))


@kernel
def put_writes(constant: Constant, around: Around, rows: Rows, out: Bytes) -> int:
    """Write commands one behind the other into ``out``; returns their bytes."""
    (fronts, front_ends), (prefixes, prefix_ends), (names, name_ends) = constant
    buckets, stops, (expected, expected_ends), (new, new_ends), (timers, timer_ends), counts = around
    (keys, key_ends), (texts, text_ends) = rows
    at, r = _START, _START
    for w in range(stops.shape[0]):
        b = buckets[w]
        n_rows = stops[w] - r
        out[at] = _STAR
        at = put_line_end(out, put_integer(out, at + 1, _FIXED_WORDS + 2 * n_rows + counts[0, w]))
        at = put_bytes(out, at, fronts, front_ends[b - 1] if b > 0 else _START, front_ends[b])
        new_at = new_ends[w - 1] if w > 0 else _START
        at = put_word(out, at, expected, expected_ends[w - 1] if w > 0 else _START, expected_ends[w])
        at = put_word(out, at, new, new_at, new_ends[w])
        at = put_number(out, put_number(out, at, n_rows + 1), counts[1, w])
        first = prefix_ends[b - 1] if b > 0 else _START
        while r < stops[w]:
            key_at, row_at = key_ends[r - 1] if r > 0 else _START, text_ends[r - 1] if r > 0 else _START
            at = put_length(out, at, prefix_ends[b] - first + key_ends[r] - key_at)
            at = put_bytes(out, put_bytes(out, at, prefixes, first, prefix_ends[b]), keys, key_at, key_ends[r])
            at = put_word(out, put_line_end(out, at), texts, row_at, text_ends[r])
            r += 1
        at = put_bytes(out, at, names, name_ends[b - 1] if b > 0 else _START, name_ends[b])
        at = put_word(out, at, new, new_at, new_ends[w])
        at = put_bytes(out, at, timers, timer_ends[w - 1] if w > 0 else _START, timer_ends[w])
    return int(at)


def whole_batch(writes: Sequence[BucketWrite]) -> PackedBatch | None:
    """The batch whose rows these writes are, all of it in order; None when they are anything else."""
    batch, at = None, 0
    for write in writes:
        rows = write.rows
        if not isinstance(rows, PackedRows) or rows.first != at or (batch is not None and rows.batch is not batch):
            return None
        batch, at = rows.batch, rows.stop
    return batch if batch is not None and at == len(batch.keys) else None


def written(batch: PackedBatch, constant: Constant, around: Around) -> memoryview:
    """Commands of a whole batch."""
    n_bytes = len(batch.key_text) + len(batch.row_text) + len(around.expected[0]) + 2 * len(around.new[0]) + len(around.timers[0])
    n_bytes += len(around.stops) * (_longest(constant.fronts) + _longest(constant.names) + _HEAD_BYTES)
    n_bytes += len(batch.keys) * (_longest(constant.prefixes) + _AROUND_BYTES)
    out = np.empty(n_bytes, np.uint8)
    return out.data[: put_writes(constant, around, Rows((batch.key_text, batch.key_ends), (batch.row_text, batch.row_ends)), out)]


def _longest(texts: Laid) -> int:
    """Bytes of the last: no smaller number of a bucket has more digits."""
    text, ends = texts
    return len(text) - (int(ends[-2]) if len(ends) > 1 else 0)
