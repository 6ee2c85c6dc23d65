"""For whom an action is: the parties that it names, and what it may ask of them. Nothing else in a policy can say otherwise."""

from __future__ import annotations

from typing import Any

from platinum.jit import constant, inner, int64

Record = Any

_CUSTOMERS = constant(1)


@inner
def is_spared(person: Record) -> bool:
    """Whether the person is not asked to sell."""
    return bool(person["owes"] != 0 or person["ambassador"] != 0)


@inner
def concerns(action: Record, person: Record) -> bool:
    """Whether an action is for somebody of this party, and asks of them only what it may."""
    parties = int64(action["parties"]) if action["parties"] != 0 else _CUSTOMERS
    if parties >> person["party"] & 1 == 0:
        return False
    if action["introduces"] != 0 and person["meets"] == 0:
        return False  # both sides have to want it
    return bool(action["asks_to_sell"] == 0 or not is_spared(person))
