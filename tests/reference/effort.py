"""Slow twin of journeys and effort: from the whole history at once, sorted by event time, without rows or merging."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from platinum.hashing import name_hash
from platinum.vocabulary.codes import Kind

DAY = 86_400_000
POINTS = {"repeat": 3.0, "switch": 2.0, "transfer": 2.0, "again": 2.0, "refusal": 2.0, "self": 1.5, "wait": 1.0, "form": 0.5}
CAPS = {"repeat": 9.0, "switch": 6.0, "transfer": 6.0, "again": 6.0, "refusal": 4.0, "self": 4.5, "wait": 6.0, "form": 2.0}
_TROUBLE = {
    Kind.CONTACT_TRANSFERRED: "transfer",
    Kind.ASKED_AGAIN: "again",
    Kind.REQUEST_REFUSED: "refusal",
    Kind.SELF_SERVICE_FAILED: "self",
    Kind.FORM_ERROR: "form",
}
KINDS = (Kind.CONTACT_STARTED, Kind.CONTACT_RESOLVED, Kind.REQUEST_MADE, Kind.WAITED, *_TROUBLE)


@dataclass
class Journey:
    """One journey: its events in order of time."""

    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last(self) -> int:
        """Time of its last event."""
        return int(self.events[-1]["occurred_ms"])

    @property
    def contacts(self) -> int:
        """Per channel, calls or requests, whichever are more."""
        began: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
        for event in self.events:
            if event["kind"] in (Kind.CONTACT_STARTED, Kind.REQUEST_MADE):
                began[event["channel"]][event["kind"] == Kind.REQUEST_MADE] += 1
        return sum(max(pair) for pair in began.values())

    @property
    def index(self) -> float:
        """EI."""
        counts = dict.fromkeys(POINTS, 0.0)
        counts["repeat"] = max(0, self.contacts - 1)
        counts["switch"] = max(0, len({event["channel"] for event in self.events} - {0}) - 1)
        for event in self.events:
            if event["kind"] in _TROUBLE:
                counts[_TROUBLE[event["kind"]]] += 1
            if event["kind"] == Kind.WAITED:
                counts["wait"] += event["low"] / 5.0
        return 1.0 - math.exp(-sum(min(CAPS[name], POINTS[name] * n) for name, n in counts.items()) / 6.0)


def journeys_of(events: Sequence[dict[str, Any]]) -> list[Journey]:
    """Every intent's events, cut where seven days lie between two."""
    found: list[Journey] = []
    open_: dict[Any, Journey] = {}
    for event in sorted((e for e in events if e["kind"] in KINDS), key=lambda e: e["occurred_ms"]):
        journey = open_.get(event["name_a"])
        if journey is None or event["occurred_ms"] - journey.last >= 7 * DAY:
            journey = open_[event["name_a"]] = Journey()
            found.append(journey)
        journey.events.append(event)
    return found


def effort(events: Sequence[dict[str, Any]], now_ms: int) -> float:
    """EI of the hardest open journey, or what is left of the others."""
    journeys = journeys_of(events)
    open_ = [one.index for one in journeys if now_ms - one.last < 7 * DAY]
    left = math.fsum(one.index * 2.0 ** (-(now_ms - one.last) / (14 * DAY)) for one in journeys if now_ms - one.last >= 7 * DAY)
    return min(1.0, max([left, *open_]))


def surveyed(events: Sequence[dict[str, Any]]) -> float:
    """Mean of the answers to ``ces``, NaN without any."""
    said = []
    for event in events:
        if event["kind"] == Kind.SURVEY_ANSWERED and event["name_a"] == name_hash("ces"):
            best = event["high"] if event["high"] > 1 else 7.0
            said.append(min(7.0, max(1.0, 1.0 + (event["low"] - 1.0) * 6.0 / (best - 1.0))))
    return math.fsum(said) / len(said) if said else math.nan
