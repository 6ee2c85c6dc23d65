"""Hashes that place customers, shorten names and seed draws.

* ``murmur2``: Kafka's default partitioner (Java ``Utils.murmur2``), places a key on bucket and partition.
* ``name_hash``: 32 bits, what a row stores instead of a category, trait, action or channel name; 0 = none.
* ``hash64``: 64 bits of a byte string (message ids, order ids).
* ``mix64``: splitmix64's finaliser over a running state; seeds every draw.

The Python forms serve single values, the kernels a whole batch; tests hold them equal.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from platinum.jit import kernel

_M32 = 0xFFFFFFFF
_M64 = 0xFFFFFFFFFFFFFFFF


def murmur2(key: bytes) -> int:
    """Kafka's murmur2 of ``key``, as a non-negative 31-bit number (``& 0x7fffffff``)."""
    n = len(key)
    h = (0x9747B28C ^ n) & _M32
    whole = n & ~3
    for i in range(0, whole, 4):
        k = int.from_bytes(key[i : i + 4], "little") * 0x5BD1E995 & _M32
        k = (k ^ k >> 24) * 0x5BD1E995 & _M32
        h = (h * 0x5BD1E995 & _M32) ^ k
    if n != whole:
        h = (h ^ int.from_bytes(key[whole:], "little")) * 0x5BD1E995 & _M32
    h = (h ^ h >> 13) * 0x5BD1E995 & _M32
    return (h ^ h >> 15) & 0x7FFFFFFF


def mix64(state: int, value: int) -> int:
    """Fold one 64-bit ``value`` into ``state`` (splitmix64 finaliser, Steele et al. 2014)."""
    z = (state ^ value) + 0x9E3779B97F4A7C15 & _M64
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _M64
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _M64
    return z ^ z >> 31


def hash64(text: bytes) -> int:
    """64-bit hash of a byte string: ``mix64`` over its length and little-endian 8-byte words."""
    h = mix64(0, len(text))
    for i in range(0, len(text), 8):
        h = mix64(h, int.from_bytes(text[i : i + 8], "little"))
    return h


@lru_cache(maxsize=65_536)
def name_hash(name: str) -> int:
    """32-bit hash of a name, never 0 (0 means "none" in rows and columns)."""
    return (hash64(name.encode()) & _M32) or 1


@kernel
def mix64_u(state: np.uint64, value: np.uint64) -> np.uint64:
    """``mix64`` inside kernels; unsigned 64-bit arithmetic wraps."""
    z = (state ^ value) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


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
