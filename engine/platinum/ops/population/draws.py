"""Draws without a generator: a number is a hash of what it is for.

The same (seed, purpose, index) gives the same number in any order and on any machine, so a person keeps their habits
when the population grows, and a reaction can be computed when its decision arrives.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TO_UNIT = 1.0 / 9007199254740992.0  # the top 53 bits


@lru_cache(maxsize=1024)
def _stream(seed: int, purpose: str) -> int:
    digest = hashlib.blake2b(f"{seed}\x1f{purpose}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def uniform(seed: int, purpose: str, index: Ints) -> Floats:
    """One number in [0, 1) per index (splitmix64 of a counter, Steele et al. 2014)."""
    z = index.astype(np.uint64) + np.uint64(_stream(seed, purpose))
    z = z * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * _TO_UNIT


def one(seed: int, *purpose: object) -> float:
    """One number in [0, 1) for one purpose."""
    text = "\x1f".join(map(str, (seed, *purpose)))
    return (int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") >> 11) * _TO_UNIT


def pick(unit: Floats, cumulative: Floats) -> Ints:
    """Index of the first cumulative weight above each number; the last weight is 1."""
    found: Ints = np.minimum(np.searchsorted(cumulative, unit, side="right"), cumulative.shape[0] - 1).astype(np.int64)
    return found
