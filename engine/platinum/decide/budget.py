"""The budget gate: whole actions per day, for what is given on top; what is owed is never stopped by it (design 7)."""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner, int64
from platinum.profile.budgets import is_entitled
from platinum.vocabulary.codes import Gate, Lane

Record = Any

_BUDGET, _OWED = constant(Gate.BUDGET), constant(Lane.OWED)


@inner
def is_spent(action: Record, on: int, row: Record, person: Record, now_ms: int, tables: Any) -> bool:
    """Whether there is none for this person today of the budget that an action draws on (``on``: gates of its lane).

    In the lane of what we owe the gate is off, and only what names a budget asks it: goodwill, which is owed to nobody.
    """
    if action["budget"] == 0 or (on >> _BUDGET & 1 == 0 and action["lane"] != _OWED):
        return False
    return not is_entitled(row, person["whose"], int64(action["budget"]) - 1, now_ms, tables)
