"""Rows as bytes: a layout version, a presence bitmap, and only the sections in use.

::

    byte 0      layout version
    then        presence bitmap, little-endian, of 4 bytes up to layout 4 and of 8 since; bit i = ``SECTIONS[i]`` follows
    then        per present section: a fixed one as it stands, a list as one count byte and its entries

A build writes the layout that is in force, which may be older than its own (mixed workers agree, a roll-back stays
possible), and reads every layout up to its own: a section that a layout does not have is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.errors import Inconsistent
from platinum.jit import inner, kernel
from platinum.pieces import Pad, laid_out
from platinum.profile.ahead import bring_near
from platinum.profile.row import LAYOUT, ROW, SECTIONS, wide

#: No stored row is larger (design 6).
MAX_PACKED_BYTES = 8192
#: Bytes of layout version and bitmap up to ``_NARROW``, the last layout with room for 32 sections, and of those since.
_NARROW_BYTES, _HEADER_BYTES = 5, 9
_NARROW = 4
#: What became of one row: unpacked, written by a newer build, not a row.
_READ, _NEWER, _BROKEN = 0, 1, 2
#: Rows between one's being fetched and its being packed: 0.22 µs per row that is in no near cache, 0.44 without.
_AHEAD = 2

#: Bytes of what sections are looked at by. Most are shorter than what a processor compares at once, and went byte by byte: packing
#: a row that is in no near cache took 0.47 µs, 0.29 by words (and without dividing to count the entries of a list).
_WORD = np.uint64(4)

#: How one section lies in a row: ``entry_bytes`` 0 = fixed; ``count_at`` = place of the list's i4 count.
_SECTION = np.dtype([("start", "<i4"), ("n_bytes", "<i4"), ("entry_bytes", "<i4"), ("count_at", "<i4"), ("layout", "<i4")])


def _place(name: str) -> tuple[np.dtype[np.void], int]:
    if ROW.fields is None:
        raise TypeError("ROW must be a structured dtype")
    dtype, offset = ROW.fields[name][:2]
    return dtype, offset


def _sections() -> NDArray[np.void]:
    """One descriptor per section; a section's members lie side by side because ``row_dtype`` puts them so."""
    found = np.zeros(len(SECTIONS), _SECTION)
    for i, (_, layout, count, fields) in enumerate(SECTIONS):
        start = _place(fields[0][0])[1]
        last, last_at = _place(fields[-1][0])
        entry_bytes = last.base.itemsize if count else 0
        found[i] = (start, last_at + last.itemsize - start, entry_bytes, _place(count)[1] if count else 0, layout)
    if (ROW.itemsize | int(np.bitwise_or.reduce(found["start"] | found["n_bytes"]))) % int(_WORD):
        raise TypeError("every section of ROW must begin and end at a multiple of 4 bytes: whether one is in use is read in words")
    return found


#: Where each section lies in a row.
DESCRIPTORS = _sections()
_BIT = {section[0]: i for i, section in enumerate(SECTIONS)}
#: Pads that nobody packs into at this moment; ``pop`` and ``append`` of a list are atomic, so threads never share one.
_PADS: list[Pad] = []


@cache
def largest_packed_bytes(layout: int = LAYOUT) -> int:
    """Size of a row with every section full."""
    present = DESCRIPTORS[DESCRIPTORS["layout"] <= layout]
    return _HEADER_BYTES + int(present["n_bytes"].sum()) + int((present["entry_bytes"] > 0).sum())


@kernel
def _pack(
    both: tuple[NDArray[np.uint8], NDArray[np.uint32]],
    slots: NDArray[np.int64],
    sections: NDArray[np.void],
    layout: int,
    before: tuple[NDArray[np.uint8], int],
    out: NDArray[np.uint8],
    ends: NDArray[np.int64],
) -> None:
    """Write the rows one after the other into ``out`` (uint8, large enough); ``ends`` is int64[B], overwritten.

    ``both`` are the rows' bytes and words.
    ``before`` is (uint8[B, W], place): bytes in front of each row, which get the row's length at ``place`` if that is not negative.
    """
    rows, words = both
    heads, length_at = before
    at = 0
    for r in range(slots.shape[0]):
        if r + _AHEAD < slots.shape[0]:
            bring_near(rows, slots[r + _AHEAD])
        first = at
        copy_bytes(heads[r], 0, out, at, heads.shape[1])
        at += heads.shape[1]
        head = at
        at = pack_one(rows[slots[r]], words[slots[r]], sections, layout, out, at)
        if length_at >= 0:
            put_length(at - head, out, first + length_at)
        ends[r] = at


