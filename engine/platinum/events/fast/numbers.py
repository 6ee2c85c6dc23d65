"""Numbers as they are written → float64, where that is exact.

A float64 holds every integer up to 2^53 and every power of ten up to 10^22, so one division of the two is rounded once, as
correct rounding wants (Clinger 1990, "How to read floating point numbers accurately").
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from platinum.events.fast.raw import Raw, byte_at
from platinum.jit import inner, int64

_MAX_DIGITS = 18  # an int64 holds them
_MAX_MANTISSA = 1 << 53

POWERS: NDArray[np.float64] = np.array([float(10**n) for n in range(_MAX_DIGITS + 1)])


@inner
def amount_of(raw: Raw, start: int, end: int, powers: NDArray[np.float64]) -> float:
    """Value of the JSON number from ``start`` to ``end``; NaN if it has an exponent, is -0, or takes more than one rounding."""
    negative = byte_at(raw.text, start) == 45
    mantissa = int64(0)
    digits = 0
    point = -1  # digits in front of it
    for at in range(start + 1 if negative else start, end):
        c = byte_at(raw.text, at)
        if c == 46:
            point = digits
        elif c > 57 or digits == _MAX_DIGITS:
            return math.nan
        else:
            mantissa = mantissa * 10 + c - 48
            digits += 1
    if mantissa > _MAX_MANTISSA or (negative and mantissa == 0):
        return math.nan
    value = mantissa / powers[0 if point < 0 else digits - point]
    return -value if negative else value  # type: ignore[no-any-return]
