"""The keys of ``effort``: what a journey costs a customer, and what follows from it; and their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from platinum.policy.containers import Key, Record
from platinum.policy.declared import Values
from platinum.policy.durations import some_duration
from platinum.policy.scalars import DAY_MS
from platinum.policy.shapes import Flag, Number
from platinum.policy.synonyms import meant

#: What adds to the effort of a journey, in the order of ``tables.E_*``: (points of one, most points per journey, what it is).
BURDENS: Mapping[str, tuple[float, float, str]] = MappingProxyType(
    {
        "repeat_contact": (3.0, 9.0, "Every contact after the first."),
        "channel_switch": (2.0, 6.0, "Every channel after the first."),
        "transfer": (2.0, 6.0, "`Contact Transferred`."),
        "asked_again": (2.0, 6.0, "`Asked Again`: had to say once more what was known."),
        "refusal": (2.0, 4.0, "`Request Refused`: a rule of yours stood against it."),
        "self_service": (1.5, 4.5, "`Self Service Failed`."),
        "wait_5min": (1.0, 6.0, "Five minutes of waiting (`Waited`); parts count."),
        "form_error": (0.5, 2.0, "`Form Error`."),
    }
)
THRESHOLD, HALF_LIFE_MS = 0.6, 14 * DAY_MS
_SYNONYMS = meant(
    repeat_contact="repeat contact contacts",
    channel_switch="switch switches",
    transfer="transfers",
    asked_again="asked re_ask",
    refusal="refusals refused",
    self_service="self_service_failed",
    wait_5min="wait waiting",
    form_error="error errors form",
)

POINTS = Record(
    "points",
    {name: Key(Number(lowest=0, highest=100), what, default=f"{points:g}") for name, (points, _, what) in BURDENS.items()},
    synonyms=_SYNONYMS,
)
CAPS = Record(
    "caps of effort",
    {name: Key(Number(lowest=0, highest=1000), what, default=f"{cap:g}") for name, (_, cap, what) in BURDENS.items()},
    synonyms=_SYNONYMS,
)
EFFORT = Record(
    "effort",
    {
        "relief": Key(
            Flag(), "After a hard journey effort is lowered and nothing is sold; `no` is for comparing. See Effort.", default="yes"
        ),
        "threshold": Key(Number(above=0, below=1), "Effort index from which on a journey was hard.", default="0.6"),
        "half_life": Key(some_duration("14d"), "Time in which half of the effort of journeys that are over fades.", default="14d"),
        "points": Key(POINTS, "Points of effort that one of each costs the customer."),
        "caps": Key(CAPS, "Most points that one journey gets of each."),
    },
    synonyms=meant(relief="rule", threshold="limit hard", half_life="fades", points="weights", caps="limits"),
)


def effort_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about effort."""
    said = values.get("effort", {})
    points, caps = said.get("points", {}), said.get("caps", {})
    return {
        "effort_points": tuple(points.get(name, default) for name, (default, _, _) in BURDENS.items()),
        "effort_caps": tuple(caps.get(name, default) for name, (_, default, _) in BURDENS.items()),
        "effort_half_life_ms": float(said.get("half_life", HALF_LIFE_MS)),
        "effort_threshold": said.get("threshold", THRESHOLD),
        "relief": int(said.get("relief", True)),
    }
