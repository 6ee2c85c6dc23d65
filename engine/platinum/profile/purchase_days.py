"""Distinct purchase days: a bitmap of 512 days that ends at the newest one, so late orders stay exact.

Bit i of word w stands for ``last_day - (64 w + i)``. Days that leave the window are only counted (``older_days``).
"""

from __future__ import annotations

import numpy as np

from platinum.jit import inner, kernel
from platinum.profile.entries import BITMAP_WORDS
from platinum.profile.row import Record, wide

_ONE = np.uint64(1)
_BITS = 64 * BITMAP_WORDS


@kernel
def count_bits(word: np.uint64) -> int:
    """Number of set bits; shifts and adds only, because a multiplication would wrap."""
    x = word - ((word >> _ONE) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    x += x >> np.uint64(8)
    x += x >> np.uint64(16)
    x += x >> np.uint64(32)
    return wide(x & np.uint64(0x7F))


@kernel
def distinct_days(row: Record) -> int:
    """Distinct purchase days, those outside the window included."""
    n = wide(row["older_days"])
    for w in range(BITMAP_WORDS):
        n += count_bits(row["purchase_days"][w])
    return n


@inner
def mark_day(row: Record, day: int) -> None:
    """Count ``day`` as a purchase day and move ``last_day``; call before ``first_day`` and ``orders`` change."""
    if row["orders"] == 0:
        row["last_day"] = day
        row["purchase_days"][0] = _ONE
        return
    back = wide(row["last_day"]) - day
    if back < 0:
        _shift(row, -back)
        row["last_day"] = day
        row["purchase_days"][0] |= _ONE
    elif back < _BITS:
        row["purchase_days"][back >> 6] |= _ONE << np.uint64(back & 63)
    elif day != row["first_day"]:
        # Whether this day was counted before it left the window is unknown; the first day surely was.
        row["older_days"] += 1


@inner
def _shift(row: Record, days: int) -> None:
    """Age every bit by ``days``; those that leave the window go to ``older_days``."""
    bitmap = row["purchase_days"]
    before = 0
    for w in range(BITMAP_WORDS):
        before += count_bits(bitmap[w])
    words, bits = days >> 6, np.uint64(days & 63)
    after = 0
    for w in range(BITMAP_WORDS - 1, -1, -1):
        moved = np.uint64(0)
        if w - words >= 0:
            moved = bitmap[w - words] << bits
            if bits > np.uint64(0) and w - words >= 1:
                moved |= bitmap[w - words - 1] >> (np.uint64(64) - bits)
        bitmap[w] = moved
        after += count_bits(moved)
    row["older_days"] += before - after
