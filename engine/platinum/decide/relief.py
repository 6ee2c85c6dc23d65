"""The rule of relief: who has just had a hard time is helped, and neither sold to nor troubled (treatment-formulas 3.3).

From ``effort.threshold`` on, of the scored lane only those actions pass that save effort and sell nothing, and no question
does that costs effort; whatever the effort, effort that is saved counts 1 + EI times (``decide.utility``). ``effort:
{relief: no}`` turns both off, and the debt with it.
"""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner, kernel
from platinum.profile.effort import effort_now
from platinum.vocabulary.codes import ActionType, Lane

Record = Any

_GROWTH = constant(Lane.GROWTH)
_OFFER, _LISTEN = constant(ActionType.OFFER), constant(ActionType.LISTEN)


@kernel
def relieves(action: Record) -> bool:
    """Whether an action saves the customer effort and has nothing to sell."""
    return bool(action["effort"] < 0.0 and action["sells"] == 0 and action["type"] != _OFFER)


@inner
def burdens(action: Record, person: Record) -> bool:
    """Whether an action must wait because the person has had a hard time."""
    if person["strained"] == 0:
        return False
    asks = action["type"] == _LISTEN and action["effort"] > 0.0
    return bool(asks or (action["lane"] == _GROWTH and not relieves(action)))


@inner
def look_at_effort(row: Record, now_ms: int, tables: Any, person: Record) -> None:
    """Fill what PERSON says about effort."""
    settings = tables.settings[0]
    effort = effort_now(row, now_ms, tables) if settings["relief"] != 0 else 0.0
    person["eases"] = 1.0 + effort
    person["strained"] = 1 if settings["relief"] != 0 and effort >= settings["effort_threshold"] else 0