@inner
def pack_one(
    row: NDArray[np.uint8], words: NDArray[np.uint32], sections: NDArray[np.void], layout: int, out: NDArray[np.uint8], head: int
) -> int:
    """Write one row (its bytes, and the same as words) into ``out`` from ``head`` on; returns where it ends."""
    first = _header_bytes(layout)
    at, present = head + first, 0
    for i in range(sections.shape[0]):
        section = sections[i]
        if section["layout"] <= layout:
            n = _used(row, words, section)
            if n > 0:
                present |= 1 << i
                if section["entry_bytes"] > 0:
                    out[at] = row[section["count_at"]]
                    at += 1
                copy_bytes(row, section["start"], out, at, n)
                at += n
    out[head] = layout
    for k in range(first - 1):
        out[head + 1 + k] = (present >> (8 * k)) & 0xFF
    return at


@inner
def _header_bytes(layout: int) -> int:
    return _NARROW_BYTES if layout <= _NARROW else _HEADER_BYTES


@inner
def put_length(n: int, out: NDArray[np.uint8], at: int) -> None:
    """Write ``n`` as uint32, little-endian."""
    for k in range(4):
        out[at + k] = (n >> (8 * k)) & 0xFF


@inner
def _used(row: NDArray[np.uint8], words: NDArray[np.uint32], section: NDArray[np.void]) -> int:
    """Bytes of a section that must be kept, 0 when it is not in use."""
    if section["entry_bytes"] > 0:
        return wide(row[section["count_at"]]) * wide(section["entry_bytes"])  # counts are below 256
    start, n, any_bit = np.uint64(section["start"]) // _WORD, wide(section["n_bytes"]), np.uint32(0)
    for k in range(np.uint64(n) // _WORD):  # to the end, whatever comes: without a way out, several words are read at once
        any_bit |= words[start + k]
    return n if any_bit != 0 else 0


@inner
def copy_bytes(source: NDArray[np.uint8], start: int, target: NDArray[np.uint8], at: int, n: int) -> None:
    """``target[at : at + n] = source[start : start + n]``."""
    here, there = np.uint64(start), np.uint64(at)
    for k in range(np.uint64(n)):  # unsigned indices need no check for "from the end": a memcpy, 8 times as fast
        target[there + k] = source[here + k]


class Packed(NamedTuple):
    """Packed rows on their way into rows: arguments of ``unpack``.

    Attributes
    ----------
    text, ends : uint8[*], int64[B]
        The blobs one behind the other, and the end of each.
    rows : uint8[N, ROW.itemsize]
    slots : int64[B]
        Row of each blob.
    sections : NDArray
        Where everything lies in a row.
    became : int8[>= B]
        Overwritten.
    """

    text: NDArray[np.uint8]
    ends: NDArray[np.int64]
    rows: NDArray[np.uint8]
    slots: NDArray[np.int64]
    sections: NDArray[np.void]
    became: NDArray[np.int8]


@kernel
def unpack(packed: Packed, layout: int) -> int:
    """Fill ``rows[slots[r]]`` from ``text[ends[r-1]:ends[r]]``; returns the first that is no row, -1 when all are."""
    text, ends, rows, slots, sections, became = packed
    start, first = wide(0), -1
    for r in range(ends.shape[0]):
        rows[slots[r], :] = 0
        became[r] = _unpack_one(text, start, ends[r], rows[slots[r]], sections, layout)
        if first < 0 and became[r] != _READ:
            first = r
        start = ends[r]
    return first


@inner
def _unpack_one(text: NDArray[np.uint8], at: int, end: int, row: NDArray[np.uint8], sections: NDArray[np.void], layout: int) -> int:
    if end - at < _NARROW_BYTES or text[at] == 0:
        return _BROKEN
    written = wide(text[at])
    if written > layout:
        return _NEWER
    head = _header_bytes(written)
    if end - at < head:
        return _BROKEN
    present = 0
    for k in range(head - 1):
        present |= wide(text[at + 1 + k]) << (8 * k)
    at += head
    for i in range(sections.shape[0]):
        section = sections[i]
        if (present >> i) & 1 == 0:
            continue
        n = wide(section["n_bytes"])
        if section["entry_bytes"] > 0:
            if at >= end:
                return _BROKEN
            n = wide(text[at]) * wide(section["entry_bytes"])
            if n == 0 or n > section["n_bytes"]:
                return _BROKEN
            row[section["count_at"]] = text[at]
            at += 1
        if section["layout"] > written or at + n > end:
            return _BROKEN
        copy_bytes(text, at, row, section["start"], n)
        at += n
    return _READ if at == end and present >> sections.shape[0] == 0 else _BROKEN


def has_section(blob: bytes, name: str) -> bool:
    """Whether a packed row has a section, without unpacking it."""
    head = _NARROW_BYTES if blob[0] <= _NARROW else _HEADER_BYTES
    return bool(int.from_bytes(blob[1:head], "little") >> _BIT[name] & 1)


def as_bytes(rows: NDArray[np.void]) -> NDArray[np.uint8]:
    """ROW[N] as uint8[N, ROW.itemsize]."""
    return rows.view(np.uint8).reshape(len(rows), ROW.itemsize)


def as_words(rows: NDArray[np.void]) -> NDArray[np.uint32]:
    """ROW[N] as uint32[N, ROW.itemsize / 4]."""
    return rows.view(np.uint32).reshape(len(rows), ROW.itemsize // int(_WORD))


def pack_rows(rows: NDArray[np.void], slots: NDArray[np.int64], layout: int = LAYOUT) -> list[bytes]:
    """Bytes of ``rows[slots]``, each ≤ 8 KiB; equal rows give equal bytes.

    Parameters
    ----------
    rows : ROW[N]
    slots : int64[B]
    layout : int
        Layout in force; sections that it does not have are left out.
    """
    pad, ends = _packed_behind(np.empty((len(slots), 0), np.uint8), -1, rows, slots, layout)
    packed = pad.pieces(ends)
    _PADS.append(pad)
    return packed


def pack_rows_behind(
    heads: NDArray[np.uint8], length_at: int, rows: NDArray[np.void], slots: NDArray[np.int64], layout: int = LAYOUT
) -> tuple[bytes, NDArray[np.int64]]:
    """Rows as ``pack_rows`` packs them with bytes of the caller's in front of each: one behind the other, and the end of each (int64[B]).

    Parameters
    ----------
    heads : uint8[B, W]
    length_at : int
        Where in them the row's length goes (uint32, little-endian); -1 = nowhere.
    """
    pad, ends = _packed_behind(heads, length_at, rows, slots, layout)
    whole = pad.text[: ends[-1] if len(ends) else 0].tobytes()
    _PADS.append(pad)
    return whole, ends


def _packed_behind(
    heads: NDArray[np.uint8], length_at: int, rows: NDArray[np.void], slots: NDArray[np.int64], layout: int
) -> tuple[Pad, NDArray[np.int64]]:
    pad = _pad(len(slots) * (largest_packed_bytes(layout) + heads.shape[1]))
    ends = np.empty(len(slots), np.int64)
    both = as_bytes(rows), as_words(rows)
    _pack(both, np.ascontiguousarray(slots, np.int64), DESCRIPTORS, layout, (heads, length_at), pad.text, ends)
    return pad, ends


def _pad(n_bytes: int) -> Pad:
    """Room to pack into, kept between calls: fresh memory of this size is given page by page, which cost more than packing."""
    try:
        pad = _PADS.pop()
    except IndexError:
        return Pad(n_bytes)
    return pad if len(pad.text) >= n_bytes else Pad(n_bytes)


def unpack_rows(blobs: Sequence[bytes], rows: NDArray[np.void], slots: NDArray[np.int64]) -> None:
    """Overwrite ``rows[slots]`` with what ``pack_rows`` wrote, in any layout up to this build's.

    Raises
    ------
    Inconsistent
        A row was written by a newer build, or is no row at all; the message names the remedy.
    """
    packed = packed_rows(blobs, as_bytes(rows), np.ascontiguousarray(slots, np.int64), np.empty(len(blobs), np.int8))
    first = unpack(packed, LAYOUT)
    if first >= 0:
        raise unreadable(blobs[first], int(packed.became[first]))


def packed_rows(blobs: Sequence[bytes], rows: NDArray[np.uint8], slots: NDArray[np.int64], became: NDArray[np.int8]) -> Packed:
    """Arguments of ``unpack``."""
    text, ends = laid_out(blobs)
    return Packed(text, ends, rows, slots, DESCRIPTORS, became)


def unreadable(blob: bytes, became: int) -> Inconsistent:
    """What to do about a blob that is no row of this build's."""
    if became == _NEWER:
        return Inconsistent(
            f"a stored profile has layout {blob[0]}, this build reads up to {LAYOUT}: run the newer build, "
            "or go back to a policy of this semantics version with `platinum policy activate` on the newer one first"
        )
    return Inconsistent(
        "a stored profile is damaged or was not written by Platinum: stop `platinum up`, move <data>/valkey away and start it again; "
        "the store is rebuilt from the log"
    )
