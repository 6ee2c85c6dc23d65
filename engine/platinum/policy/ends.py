"""When what an action offers ends: a duration such as ``ends: 14d``, or a last day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

_DURATION = re.compile(r"\s*(\d{1,4})\s*(h|d|w)[a-z]*\s*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_HOUR_MS = 3_600_000
NEVER = (0, -1, -1)


def ends_of(terms: Mapping[str, object] | None) -> tuple[int, int, int]:
    """When terms end: (days, hours in ms or -1, fixed last day or -1); ``NEVER`` when they name no end.

    Days are calendar days of the policy's zone, counted from the day on which the offer is sent.
    """
    text = str((terms or {}).get("ends") or "")
    if match := _DURATION.fullmatch(text):
        count, unit = int(match[1]), match[2]
        return {"d": count, "w": 7 * count}.get(unit, 0), count * _HOUR_MS if unit == "h" else 0, -1
    if _DATE.fullmatch(text):
        try:
            return 0, -1, date.fromisoformat(text).toordinal() - _EPOCH_ORDINAL
        except ValueError:
            return NEVER  # a day of no calendar is a mistake, and reported as one
    return NEVER


def ends_members(terms: Mapping[str, object] | None) -> dict[str, int]:
    """``ends_of`` as members of ACTION, each 0 where nothing ends: they say on which day it holds no longer."""
    days, hours_ms, last_day = ends_of(terms)
    if hours_ms >= 0:
        return {"ends_days": days + 1, "ends_hours_ms": hours_ms}
    return {"ends_day": last_day + 1}
