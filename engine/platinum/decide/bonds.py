"""What the balance and standing up for the firm did in a decision, said in its reasons."""

from __future__ import annotations

from typing import Any

from platinum.decide.conditions import holds
from platinum.decide.gates import verdict_of
from platinum.decide.parties import is_spared
from platinum.decide.record import UNFIT
from platinum.jit import constant, inner, int64
from platinum.profile.bonds import advocacy
from platinum.vocabulary.codes import Gate, Lane

Record = Any

_ELIGIBILITY, _THANK = constant(Gate.ELIGIBILITY), constant(Lane.THANK)
_NOBODY = 0.0


@inner
def say_bonds(row: Record, trigger: Record, tables: Any, scratch: Any, out: Record) -> None:
    """Note whether somebody was spared: an action that asks to sell, whose condition holds, was stopped by eligibility."""
    person = scratch.person[0]
    out["owes"], out["spared"], out["balance"], out["advocacy"] = 0, 0, person["balance"], _NOBODY
    if not is_spared(person):
        return
    out["advocacy"] = advocacy(row, int64(trigger["now_ms"]))
    for c in range(tables.candidates.shape[0]):
        a = tables.candidates[c]["action"]
        action = tables.actions[a]
        if action["asks_to_sell"] == 0 or scratch.state[a] != UNFIT or not holds(action, tables.program, scratch.leaf):
            continue
        gate, _ = verdict_of(c, tables, scratch)
        if gate == _ELIGIBILITY:
            out["spared"] = 1


@inner
def say_introduction(tables: Any, scratch: Any, out: Record) -> None:
    """Note whom the person may meet, where what was chosen introduces them; after the choice."""
    person = scratch.person[0]
    out["meets"], out["meets_whom"], out["met_as"] = 0, 0, 0
    if out["action"] >= 0 and tables.actions[out["action"]]["introduces"] != 0:
        out["meets"], out["meets_whom"], out["met_as"] = person["meets"], person["meets_whom"], person["met_as"]


@inner
def say_owed(scratch: Any, out: Record) -> None:
    """Note that we owe the person, where something was chosen from the lane of thanks; after the choice."""
    if scratch.person[0]["owes"] != 0 and out["lane"] == _THANK:
        out["owes"] = 1
