"""Kernels that write text into a byte buffer: each is given the place, and returns the place behind what it wrote."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.jit import constant, inner

Bytes = NDArray[np.uint8]
MS_PER_DAY = 86_400_000
#: Longest text of ``put_number`` and of an integer.
NUMBER_BYTES = 20

_MINUS, _PLUS, _POINT, _ZERO, _E = (ord(c) for c in "-+.0e")
# Parsed literals, not powers computed at run time: pow is libm's, and libms differ.
_TENS = np.array([float(f"1e{e}") for e in range(-307, 309)])
_NO_SHIFT = constant(0)
_EXACT = 22  # 10^22 is the last power of ten that a float64 holds exactly


@inner
def wide(value: Any) -> int:
    """An integer of a record as int64, so that no callee is compiled a second time for 32 bits."""
    return np.int64(value)  # type: ignore[return-value]


@inner
def put_bytes(out: Bytes, at: int, text: Bytes, start: int, end: int) -> int:
    """Copy ``text[start:end]``."""
    into, source = out[at : at + end - start], text[start:end]
    for i in range(end - start):
        into[i] = source[i]
    return at + end - start


@inner
def put_two(out: Bytes, at: int, value: int) -> int:
    """``value`` below 100 with two digits."""
    out[at] = _ZERO + value // 10
    out[at + 1] = _ZERO + value % 10
    return at + 2


@inner
def put_digits(out: Bytes, at: int, value: int, digits: int) -> int:
    """``value`` ≥ 0 with exactly ``digits`` digits."""
    for i in range(at + digits - 1, at - 1, -1):
        out[i] = _ZERO + value % 10
        value //= 10
    return at + digits


@inner
def put_integer(out: Bytes, at: int, value: int) -> int:
    """``value`` ≥ 0 in decimal."""
    digits, rest = 1, value // 10
    while rest > 0:
        digits += 1
        rest //= 10
    return put_digits(out, at, value, digits)


@inner
def exponent_of(x: float) -> int:
    """Largest e with 10^e ≤ x, for x ≥ 1e-307."""
    low, high = -307, 309
    if 1e-4 <= x < 1e8:
        low, high = -4, 8
    while high - low > 1:
        middle = (low + high) // 2
        if x >= _TENS[middle + 307]:
            low = middle
        else:
            high = middle
    return low


@inner
def six_digits(x: float, e: int) -> float:
    """``x`` · 10^(5−e), rounded half to even: an integer of 6 digits, or 10^6 where rounding carries."""
    shift = 5 - e
    if -_EXACT <= shift < 0:
        return float(np.rint(x / _TENS[307 - shift]))
    while shift > _EXACT:
        x *= 1e22
        shift -= _EXACT
    while shift < -_EXACT:
        x /= 1e22
        shift += _EXACT
    return float(np.rint(x * _TENS[307 + shift] if shift >= 0 else x / _TENS[307 - shift]))


@inner
def put_number(out: Bytes, at: int, x: float) -> int:
    """A finite float with 6 significant digits, in the form of C's ``%.6g``; −0 and what is below 1e-307 give 0.

    One multiplication by an exact power of ten, so within half a unit of the last digit everywhere and
    bit-for-bit the same on every machine; ``%.6g`` itself differs only beside a tie.
    """
    if x < 0.0:
        x = -x
        if x >= 1e-307:
            out[at] = _MINUS
            at += 1
    if x < 1e-307:
        out[at] = _ZERO
        return at + 1
    e = exponent_of(x)
    rounded = int(six_digits(x, e))
    if rounded >= 1_000_000:
        rounded, e = rounded // 10, e + 1
    digits = 6
    while rounded % 10 == 0:
        rounded, digits = rounded // 10, digits - 1
    if -5 < e < 6:
        return put_fixed(out, at, rounded, digits, e)
    at = put_fixed(out, at, rounded, digits, _NO_SHIFT)
    out[at] = _E
    out[at + 1] = _PLUS if e > 0 else _MINUS
    e = abs(e)
    if e > 99:
        return put_integer(out, at + 2, e)
    return put_two(out, at + 2, e)


@inner
def put_fixed(out: Bytes, at: int, value: int, digits: int, e: int) -> int:
    """``digits`` significant digits, the first of which counts 10^e, −5 < e < 6."""
    if e < 0:
        out[at], out[at + 1] = _ZERO, _POINT
        at += 2
        for _ in range(-e - 1):
            out[at] = _ZERO
            at += 1
        return put_digits(out, at, value, digits)
    if digits <= e + 1:
        for _ in range(e + 1 - digits):
            value *= 10
        return put_digits(out, at, value, e + 1)
    behind = digits - e - 1
    part = 1
    for _ in range(behind):
        part *= 10
    at = put_digits(out, at, value // part, e + 1)
    out[at] = _POINT
    return put_digits(out, at + 1, value % part, behind)


@inner
def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of month of a day counted from 1970-01-01 (Howard Hinnant's ``civil_from_days``), year ≥ 0."""
    z = day + 719_468
    era = z // 146_097
    doe = z - era * 146_097
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (1 if month <= 2 else 0), month, doy - (153 * mp + 2) // 5 + 1


@inner
def put_day(out: Bytes, at: int, day: int) -> int:
    """``2011-12-01``."""
    year, month, of_month = civil(day)
    at = put_two(out, put_two(out, at, year // 100), year % 100)
    out[at] = _MINUS
    at = put_two(out, at + 1, month)
    out[at] = _MINUS
    return put_two(out, at + 1, of_month)


@inner
def put_instant(out: Bytes, at: int, ms: int) -> int:
    """``"2011-12-01T08:26:00.000Z"`` with its quotes."""
    day = ms // MS_PER_DAY
    rest = ms - day * MS_PER_DAY
    out[at] = 34
    at = put_day(out, at + 1, day)
    out[at] = 84
    at = put_two(out, at + 1, rest // 3_600_000)
    out[at] = 58
    at = put_two(out, at + 1, rest // 60_000 % 60)
    out[at] = 58
    at = put_two(out, at + 1, rest // 1000 % 60)
    out[at] = _POINT
    out[at + 1] = _ZERO + rest // 100 % 10
    at = put_two(out, at + 2, rest % 100)
    out[at], out[at + 1] = 90, 34
    return at + 2


@inner
def put_text(out: Bytes, at: int, text: Bytes, start: int, end: int) -> int:
    """UTF-8 text as a JSON string; quotes, backslashes, controls and what could end a script element are escaped."""
    out[at] = 34
    at += 1
    for i in range(start, end):
        byte = int(text[i])
        if byte >= 32 and byte not in (34, 92, 60, 62, 38):
            out[at] = byte
            at += 1
            continue
        out[at], out[at + 1], out[at + 2], out[at + 3] = 92, 117, _ZERO, _ZERO
        low = byte % 16
        out[at + 4] = _ZERO + byte // 16
        out[at + 5] = _ZERO + low if low < 10 else 87 + low
        at += 6
    out[at] = 34
    return at + 1
