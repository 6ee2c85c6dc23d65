"""Numbers as they are written → float64, where that is exact.

A float64 holds every integer up to 2^53 and every power of ten up to 10^22, so one multiplication or division of the two is
rounded once, as correct rounding wants (Clinger 1990, "How to read floating point numbers accurately").
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from platinum.events.fast.raw import Raw, byte_at
from platinum.jit import inner, int64

_MAX_POWER = 22
_MAX_DIGITS = 18  # an int64 holds them
_MAX_MANTISSA = 1 << 53

POWERS: NDArray[np.float64] = np.array([float(10**n) for n in range(_MAX_POWER + 1)])


@inner
def _exponent(raw: Raw, at: int, end: int) -> int:
    """Number behind an ``e``; what is too large for anything here stays too large."""
    sign = -1 if byte_at(raw.text, at) == 45 else 1
    if byte_at(raw.text, at) == 45 or byte_at(raw.text, at) == 43:
        at += 1
    value: int = int64(0)
    while at < end and value < 1000:
        value = value * 10 + byte_at(raw.text, at) - 48
        at += 1
    return sign * value


@inner
def amount_of(raw: Raw, start: int, end: int, powers: NDArray[np.float64]) -> float:
    """Value of the JSON number from ``start`` to ``end``; NaN if one rounding does not give it, or if it is -0."""
    negative = byte_at(raw.text, start) == 45
    at = start + 1 if negative else start
    mantissa = int64(0)
    power = 0
    point = end
    digits = 0
    while at < end and byte_at(raw.text, at) != 101 and byte_at(raw.text, at) != 69 and digits <= _MAX_DIGITS:
        if byte_at(raw.text, at) == 46:
            point = at
        else:
            mantissa = mantissa * 10 + byte_at(raw.text, at) - 48
            digits += 1
            if at > point:
                power -= 1
        at += 1
    if digits > _MAX_DIGITS or mantissa > _MAX_MANTISSA or (negative and mantissa == 0):
        return math.nan
    if at < end:
        power += _exponent(raw, at + 1, end)
    if power > _MAX_POWER or power < -_MAX_POWER:
        return math.nan
    value: float = mantissa * powers[power] if power >= 0 else mantissa / powers[-power]
    return -value if negative else value
