"""What stands in the place of a function while a rule about goals, surprises or variety is broken. Plain functions: the JIT is off."""

from __future__ import annotations

from typing import Any

from platinum.decide import surprising
from platinum.profile import goals

Record = Any

_look_at_surprise, _confidence_in = surprising.look_at_surprise, goals.confidence_in


def what_is_inferred_is_certain(row: Record, g: int, now_ms: int, tables: Any) -> float:
    return 1.0 if _confidence_in(row, g, now_ms, tables) > 0.0 else 0.0


def nothing_is_inferred(row: Record, g: int, now_ms: int, tables: Any) -> float:
    confidence = _confidence_in(row, g, now_ms, tables)
    return confidence if confidence == 1.0 else 0.0


def once_stated_always_a_goal(entry: Record, now_ms: int) -> bool:
    return bool(entry["stated_at_s"] > 0)


def one_after_the_other(row: Record, trigger: Record, tables: Any, person: Record) -> None:
    _look_at_surprise(row, trigger, tables, person)
    person["surprise_from_ms"] = -1


def every_day(row: Record, trigger: Record, tables: Any, person: Record) -> None:
    _look_at_surprise(row, trigger, tables, person)
    person["surprise_day"] = 1


def never(row: Record, trigger: Record, tables: Any, person: Record) -> None:
    _look_at_surprise(row, trigger, tables, person)
    person["surprise_day"] = 0
