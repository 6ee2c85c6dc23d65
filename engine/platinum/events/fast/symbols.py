"""Names that events are known to use → small numbers, found by their bytes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from platinum.events.fast.grammar import NAME, Grammar
from platinum.events.fast.raw import Raw, word_at
from platinum.hashing_kernels import mix64_u
from platinum.jit import inner, uint64

UNKNOWN = -1
_BITS = 9
_MULTIPLIER = 0x9E3779B97F4A7C15
_M64 = 0xFFFFFFFFFFFFFFFF


def _word(name: bytes, at: int) -> int:
    return int.from_bytes(name[at : at + 8], "little")


def compile_symbols(names: Sequence[str]) -> tuple[NDArray[np.void], NDArray[np.uint64]]:
    """The first two arrays of ``Grammar`` for ``names``, whose symbols are their positions."""
    size = 1 << max(_BITS, (2 * len(names)).bit_length())
    table = np.zeros(size, NAME)
    table["symbol"] = UNKNOWN
    middles: list[int] = []
    for symbol, name in enumerate(map(str.encode, names)):
        first = _word(name, 0)
        last = _word(name, len(name) - 8) if len(name) > 8 else first
        place = ((first ^ last >> 1) * _MULTIPLIER & _M64) >> 40
        while table["symbol"][place & (size - 1)] != UNKNOWN:
            place += 1
        table[place & (size - 1)] = (first, last, len(name), symbol, len(middles))
        middles += [_word(name, at) for at in range(8, len(name) - 8, 8)]
    return table, np.array(middles, np.uint64)


@inner
def word_of(raw: Raw, at: int, end: int) -> uint64:
    """The eight bytes from ``at`` on, those from ``end`` on, which must be larger, as 0."""
    left = end - at if end - at < 8 else 8
    return word_at(raw.text, at) & (~uint64(0) >> uint64(64 - 8 * left))


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
    h = hash_of(raw, start, end) & uint64(0xFFFFFFFF)
    return h if h != uint64(0) else uint64(1)


@inner
def _has_middle(raw: Raw, start: int, end: int, middle: int, grammar: Grammar) -> bool:
    """True if what lies between the first and the last eight bytes is the same."""
    for at in range(start + 8, end - 8, 8):
        if grammar.middles[middle] != word_at(raw.text, at):
            return False
        middle += 1
    return True


@inner
def symbol_of(raw: Raw, start: int, end: int, grammar: Grammar) -> int:
    """Symbol of the bytes from ``start`` to ``end``, ``UNKNOWN`` if they are none of the names."""
    if end <= start:
        return UNKNOWN
    mask = uint64(grammar.names.shape[0] - 1)
    first = word_of(raw, start, end)
    last = word_at(raw.text, end - 8) if end - start > 8 else first
    place = ((first ^ (last >> uint64(1))) * uint64(_MULTIPLIER)) >> uint64(40)
    while True:
        name = grammar.names[place & mask]
        if name["symbol"] == UNKNOWN:
            return UNKNOWN
        same = name["first"] == first and name["last"] == last and name["length"] == end - start
        if same and (end - start <= 16 or _has_middle(raw, start, end, name["middle"], grammar)):
            return name["symbol"]  # type: ignore[no-any-return]
        place += uint64(1)
