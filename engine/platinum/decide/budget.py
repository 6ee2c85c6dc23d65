"""The budget gate: whole actions per day, for what is given on top; what is owed is never stopped by it (design 7)."""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner, int64
from platinum.profile.budgets import is_entitled
from platinum.vocabulary.codes import Gate, Lane

Record = Any

_BUDGET, _OWED = constant(Gate.BUDGET), constant(Lane.OWED)


@inner
def is_for_tier(which: int, tier: int, tables: Any) -> bool:
    """Whether budget number ``which`` may be given to a tier (index)."""
    tiers = int64(tables.settings[0]["budget_tiers"][which])
    return bool(tiers == 0 or (tier >= 0 and tiers >> tier & 1 == 1))


@inner
def is_spent(action: Record, on: int, row: Record, person: Record, now_ms: int, tables: Any) -> bool:
    """Whether there is none for this person today of the budget that an action draws on (``on``: gates of its lane).

    In the lane of what we owe the gate is off, and only what names a budget asks it: goodwill, which is owed to nobody.
    """
    if action["budget"] == 0 or (on >> _BUDGET & 1 == 0 and action["lane"] != _OWED):
        return False
    if not is_for_tier(int64(action["budget"]) - 1, int64(person["tier"]), tables):
        return True
    return not is_entitled(row, person["whose"], int64(action["budget"]) - 1, now_ms, tables)
