"""A call-back out of hours: what the human path offers, and when an action that promises one may be chosen."""

from __future__ import annotations

from typing import Any

from platinum.decide.promising import promised_ms
from platinum.jit import inner, int64
from platinum.profile.call_back import call_back_at
from platinum.profile.opening import call_back_due_ms, open_until_ms, span_of

Record = Any


@inner
def look_at_call_back(row: Record, now_ms: int, tables: Any, person: Record) -> None:
    """Fill what PERSON says about call-backs: whether somebody is there, and by when one is, or would be, promised."""
    index = int64(tables.settings[0]["call_back"]) - 1
    person["there"], person["call_back_ms"], person["called_back"] = 0, 0, 0
    if index < 0:
        return
    person["there"] = 1 if open_until_ms(now_ms, tables) > 0 else 0
    at, its_class = call_back_at(row, now_ms, tables), tables.promises[index]
    if at >= 0:
        person["call_back_ms"], person["called_back"] = row["obligations"][at]["due_ms"], 1
    elif person["there"] == 0 and its_class["barred"] == 0 and person["full"] == 0:
        person["call_back_ms"] = call_back_due_ms(now_ms, span_of(its_class), tables)


@inner
def is_call_back(action: Record, tables: Any) -> bool:
    """Whether an action promises a call-back."""
    return bool(action["promises"] > 0 and action["promises"] == tables.settings[0]["call_back"])


@inner
def promise_due_ms(action: Record, now_ms: int, tables: Any) -> int:
    """When what an action promises at ``now_ms`` is due, 0 = by no time."""
    span_ms = promised_ms(action, tables)
    return int(call_back_due_ms(now_ms, span_ms, tables) if is_call_back(action, tables) else now_ms + span_ms)


@inner
def puts_off(action: Record, now_ms: int, person: Record, tables: Any) -> bool:
    """Whether an action promises a call-back to somebody who has one coming, asks while somebody is there, or cannot be told by when."""
    if not is_call_back(action, tables):
        return False
    if person["called_back"] != 0 or (person["there"] != 0 and person["asked"] != 0):
        return True
    return bool(promise_due_ms(action, now_ms, tables) == 0)
