"""Kernels that write what Kafka's record batches (format 2) are made of; the batch's own header is the log's to write."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.emit.write import Bytes, put_bytes, put_instant, put_integer, wide
from platinum.jit import constant, inner, kernel

Ints = NDArray[np.int64]
#: Text, starts, ends: see ``outgoing.Texts``.
Texts = tuple[Bytes, Ints, Ints]
#: What a record takes beside key, value and headers, at most: seven numbers of up to ten bytes.
RECORD_BYTES = 70
_START = constant(0)


@inner
def put_varint(out: Bytes, at: int, n: int) -> int:
    """``n`` as Kafka writes it: zigzag, seven bits at a time, the lowest first."""
    n = (n << 1) ^ (n >> 63)
    while n > 127:
        out[at] = n & 127 | 128
        n >>= 7
        at += 1
    out[at] = n
    return at + 1


@inner
def varint_bytes(n: int) -> int:
    """Length of ``put_varint``."""
    n = (n << 1) ^ (n >> 63)
    size = 1
    while n > 127:
        n >>= 7
        size += 1
    return size


@inner
def put_sized(out: Bytes, at: int, text: Bytes, start: int, end: int) -> int:
    """A text with its length in front."""
    return put_bytes(out, put_varint(out, at, end - start), text, start, end)


@inner
def put_bare_instant(out: Bytes, at: int, ms: int) -> int:
    """An instant of 24 characters with its length in front. ``put_instant`` writes quotes: the first goes where the length then goes."""
    end = put_instant(out, at, ms) - 1
    out[at] = 48
    return end


@kernel
def put_names(generations: Ints, partition: int, offsets: Ints, slots: Ints, out: Bytes, ends: Ints) -> None:
    """Ids ``d.<generation>.<partition>.<offset>.<slot>`` one behind the other; ``ends`` is (2, D): of the cause in it, and of the id.

    The cause is what lies between ``d.`` and the slot.
    """
    at = _START
    for i in range(offsets.shape[0]):
        out[at], out[at + 1] = 100, 46
        at = put_integer(out, at + 2, generations[i])
        out[at] = 46
        at = put_integer(out, at + 1, wide(partition))
        out[at] = 46
        at = put_integer(out, at + 1, offsets[i])
        ends[0, i] = at
        out[at] = 46
        at = put_integer(out, at + 1, wide(slots[i]))
        ends[1, i] = at


@kernel
def put_heads(fixed: Bytes, labels: tuple[Bytes, Ints], names: tuple[Bytes, Ints], what: Any, last: Texts, out: Bytes, ends: Ints) -> None:
    """Headers of decisions one behind the other; ``ends`` (int64[D]) is overwritten.

    Parameters
    ----------
    fixed : uint8[*]
        Number of headers, and those that all have.
    labels : (uint8[*], int64[5])
        Names of the others with their lengths: id, instant, cause, customer, and what comes last.
    names : (uint8[*], int64[2, D])
        See ``put_names``.
    what : (keys, instants int64[D], last instants int64[D])
        The last instants are written in place of ``last`` where that has no texts.
    last : Texts
    """
    keys, key_starts, key_ends = what[0]
    text, marks = labels
    ids, id_ends = names
    at = _START
    for i in range(ends.shape[0]):
        begin = id_ends[1, i - 1] if i > 0 else _START
        at = put_bytes(out, at, fixed, _START, wide(fixed.shape[0]))
        at = put_bytes(out, at, text, _START, marks[0])
        at = put_sized(out, at, ids, begin, id_ends[1, i])
        at = put_bytes(out, at, text, marks[0], marks[1])
        at = put_bare_instant(out, at, what[1][i])
        at = put_bytes(out, at, text, marks[1], marks[2])
        at = put_sized(out, at, ids, begin + 2, id_ends[0, i])
        at = put_bytes(out, at, text, marks[2], marks[3])
        at = put_sized(out, at, keys, key_starts[i], key_ends[i])
        at = put_bytes(out, at, text, marks[3], marks[4])
        if last[1].shape[0] > 0:
            at = put_sized(out, at, last[0], last[1][i], last[2][i])
        else:
            at = put_bare_instant(out, at, what[2][i])
        ends[i] = at


@kernel
def records_bytes(keys: Texts, values: Texts, heads: Texts, first: int, became: Ints) -> None:
    """Room that records take from number ``first`` on, at most; ``became`` (int64[2]) gets that of all, and that of the first alone."""
    became[0], became[1] = _START, _START
    for i in range(first, keys[1].shape[0]):
        n = keys[2][i] - keys[1][i] + values[2][i] - values[1][i] + heads[2][i] - heads[1][i] + RECORD_BYTES
        became[0] += n
        if i == first:
            became[1] = n


@kernel
def put_records(keys: Texts, values: Texts, heads: Texts, times_ms: Ints, out: Bytes, became: Ints) -> None:
    """Records from number ``became[0]`` on, as many as fit into ``out``, but one at least.

    ``became`` (int64[3]) gets the number of the first that was left, the bytes written, and the largest time.
    """
    first = became[0]
    at, largest = _START, times_ms[first]
    i = first
    while i < times_ms.shape[0]:
        key_bytes, value_bytes = keys[2][i] - keys[1][i], values[2][i] - values[1][i]
        later_ms = times_ms[i] - times_ms[first]
        n = 1 + varint_bytes(later_ms) + varint_bytes(i - first) + varint_bytes(key_bytes) + key_bytes
        n += varint_bytes(value_bytes) + value_bytes + heads[2][i] - heads[1][i]
        if at + n + 10 > out.shape[0]:
            break
        at = put_varint(out, at, n)
        out[at] = 0
        at = put_varint(out, at + 1, later_ms)
        at = put_varint(out, at, i - first)
        at = put_sized(out, at, keys[0], keys[1][i], keys[2][i])
        at = put_sized(out, at, values[0], values[1][i], values[2][i])
        at = put_bytes(out, at, heads[0], heads[1][i], heads[2][i])
        largest = max(largest, times_ms[i])
        i += 1
    became[0], became[1], became[2] = i, at, largest
