"""The rule at the end of a time zone file (POSIX TZ, as extended by RFC 8536), written out as transitions."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_FIRST_YEAR, _LAST_YEAR = 1970, 2100
_NAME = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]+>)"
_TIME = r"[+-]?\d{1,3}(?::\d\d){0,2}"
_RULE = re.compile(rf"{_NAME}({_TIME})(?:{_NAME}({_TIME})?,([^,]+),([^,]+))?", re.ASCII)
_EPOCH = date(1970, 1, 1).toordinal()


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    return sign * sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))


def _day(form: str, year: int) -> int:
    """Days from 1970-01-01 to the day that ``M3.5.0``, ``J60`` or ``59`` names in ``year``."""
    if form.startswith("M"):
        month, week, weekday = (int(part) for part in form[1:].split("."))
        first = date(year, month, 1)
        day = 1 + (weekday - first.isoweekday()) % 7 + 7 * (week - 1)
        after = date(year + month // 12, month % 12 + 1, 1)
        if day > (after - first).days:
            day -= 7  # week 5 = the last one
        return first.toordinal() + day - 1 - _EPOCH
    january = date(year, 1, 1).toordinal() - _EPOCH
    if not form.startswith("J"):
        return january + int(form)
    leap = date(year, 12, 31).toordinal() - _EPOCH - january == 365
    number = int(form[1:])  # Jn never counts 29 February
    return january + number - 1 + (1 if leap and number >= 60 else 0)


@lru_cache(maxsize=128)
def _days(form: str) -> tuple[int, ...]:
    """The day of every year that a form names; zones share a few forms."""
    return tuple(_day(form, year) for year in range(_FIRST_YEAR, _LAST_YEAR + 1))


def _instants(form: str, offset: int) -> list[int]:
    """The seconds of every year at which the local clock, ``offset`` before it changes, reaches the form's day and time."""
    day, _, time = form.partition("/")
    second = (_seconds(time) if time else 7200) - offset
    return [number * 86_400 + second for number in _days(day)]


@lru_cache(maxsize=256)
def rule_steps(rule: str) -> tuple[tuple[int, int], ...]:
    """(second since 1970, local minus UTC in seconds) of each change that the rule makes from 1970 to 2100, in order.

    A rule without daylight saving, or no rule at all, makes none.

    Raises
    ------
    ValueError
        The text is no POSIX TZ rule.
    """
    match = _RULE.fullmatch(rule) if rule else None
    if match is None:
        if rule:
            raise ValueError(f"must be a POSIX TZ rule, got {rule!r}")
        return ()
    standard, daylight, starts, ends = match.groups()
    if starts is None:
        return ()
    winter = -_seconds(standard)
    summer = -_seconds(daylight) if daylight else winter + 3600
    begins, finishes = _instants(starts, winter), _instants(ends, summer)
    return tuple(sorted([*((at, summer) for at in begins), *((at, winter) for at in finishes)]))
