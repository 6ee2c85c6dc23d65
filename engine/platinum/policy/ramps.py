"""The key ``ramp`` of an action: a share of people to begin with, and how it grows (``decide.ramp``)."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from typing import Any

from platinum.policy.containers import Key, Record
from platinum.policy.declared import Values
from platinum.policy.problems import Problems
from platinum.policy.scalars import DATE, DAY_MS, DURATION, FIRST_YEAR, LAST_YEAR, ends_meant, some_duration_ms
from platinum.policy.shapes import Parsed
from platinum.policy.synonyms import meant
from platinum.policy.yaml_tree import Path
from platinum.policy.zones import zones
from platinum.vocabulary.codes import LANE_OF, ActionType, Lane

_SHARE = r"\d{1,3}(?:\.\d{1,4})?\s?%|[01](?:\.\d{1,6})?"
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_NO_RAMP = (Lane.LEGAL, Lane.OWED, Lane.ASKED)


def share(text: str) -> float:
    """``10%`` or ``0.1`` as a share from 0 to 1.

    Raises
    ------
    ValueError
        It is none, or more than everybody.
    """
    if re.fullmatch(_SHARE, text.strip(), re.ASCII) is None:
        raise ValueError("a share such as 10% or 0.1")
    number = float(text.strip().rstrip("% "))
    found = number / 100.0 if "%" in text else number
    if found > 1.0:
        raise ValueError("a share of at most 100%")
    return found


def _share_meant(text: str) -> str:
    match = re.search(r"\d+(?:[.,]\d+)?", text)
    number = float(match[0].replace(",", ".")) if match else 0.0
    return f"{number:g}%" if match and 0.0 < number <= 100.0 else ""


def first_day(text: str) -> int:
    """``2026-03-01`` as days since 1970-01-01.

    Raises
    ------
    ValueError
        It is no day of the calendar.
    """
    try:
        day = date.fromisoformat(text) if re.fullmatch(DATE, text, re.ASCII) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("a day such as 2026-03-01")
    return day.toordinal() - _EPOCH_ORDINAL


def _share_of_people(doc: str, *, required: bool = False, default: str = "") -> Key:
    return Key(Parsed(share, "a share such as 10% or 0.1", _SHARE, _share_meant), doc, required=required, default=default)


RAMP = Record(
    "a ramp",
    {
        "start": _share_of_people("Share of all people whom it reaches to begin with.", required=True),
        "full": _share_of_people("Share that it has reached at the end.", default="100% with `over`, else what it starts with"),
        "over": Key(
            Parsed(some_duration_ms, "a duration such as 14d", DURATION),
            "So long it takes to grow from the one to the other, evenly.",
        ),
        "from": Key(
            Parsed(first_day, "a day such as 2026-03-01", DATE, ends_meant),
            "First day, on the policy's clock; before it nobody gets the action.",
        ),
    },
    shorthand="start",
    synonyms=meant(start="share percent", full="end to until", over="within during", **{"from": "begin since"}),
)


def midnight_ms(day: int, zone: str) -> int:
    """Instant at which a local day (days since 1970-01-01) begins in a zone; UTC where the zone is none."""
    every = zones()
    name = zone if zone in every.names else "UTC"
    start, end = every.zone_starts[every.names.index(name) :][:2].tolist()
    froms, offsets = every.zone_from_ms[start:end].tolist(), every.zone_offset_ms[start:end].tolist()
    at_ms = day * DAY_MS
    for _ in range(2):  # the offset that holds at midnight is known once midnight nearly is
        at_ms = day * DAY_MS - offsets[max(0, bisect_right(froms, at_ms) - 1)]
    return int(at_ms)


def ramp_members(values: Values, kind: ActionType, zone: str, problems: Problems, at: Path) -> dict[str, Any]:
    """Members of ACTION about its ramp; mistakes are noted."""
    ramp = values.get("ramp")
    if not isinstance(ramp, dict) or "start" not in ramp:
        return {}
    place = (*at, "ramp")
    if LANE_OF[kind] in _NO_RAMP:
        said = f"does not go with type {kind.name.lower()}: what law demands, what we owe and what a customer asks for is for everybody"
        problems.add(place, said, key=True)
    if "over" in ramp and "from" not in ramp:
        problems.add(place, "lacks 'from': the day on which it begins to grow, such as 2026-03-01")
    if "full" in ramp and "over" not in ramp:
        problems.add(place, "lacks 'over': how long it takes to grow, such as 14d")
    least = float(ramp["start"])
    most = float(ramp.get("full", 1.0 if "over" in ramp else least))
    if most < least:
        problems.add(place, "must not shrink: 'full' is less than 'start', and nobody is to lose what they had")
    from_ms = midnight_ms(ramp["from"], zone) if "from" in ramp else 0
    return {"kept_out": 1.0 - least, "kept_out_at_last": 1.0 - most, "ramp_from_ms": from_ms, "ramp_ms": ramp.get("over", 0)}
