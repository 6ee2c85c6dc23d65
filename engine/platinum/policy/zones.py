"""All time zones as arrays: transitions from the ``tzdata`` package, never from the machine's own zone files.

TZif files (RFC 8536) hold transitions up to some year and a rule for all later ones; the rule is written out to
2100, so that kernels need no calendar. Compiled once per process and shared by all policies.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.policy.zone_rule import rule_steps

_HEADER = struct.Struct(">4sc15x6l")
_BEGINNING = np.iinfo(np.int64).min

Steps = tuple[tuple[int, int], ...]


class Zones(NamedTuple):
    """The zone part of ``Tables``.

    Attributes
    ----------
    names : tuple of str
        IANA names in the order of the arrays.
    zone_names : uint32[Z]
        Their hashes, sorted.
    zone_starts : int32[Z + 1]
    zone_from_ms, zone_offset_ms : int64[*]
        Transition instants, the first of each zone the smallest int64, and local minus UTC from then on.
    """

    names: tuple[str, ...]
    zone_names: NDArray[np.uint32]
    zone_starts: NDArray[np.int32]
    zone_from_ms: NDArray[np.int64]
    zone_offset_ms: NDArray[np.int64]


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """All IANA names, aliases included, sorted."""
    listed = files("tzdata").joinpath("zones").read_text("utf-8").split()
    return tuple(sorted(listed))


def read_tzif(blob: bytes) -> Steps:
    """(second since 1970, local minus UTC in seconds) of every change from 1970 to 2100; the first holds since ever.

    Raises
    ------
    ValueError
        The bytes are no TZif file of version 2 or later.
    """
    magic, version, *counts = _HEADER.unpack_from(blob)
    if magic != b"TZif" or version < b"2":
        raise ValueError("must be a TZif file of version 2 or later")
    isut, isstd, leap, times, types, chars = counts
    at = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut  # the 32-bit block is skipped
    _, _, isut, isstd, leap, times, types, chars = _HEADER.unpack_from(blob, at)
    at += 44
    instants = np.frombuffer(blob, ">i8", times, at).tolist()
    kinds = blob[at + 8 * times : at + 9 * times]
    at += 9 * times
    offsets = [struct.unpack_from(">l", blob, at + 6 * i)[0] for i in range(types)]
    at += types * 6 + chars + leap * 12 + isstd + isut
    footer = blob[at:].strip(b"\n").decode("ascii")
    known = [(instant, offsets[kind]) for instant, kind in zip(instants, kinds, strict=True)]
    later = rule_steps(footer)
    first_later = bisect_right(later, (instants[-1] if instants else _BEGINNING, 1 << 30))
    return _from_1970([(_BEGINNING, offsets[0]), *known, *later[first_later:]])


def _from_1970(steps: list[tuple[int, int]]) -> Steps:
    """Only changes of the offset, only those after 1970-01-01."""
    first = max(0, bisect_right(steps, (0, 1 << 30)) - 1)
    kept = [(_BEGINNING, steps[first][1]), *steps[first + 1 :]]
    return (kept[0], *(b for a, b in pairwise(kept) if a[1] != b[1]))


@lru_cache(maxsize=1)
def zones() -> Zones:
    """All zones, compiled once per process.

    Raises
    ------
    ValueError
        Two names have the same hash.
    """
    names = sorted(zone_names(), key=name_hash)
    hashes = [name_hash(name) for name in names]
    if len(set(hashes)) != len(hashes):
        raise ValueError("two time zones have the same name hash; see hashing.name_hash")
    root = files("tzdata").joinpath("zoneinfo")
    read: dict[bytes, NDArray[np.int64]] = {}  # aliases are copies of the same bytes
    steps: list[NDArray[np.int64]] = []
    for name in names:
        blob = root.joinpath(name).read_bytes()
        if blob not in read:
            read[blob] = np.array(read_tzif(blob), np.int64)
        steps.append(read[blob])
    starts = np.cumsum([0, *(len(zone) for zone in steps)]).astype(np.int32)
    flat = np.concatenate(steps)
    from_ms = np.where(flat[:, 0] == _BEGINNING, _BEGINNING, np.maximum(flat[:, 0], 0) * 1000)  # the maximum keeps × 1000 in range
    return Zones(tuple(names), np.array(hashes, np.uint32), starts, from_ms, flat[:, 1] * 1000)
