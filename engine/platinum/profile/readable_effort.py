"""Effort as people read it: how hard it has been to get something done with us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platinum.policy.policy import Policy
from platinum.profile.effort import GAP_MS, contacts_of, effort_now, index_of, points_of, predicted_ces, surveyed_ces
from platinum.profile.entries import JOURNEY_EASED
from platinum.profile.row import Record

Json = dict[str, Any]
Say = Callable[[int], str | None]


def effort(row: Record, policy: Policy, now_ms: int, name: Say, instant: Say) -> Json:
    """Group ``effort`` of a readable profile."""
    journeys = [row["journeys"][i] for i in range(int(row["n_journeys"]))]
    return {
        "index": _fraction(effort_now(row, now_ms, policy.tables)),
        "predicted_ces": _known(predicted_ces(row, now_ms, policy.tables)),
        "surveyed_ces": _known(surveyed_ces(row)),
        "ces_answers": int(row["ces_answers"]),
        "last_process": name(row["last_process"]),
        "journeys": [_journey(one, policy, now_ms, name, instant) for one in sorted(journeys, key=_first)],
    }


def _first(journey: Record) -> tuple[int, int]:
    return int(journey["first_ms"]), int(journey["intent"])


def _journey(journey: Record, policy: Policy, now_ms: int, name: Say, instant: Say) -> Json:
    points = float(points_of(journey, policy.tables))
    return {
        "intent": name(journey["intent"]),
        "process": name(journey["process"]),
        "channels": [name(channel) for channel in journey["channels"][: int(journey["n_channels"])].tolist() if channel],
        "since": instant(int(journey["first_ms"])),
        "last_at": instant(int(journey["last_ms"])),
        "open": bool(now_ms < journey["last_ms"] + GAP_MS),
        "contacts": int(contacts_of(journey)),
        "points": _fraction(points),
        "index": _fraction(float(index_of(points))),
        "eased": bool(int(journey["state"]) & JOURNEY_EASED),
    }


def _fraction(x: float) -> float:
    return float(f"{float(x):.6g}")


def _known(x: float) -> float | None:
    return None if x != x else _fraction(x)
