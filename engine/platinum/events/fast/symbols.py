"""Names that events are known to use → small numbers, found by their bytes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from platinum.events.fast.grammar import Grammar
from platinum.events.fast.raw import Raw, word_at
from platinum.hashing import mix64_u
from platinum.jit import inner, int64, uint64

UNKNOWN = -1
_BITS = 10
_MULTIPLIER = 0x9E3779B97F4A7C15
_M64 = 0xFFFFFFFFFFFFFFFF


def _word(name: bytes, at: int) -> int:
    return int.from_bytes(name[at : at + 8], "little")


def compile_symbols(names: Sequence[str]) -> tuple[NDArray[np.int16], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
    """The first four arrays of ``Grammar`` for ``names``, whose symbols are their positions."""
    size = 1 << max(_BITS, (2 * len(names)).bit_length())
    table = np.full(size, UNKNOWN, np.int16)
    spelled: list[int] = []
    starts, lengths = [], []
    for symbol, name in enumerate(map(str.encode, names)):
        place = ((_word(name, 0) ^ _word(name, max(0, len(name) - 8)) >> 1) * _MULTIPLIER & _M64) >> 40
        while table[place & (size - 1)] != UNKNOWN:
            place += 1
        table[place & (size - 1)] = symbol
        starts.append(len(spelled))
        lengths.append(len(name))
        spelled += [_word(name, at) for at in range(0, len(name), 8)]
    return table, np.array(lengths, np.int64), np.array(starts, np.int64), np.array(spelled, np.uint64)


@inner
def word_of(raw: Raw, at: int, end: int) -> uint64:
    """The eight bytes from ``at`` on, those from ``end`` on as 0."""
    left = end - at
    if left >= 8:
        return word_at(raw.text, at)
    return word_at(raw.text, at) & ((uint64(1) << uint64(8 * left)) - uint64(1))


@inner
def hash_of(raw: Raw, start: int, end: int) -> uint64:
    """``hash64`` of the bytes from ``start`` to ``end``; 0 if there are none."""
    if end <= start:
        return uint64(0)
    h = mix64_u(uint64(0), uint64(end - start))
    for at in range(start, end, 8):
        h = mix64_u(h, word_of(raw, at, end))
    return h


@inner
def name_hash_of(raw: Raw, start: int, end: int) -> uint64:
    """``name_hash`` of the bytes from ``start`` to ``end``; 0 if there are none."""
    if end <= start:
        return uint64(0)
    return max(hash_of(raw, start, end) & uint64(0xFFFFFFFF), uint64(1))


@inner
def symbol_of(raw: Raw, start: int, end: int, grammar: Grammar) -> int:
    """Symbol of the bytes from ``start`` to ``end``, ``UNKNOWN`` if they are none of the names."""
    mask = uint64(grammar.table.shape[0] - 1)
    last = word_of(raw, max(start, end - 8), end)
    place = ((word_of(raw, start, end) ^ (last >> uint64(1))) * uint64(_MULTIPLIER)) >> uint64(40)
    while True:
        symbol: int = int64(grammar.table[place & mask])
        if symbol == UNKNOWN:
            return UNKNOWN
        if grammar.lengths[symbol] == end - start:
            spelled = grammar.starts[symbol]
            at = start
            while at < end and grammar.spelled[spelled] == word_of(raw, at, end):
                at += 8
                spelled += 1
            if at >= end:
                return symbol
        place += uint64(1)
