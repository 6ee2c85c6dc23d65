"""Hashes that place customers, shorten names and seed draws.

* ``murmur2``: Kafka's default partitioner (Java ``Utils.murmur2``), places a key on bucket and partition.
* ``name_hash``: 32 bits, what a row stores instead of a category, trait, action or channel name; 0 = none.
* ``hash64``: 64 bits of a byte string (message ids, order ids).
* ``mix64``: splitmix64's finaliser over a running state; seeds every draw.

These forms serve single values and load nothing; ``hashing_kernels`` has those for a whole batch, and tests hold them equal. Apart from
each other because a compiler takes longer to load than an emergency stop may take.
"""

from __future__ import annotations

from functools import lru_cache

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
