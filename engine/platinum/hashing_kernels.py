"""The hashes of ``platinum.hashing`` inside kernels, and over a whole batch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from platinum.jit import inner, kernel

#: Last block of SipHash: the length.
_EIGHT_BYTES = np.uint64(8 << 56)


@kernel
def mix64_u(state: np.uint64, value: np.uint64) -> np.uint64:
    """``mix64`` inside kernels; unsigned 64-bit arithmetic wraps."""
    z = (state ^ value) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inner
def _sip(v0: np.uint64, v1: np.uint64, v2: np.uint64, v3: np.uint64) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """One round of SipHash."""
    v0, v2 = v0 + v1, v2 + v3
    v1, v3 = (v1 << np.uint64(13) | v1 >> np.uint64(51)) ^ v0, (v3 << np.uint64(16) | v3 >> np.uint64(48)) ^ v2
    v0 = v0 << np.uint64(32) | v0 >> np.uint64(32)
    v2, v0 = v2 + v1, v0 + v3
    v1, v3 = (v1 << np.uint64(17) | v1 >> np.uint64(47)) ^ v2, (v3 << np.uint64(21) | v3 >> np.uint64(43)) ^ v0
    return v0, v1, v2 << np.uint64(32) | v2 >> np.uint64(32), v3


@kernel
def keyed64(key0: np.uint64, key1: np.uint64, value: np.uint64) -> np.uint64:
    """SipHash-2-4 of one 64-bit word (Aumasson and Bernstein 2012): without the key nobody can try out values."""
    v0, v1 = key0 ^ np.uint64(0x736F6D6570736575), key1 ^ np.uint64(0x646F72616E646F6D)
    v2, v3 = key0 ^ np.uint64(0x6C7967656E657261), key1 ^ np.uint64(0x7465646279746573) ^ value
    v0, v1, v2, v3 = _sip(*_sip(v0, v1, v2, v3))
    v0, v1, v2, v3 = _sip(*_sip(v0 ^ value, v1, v2, v3 ^ _EIGHT_BYTES))
    v0, v1, v2, v3 = _sip(*_sip(*_sip(*_sip(v0 ^ _EIGHT_BYTES, v1, v2 ^ np.uint64(0xFF), v3))))
    return v0 ^ v1 ^ v2 ^ v3


@kernel
def murmur2_spans(text: NDArray[np.uint8], ends: NDArray[np.int64], out: NDArray[np.int32]) -> None:
    """``murmur2`` of every key in ``text[ends[i-1]:ends[i]]``; ``out`` is int32[B], overwritten."""
    m = np.uint32(0x5BD1E995)
    start = np.int64(0)
    for i in range(ends.shape[0]):
        end = ends[i]
        h = np.uint32(0x9747B28C) ^ np.uint32(end - start)
        at = start
        while end - at >= 4:
            k = np.uint32(text[at]) | np.uint32(text[at + 1]) << np.uint32(8)
            k = np.uint32((k | np.uint32(text[at + 2]) << np.uint32(16) | np.uint32(text[at + 3]) << np.uint32(24)) * m)
            k = np.uint32((k ^ (k >> np.uint32(24))) * m)
            h = np.uint32(h * m) ^ k
            at += 4
        if at < end:
            for j in range(end - at - 1, -1, -1):
                h = np.uint32(h ^ (np.uint32(text[at + j]) << np.uint32(8 * j)))
            h = np.uint32(h * m)
        h = np.uint32((h ^ (h >> np.uint32(13))) * m)
        out[i] = np.int32((h ^ (h >> np.uint32(15))) & np.uint32(0x7FFFFFFF))
        start = end


def murmur2_of(keys: Sequence[bytes]) -> list[int]:
    """``murmur2`` of each key."""
    out = np.empty(len(keys), np.int32)
    ends = np.fromiter(accumulate(map(len, keys)), np.int64, len(keys))
    murmur2_spans(np.frombuffer(b"".join(keys), np.uint8), ends, out)
    hashes: list[int] = out.tolist()
    return hashes


@kernel
def hash64_spans(text: NDArray[np.uint8], ends: NDArray[np.int64], out: NDArray[np.uint64]) -> None:
    """``hash64`` of every string in ``text[ends[i-1]:ends[i]]``; an empty string gives 0 ("none")."""
    start = np.int64(0)
    for i in range(ends.shape[0]):
        end = ends[i]
        h = np.uint64(0)
        if end > start:
            h = mix64_u(np.uint64(0), np.uint64(end - start))
            for at in range(start, end, 8):
                word = np.uint64(0)
                for j in range(min(8, end - at)):
                    word |= np.uint64(text[at + j]) << np.uint64(8 * j)
                h = mix64_u(h, word)
        out[i] = h
        start = end
