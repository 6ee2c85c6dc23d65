"""Values that are written as one short text: durations, hours, quiet hours, caps."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from platinum.vocabulary.codes import ActionType

MINUTE_MS = 60_000
DAY_MS = 86_400_000
_UNIT_MS = {"min": MINUTE_MS, "h": 60 * MINUTE_MS, "d": DAY_MS, "w": 7 * DAY_MS}
_UNIT_OF = {
    "min": "min", "minute": "min", "minutes": "min", "h": "h", "hour": "h", "hours": "h",
    "d": "d", "day": "d", "days": "d", "w": "w", "week": "w", "weeks": "w",
}  # fmt: skip
MAX_DURATION_MS = 3660 * DAY_MS
DURATION = r"\d{1,6}\s?(?:min(?:utes?)?|h(?:ours?)?|d(?:ays?)?|w(?:eeks?)?)"
_DURATION = re.compile(r"(\d{1,6})\s?([a-z]+)", re.ASCII)
DATE = r"\d{4}-\d{2}-\d{2}"
_DATE = re.compile(DATE, re.ASCII)
_LIFE = re.compile(r"\d{1,4}[hdw]", re.ASCII)
ENDS_WANTED = "the life of the offer (48h, 14d, 2w), its last day (2026-12-31), or never"
#: First minute after the day.
ALL_DAY = 1440
#: Years in which an offer may end: time zones are known up to 2100 (``zones``).
FIRST_YEAR, LAST_YEAR = 2000, 2099
_CLOCK = r"(?:[01]\d|2[0-4]):[0-5]\d"
_QUIET = re.compile(rf"({_CLOCK})\s?-\s?({_CLOCK})", re.ASCII)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
HOURS = rf"(?:{_DAY}(?:-{_DAY})?|daily) {_CLOCK}-{_CLOCK}"
_HOURS = re.compile(rf"(?:({_DAY}|daily)(?:-({_DAY}))?\s+)?({_CLOCK})\s?-\s?({_CLOCK})", re.ASCII | re.IGNORECASE)
_CAP = re.compile(r"(\d{1,6})\s+(?:(\S+)\s+)?per\s+(\d{1,6}\s?[a-z]+)", re.ASCII)

#: Types that a cap on "contacts" counts and stops: all that nobody asked for. What is owed, asked for or
#: demanded by law neither counts nor is stopped (gate matrix).
UNSOLICITED = (ActionType.THANK_YOU, ActionType.LISTEN, ActionType.SURPRISE, ActionType.HELP, ActionType.OFFER)
#: What a cap may count → types.
CAP_SCOPES: dict[str, tuple[ActionType, ...]] = {
    "contacts": UNSOLICITED,
    "thanks": (ActionType.THANK_YOU,),
    "questions": (ActionType.LISTEN,),
    "surprises": (ActionType.SURPRISE,),
    "helps": (ActionType.HELP,),
    "offers": (ActionType.OFFER,),
}
_SCOPE_WORDS = {
    **{word: word for word in CAP_SCOPES},
    **{word.removesuffix("s"): word for word in CAP_SCOPES if word != "thanks"},
    "thank_you": "thanks", "thank_yous": "thanks", "listen": "questions",
}  # fmt: skip


class Cap(NamedTuple):
    """``limit`` contacts of ``types`` per ``window_ms``; ``text`` is its normal form."""

    limit: int
    types: tuple[ActionType, ...]
    window_ms: int
    text: str


def duration_ms(text: str) -> int:
    """``30min``, ``24h``, ``7d``, ``2w`` in milliseconds.

    Raises
    ------
    ValueError
        It is none, or longer than ten years.
    """
    match = _DURATION.fullmatch(text.strip())
    unit = _UNIT_OF.get(match[2]) if match else None
    if match is None or unit is None:
        raise ValueError("a duration such as 30min, 24h, 7d or 2w")
    ms = int(match[1]) * _UNIT_MS[unit]
    if ms > MAX_DURATION_MS:
        raise ValueError("a duration of at most 3660d")
    return ms


def some_duration_ms(text: str) -> int:
    """``duration_ms`` of what must take some time: the past cannot fade, nor a message wait, in none.

    Raises
    ------
    ValueError
        It is no duration, or 0.
    """
    ms = duration_ms(text)
    if ms == 0:
        raise ValueError("a duration above 0, such as 24h or 30d")
    return ms


def ends(text: str) -> str:
    """The life of an offer (``48h``, ``14d``, ``2w``), its last day (``2026-12-31``) or ``never``, as written.

    Raises
    ------
    ValueError
        It is none; a day that is in no calendar, or beyond the years whose time zones are known.
    """
    if text == "never":
        return text
    if _DATE.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError("a day of the calendar such as 2026-12-31: there is no such day") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"a day of the years {FIRST_YEAR} to {LAST_YEAR}")
    elif _LIFE.fullmatch(text) is None:
        raise ValueError(ENDS_WANTED)
    elif duration_ms(text) == 0:
        raise ValueError("the life of an offer that can be taken, such as 14d")
    return text


def ends_meant(text: str) -> str:
    """The last day that was probably meant: 2026-02-30 and 28.2.2026 are 2026-02-28; ``""`` when there is no telling."""
    if match := re.fullmatch(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*", text, re.ASCII):
        year, month, day = (int(part) for part in match.groups())
    elif match := re.fullmatch(r"\s*(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\s*", text, re.ASCII):
        day, month, year = (int(part) for part in match.groups())
    else:
        return ""
    if not (1 <= month <= 12 and 1 <= day <= 31 and FIRST_YEAR <= year <= LAST_YEAR):
        return ""
    return date(year, month, min(day, monthrange(year, month)[1])).isoformat()


def _minute(clock: str) -> int:
    minute = int(clock[:2]) * 60 + int(clock[3:])
    if minute > ALL_DAY:
        raise ValueError("times from 00:00 to 24:00")
    return minute


def quiet_hours(text: str) -> tuple[int, int]:
    """``21:00-08:00`` as (first quiet minute, first minute that is not) of the local day.

    ``00:00-24:00`` is (0, 1440): the whole day, so nothing is ever sent. Any other end at 24:00 is minute 0.

    Raises
    ------
    ValueError
        It is none, or ends when it begins, which could mean the whole day or no minute of it.
    """
    match = _QUIET.fullmatch(text.strip())
    if match is None:
        raise ValueError('quiet hours such as "21:00-08:00"')
    first, last = _minute(match[1]), _minute(match[2])
    if (first, last) == (0, ALL_DAY):
        return first, last
    if first % ALL_DAY == last % ALL_DAY:
        raise ValueError("quiet hours that end after they begin, such as 21:00-08:00; the whole day is 00:00-24:00")
    return first % ALL_DAY, last % ALL_DAY


def opening_hours(text: str) -> tuple[tuple[int, int, int], ...]:
    """``Mon-Fri 09:00-17:30, Sat 10:00-14:00`` as (weekday, first minute, last minute), Monday = 0, last exclusive.

    Raises
    ------
    ValueError
        It is none.
    """
    if text.strip().lower() == "always":
        return tuple((day, 0, ALL_DAY) for day in range(7))
    opens: list[tuple[int, int, int]] = []
    days: list[int] = []
    for part in text.split(","):
        match = _HOURS.fullmatch(part.strip())
        if match is None or (match[1] is None and not days):
            raise ValueError('opening hours such as "Mon-Fri 09:00-17:30, Sat 10:00-14:00", or "always"')
        if match[1] is not None:
            days = _weekdays(match[1], match[2])
        first, last = _minute(match[3]), _minute(match[4])
        if first >= last:
            raise ValueError("opening hours that end after they begin; write a night as two parts")
        opens.extend((day, first, last) for day in days)
    return tuple(sorted(set(opens)))


def _weekdays(first: str, last: str | None) -> list[int]:
    if first.lower() == "daily":
        return list(range(7))
    begin = _DAYS.index(first.lower())
    end = _DAYS.index(last.lower()) if last else begin
    return [(begin + i) % 7 for i in range((end - begin) % 7 + 1)]


def cap(text: str) -> Cap:
    """``2 per 7d``, ``3 contacts per 7d``, ``1 question per 30d``.

    Raises
    ------
    ValueError
        It is none, or counts what a cap may not stop.
    """
    match = _CAP.fullmatch(text.strip())
    scopes = ", ".join(CAP_SCOPES)
    if match is None:
        raise ValueError(f'a cap such as "3 contacts per 7d" (it may count {scopes})')
    word = match[2] or "contacts"
    scope = _SCOPE_WORDS.get(word.lower().replace("-", "_"))
    if scope is None:
        raise ValueError(f"a cap that counts {scopes}; notices, apologies and answers are never stopped by a cap (docs/reference/gates.md)")
    limit, window_ms = int(match[1]), duration_ms(match[3])
    if window_ms == 0:
        raise ValueError("a cap over some time, such as 7d")
    if limit > 8:
        raise ValueError("a cap of at most 8: a profile keeps the last 8 contacts per channel and type; use a shorter time")
    return Cap(
        limit,
        CAP_SCOPES[scope],
        window_ms,
        f"{limit} {scope if limit != 1 or scope == 'thanks' else scope[:-1]} per {match[3].replace(' ', '')}",
    )
