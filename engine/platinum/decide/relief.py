"""The rule of relief: who has just had a hard time is helped, and neither sold to nor troubled (treatment-formulas 3.3).

From ``effort.threshold`` on, of the scored lane only those actions pass that save effort and sell nothing, and no question
does that costs effort; whatever the effort, effort that is saved counts 1 + EI times (``decide.utility``). ``effort:
{relief: no}`` turns both off, and the debt with it.
"""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner, kernel
from platinum.profile.called_off import calls_off
from platinum.profile.effort import effort_now
from platinum.vocabulary.codes import ActionType, Lane

Record = Any

_THANK, _GROWTH = constant(Lane.THANK), constant(Lane.GROWTH)
#: ``PERSON.strained`` of a decision that a cancellation or refund asks for: nobody is thanked for an order at the moment they undo one.
_CALLED_OFF = constant(2)
_OFFER, _LISTEN, _SURPRISE = constant(ActionType.OFFER), constant(ActionType.LISTEN), constant(ActionType.SURPRISE)


@kernel
def relieves(action: Record) -> bool:
    """Whether an action saves the customer effort and has nothing to sell."""
    return bool(action["effort"] < 0.0 and action["sells"] == 0 and action["type"] != _OFFER)


@inner
def burdens(action: Record, person: Record) -> bool:
    """Whether an action must wait because the person has had a hard time, or has little reason to trust us."""
    if person["wary"] != 0 and action["type"] == _SURPRISE:
        return True  # who has little reason to trust us takes it for a trick
    if person["strained"] == 0:
        return False
    asks = action["type"] == _LISTEN and action["effort"] > 0.0
    if person["strained"] == _CALLED_OFF and action["lane"] == _THANK:
        return True
    return bool(asks or (action["lane"] == _GROWTH and not relieves(action)))


@inner
def look_at_effort(row: Record, now_ms: int, kind: int, tables: Any, person: Record) -> None:
    """Fill what PERSON says about effort; a decision that a cancellation or refund (``kind``) asks for sells nothing either, nor thanks."""
    settings = tables.settings[0]
    effort = effort_now(row, now_ms, tables) if settings["relief"] != 0 else 0.0
    person["eases"] = 1.0 + effort
    hard = settings["relief"] != 0 and effort >= settings["effort_threshold"]
    person["strained"] = _CALLED_OFF if calls_off(kind) else 1 if hard else 0
