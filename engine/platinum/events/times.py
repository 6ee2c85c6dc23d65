"""RFC 3339 date-times to epoch milliseconds: one at a time, and a batch in one compiled call.

The form is ``TIMESTAMP_PATTERN`` of the vocabulary; digits beyond the millisecond are cut off. An instant must exist in the
calendar and lie from 1970 to 2099; leap seconds do not exist here.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from platinum.jit import constant, inner, int64, kernel
from platinum.vocabulary.limits import FIRST_MS, LAST_MS

#: What ``instants`` writes instead of an instant.
BAD_FORM = -1
BAD_RANGE = -2
ABSENT = -3

_MAX_CACHED = 65_536
_TWO, _FOUR = constant(2), constant(4)
_MINUTE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2})")
_TAIL = re.compile(r":([0-9]{2})(?:\.([0-9]{1,9}))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))")


class _Minutes(dict[str, int]):
    """``2011-12-01T08:26`` → ms; events of a batch lie close together, so most are looked up."""

    def __missing__(self, text: str) -> int:
        match = _MINUTE.fullmatch(text)
        if match is None:
            raise ValueError
        year, month, day, hour, minute = map(int, match.groups())
        if not is_day(year, month, day) or hour > 23 or minute > 59:
            raise ValueError
        if len(self) >= _MAX_CACHED:
            self.clear()
        ms = ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60_000
        self[text] = ms
        return ms


class _Tails(dict[str, int]):
    """``:00.123Z`` or ``:00+01:00`` → ms to add to the minute."""

    def __missing__(self, text: str) -> int:
        match = _TAIL.fullmatch(text)
        if match is None:
            raise ValueError
        second, fraction, sign, hours, minutes = match.groups()
        if int(second) > 59 or (sign and (int(hours) > 23 or int(minutes) > 59)):
            raise ValueError
        if len(self) >= _MAX_CACHED:
            self.clear()
        ms = int(second) * 1000 + int(((fraction or "") + "00")[:3].ljust(3, "0"))
        if sign:
            ms -= (int(hours) * 60 + int(minutes)) * (60_000 if sign == "+" else -60_000)
        self[text] = ms
        return ms


_minutes = _Minutes()
_tails = _Tails()


def parse_ms(text: str) -> int | None:
    """Epoch milliseconds of an RFC 3339 date-time, ``None`` when it is none or outside 1970-2099."""
    try:
        ms = _minutes[text[:16]] + _tails[text[16:]]
    except ValueError:
        return None
    return ms if FIRST_MS <= ms < LAST_MS else None


def is_day(year: int, month: int, day: int) -> bool:
    """True if the proleptic Gregorian calendar has that day."""
    if month < 1 or month > 12 or day < 1:
        return False
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return day <= (29 if leap else 28)
    return day <= (30 if month == 4 or month == 6 or month == 9 or month == 11 else 31)


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the Gregorian calendar, year ≥ 0 (Hinnant, "chrono-compatible date algorithms")."""
    y = year - 1 if month <= 2 else year
    era = y // 400
    year_of_era = y - era * 400
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


_is_day = inner(is_day)
_days_from_civil = inner(days_from_civil)


@inner
def _digits(text: NDArray[np.uint8], at: int, count: int) -> int:
    """Number of ``count`` decimal digits, or −100,000,000 when one of them is none."""
    value: int = int64(0)
    for i in range(at, at + count):
        digit = int64(text[i]) - 48
        if digit < 0 or digit > 9:
            return -100_000_000
        value = value * 10 + digit
    return value


@inner
def _zone_ms(text: NDArray[np.uint8], at: int, end: int) -> int:
    """What to add to local time for UTC: 0 for Z; ``LAST_MS`` = no zone, twice that = a zone that does not exist."""
    mark = int64(text[at]) if at < end else int64(0)
    if (mark == 90 or mark == 122) and at + 1 == end:
        return 0
    if (mark != 43 and mark != 45) or at + 6 != end or text[at + 3] != 58:
        return LAST_MS
    hours, minutes = _digits(text, at + 1, _TWO), _digits(text, at + 4, _TWO)
    if hours < 0 or minutes < 0:
        return LAST_MS
    if hours > 23 or minutes > 59:
        return 2 * LAST_MS
    return (hours * 60 + minutes) * (-60_000 if mark == 43 else 60_000)


@inner
def instant(text: NDArray[np.uint8], start: int, end: int) -> int:
    """Epoch ms of the date-time in ``text[start:end]``, ``BAD_FORM`` or ``BAD_RANGE``."""
    if end - start < 20 or text[start + 4] != 45 or text[start + 7] != 45 or text[start + 13] != 58 or text[start + 16] != 58:
        return BAD_FORM
    year, month, day = _digits(text, start, _FOUR), _digits(text, start + 5, _TWO), _digits(text, start + 8, _TWO)
    hour, minute, second = _digits(text, start + 11, _TWO), _digits(text, start + 14, _TWO), _digits(text, start + 17, _TWO)
    if (text[start + 10] != 84 and text[start + 10] != 116) or min(year, month, day, hour, minute, second) < 0:
        return BAD_FORM
    at = start + 19
    ms = 0
    if text[at] == 46:
        at += 1
        weight = 100
        first = at
        while at < end and text[at] >= 48 and text[at] <= 57:
            ms += (int64(text[at]) - 48) * weight
            weight //= 10
            at += 1
        if at == first or at - first > 9:
            return BAD_FORM
    zone = _zone_ms(text, at, end)
    if zone == LAST_MS:
        return BAD_FORM
    if not _is_day(year, month, day) or hour > 23 or minute > 59 or second > 59 or zone > LAST_MS:
        return BAD_RANGE
    ms += (((_days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000 + zone
    return ms if ms >= FIRST_MS and ms < LAST_MS else BAD_RANGE


@kernel
def instants(text: NDArray[np.uint8], ends: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    """Epoch ms of every ``text[ends[i-1]:ends[i]]``, or ``BAD_FORM``, ``BAD_RANGE``, ``ABSENT`` (empty); int64[B], overwritten."""
    start = int64(0)
    for i in range(ends.shape[0]):
        end = ends[i]
        out[i] = ABSENT if end == start else instant(text, start, end)
        start = end
