"""Texts that are not UTF-8 are found before anything is read of them: what lies between texts is not text, so each is looked at alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.events.fast.raw import byte_at, word_at
from platinum.jit import inner, kernel, uint64

_HIGH_BITS = 0x8080808080808080


@inner
def _ascii_end(text: NDArray[np.uint8], at: int, end: int) -> int:
    """First byte from ``at`` on that is not ASCII, at most ``end``."""
    while at + 8 <= end and word_at(text, at) & uint64(_HIGH_BITS) == uint64(0):
        at += 8
    while at < end and byte_at(text, at) < 128:
        at += 1
    return at


@inner
def _character_end(text: NDArray[np.uint8], at: int, end: int) -> int:
    """Index after the character of several bytes at ``at``; -1 if it is none (RFC 3629: nothing overlong, no surrogates)."""
    first, second = byte_at(text, at), byte_at(text, at + 1)
    low, high, length = 128, 191, 2
    if first >= 0xE0:
        length = 3 if first < 0xF0 else 4
        low = 160 if first == 0xE0 else (144 if first == 0xF0 else 128)
        high = 159 if first == 0xED else (143 if first == 0xF4 else 191)
    if first < 0xC2 or first > 0xF4 or end - at < length or second < low or second > high:
        return -1
    for i in range(2, length):
        if byte_at(text, at + i) & 0xC0 != 0x80:
            return -1
    return at + length


@kernel
def leave_broken_texts(text: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64], flags: NDArray[np.int64]) -> None:
    """Put -1 into ``flags`` (int64[B]) where ``text[starts[i]:][:lengths[i]]`` is not UTF-8; PADDING follows the last."""
    for i in range(starts.shape[0]):
        end = starts[i] + lengths[i]
        at = _ascii_end(text, starts[i], end)
        while at >= 0 and at < end:
            at = _character_end(text, at, end)
            if at >= 0:
                at = _ascii_end(text, at, end)
        if at < 0:
            flags[i] = -1
