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
from platinum.pieces import laid_out
from platinum.ports import BucketWrite
from platinum.profile.packed import PackedBatch, PackedRows

_START = constant(0)
#: ``$``, a length, and two line ends, twice: around the key and around the row.
_AROUND_BYTES = 2 * (1 + 20 + 4)
_DOLLAR, _CR, _LF = ord("$"), ord("\r"), ord("\n")


class Around(NamedTuple):
    """What stands around the rows of W writes.

    Attributes
    ----------
    heads, prefixes, tails : (uint8[*], int64[W])
        In front of a write's rows, of each of its keys, and behind its rows; each one behind the other, with ends.
    stops : int64[W]
        Position behind each write's last row.
    """

    heads: tuple[Bytes, NDArray[np.int64]]
    prefixes: tuple[Bytes, NDArray[np.int64]]
    tails: tuple[Bytes, NDArray[np.int64]]
    stops: NDArray[np.int64]


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


@kernel
def put_writes(around: Around, rows: Rows, out: Bytes) -> int:
    """Write commands one behind the other into ``out``; returns their bytes."""
    (heads, head_ends), (prefixes, prefix_ends), (tails, tail_ends), stops = around
    (keys, key_ends), (texts, text_ends) = rows
    at, r = _START, _START
    for w in range(stops.shape[0]):
        at = put_bytes(out, at, heads, head_ends[w - 1] if w > 0 else _START, head_ends[w])
        first = prefix_ends[w - 1] if w > 0 else _START
        while r < stops[w]:
            key_at, row_at = key_ends[r - 1] if r > 0 else _START, text_ends[r - 1] if r > 0 else _START
            at = put_length(out, at, prefix_ends[w] - first + key_ends[r] - key_at)
            at = put_bytes(out, put_bytes(out, at, prefixes, first, prefix_ends[w]), keys, key_at, key_ends[r])
            at = put_length(out, put_line_end(out, at), text_ends[r] - row_at)
            at = put_line_end(out, put_bytes(out, at, texts, row_at, text_ends[r]))
            r += 1
        at = put_bytes(out, at, tails, tail_ends[w - 1] if w > 0 else _START, tail_ends[w])
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


def written(batch: PackedBatch, around: Sequence[tuple[bytes, bytes, bytes]], stops: Sequence[int]) -> memoryview:
    """Commands of a whole batch; ``around`` has head, prefix of keys, and tail of each write."""
    heads, prefixes, tails = (laid_out([one[i] for one in around]) for i in range(3))
    most = len(batch.keys) * (_AROUND_BYTES + max(map(len, (one[1] for one in around))))
    out = np.empty(len(heads[0]) + len(tails[0]) + len(batch.key_text) + len(batch.row_text) + most, np.uint8)
    place = Around(heads, prefixes, tails, np.array(stops, np.int64))
    n = put_writes(place, Rows((batch.key_text, batch.key_ends), (batch.row_text, batch.row_ends)), out)
    return out.data[:n]
