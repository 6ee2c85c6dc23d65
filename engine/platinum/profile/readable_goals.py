"""What somebody wants to reach, and how they were treated last, as people read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platinum.policy.policy import Policy
from platinum.profile.goals import confidence_in, find_goal, is_stated, progress_of
from platinum.profile.row import Record

Json = dict[str, Any]
Say = Callable[[int], str | None]


def goals(row: Record, policy: Policy, now_ms: int, name: Say, instant: Say) -> list[Json]:
    """Group ``goals`` of a readable profile: those of which something was said, then those of the policy that are inferred."""
    tables = policy.tables
    settings = tables.settings[0]
    known = {int(settings["goal_names"][g]): float(confidence_in(row, g, now_ms, tables)) for g in range(int(settings["n_goals"]))}
    said = [int(row["goals"][i]["name"]) for i in range(int(row["n_goals"]))]
    inferred = [hashed for hashed, confidence in known.items() if confidence > 0.0 and hashed not in said]
    return [_goal(row, hashed, known.get(hashed, 0.0), now_ms, name, instant) for hashed in [*said, *inferred]]


def _goal(row: Record, hashed: int, confidence: float, now_ms: int, name: Say, instant: Say) -> Json:
    at = int(find_goal(row, hashed))
    if at < 0:
        nothing = dict.fromkeys(("target", "due_at", "stated_at", "progressed_at"))
        return {"goal": name(hashed), "state": "inferred", "confidence": _six(confidence), "progress": 0.0} | nothing
    entry = row["goals"][at]
    stated = bool(is_stated(entry, now_ms))
    return {
        "goal": name(hashed),
        "state": "stated" if stated else "inferred" if confidence > 0.0 else "past",
        "confidence": 1.0 if stated else _six(confidence),
        "progress": _six(progress_of(entry)),
        "target": _six(entry["target"]) if entry["target"] else None,
        "due_at": instant(int(entry["due_s"]) * 1000),
        "stated_at": instant(int(entry["stated_at_s"]) * 1000),
        "progressed_at": instant(int(entry["progressed_at_s"]) * 1000),
    }


def treated(row: Record, instant: Say) -> Json:
    """Group ``treated``: how many of the last treatments are kept, how many of those differ, the same how often in a row, and surprises."""
    last = [int(one) for one in row["treated"][: int(row["n_treated"])]]
    in_a_row = next((i for i, one in enumerate(reversed(last)) if one != last[-1]), len(last))
    return {
        "treatments": len(last),
        "different": len(set(last)),
        "in_a_row": in_a_row,
        "last_surprised_at": instant(int(row["surprised_ms"])),
    }


def _six(x: float) -> float:
    return float(f"{float(x):.6g}") + 0.0
