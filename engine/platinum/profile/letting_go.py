"""What was promised about an order ends with the order: when it is cancelled, or refunded as a whole."""

from __future__ import annotations

import numpy as np

from platinum.jit import inner
from platinum.policy.tables import Tables
from platinum.profile.early import OFF, early_at, keep_in_mind
from platinum.profile.endings import call_off
from platinum.profile.obligations import bring_held, held, n_held
from platinum.profile.promises import promises_by_event
from platinum.profile.refunds import is_change_of_mind, is_off, taken_back
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

_PROMISE, _ENDED = int(Obligation.PROMISE), int(Obligation.ENDED)
_NO_REF = np.uint64(0)
#: ``amount`` of a promise that is about to be let go is this less what it was.
_GONE = -1.0


@inner
def let_go(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """End the promises about an order that is off, neither kept nor broken; one broken before stays counted.

    Where nothing was promised, its order may still be on its way.
    """
    if event["ref"] == _NO_REF:
        return
    taken, changed, at_ms, found = taken_back(event), is_change_of_mind(event), wide(event["occurred_ms"]), False
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        if entry["ref"] != event["ref"] or (entry["kind"] != _PROMISE and entry["kind"] != _ENDED):
            continue
        found = True
        over = entry["kind"] == _ENDED and at_ms >= entry["offset"]  # what is given back afterwards ends nothing
        if not over and entry["made_ms"] <= at_ms and is_off(entry, taken, changed):
            entry["amount"] = _GONE - max(entry["amount"], 0.0)
    if not found:
        if taken >= 0.0:
            _keep_in_mind(row, more, event, taken, changed, tables)
        return
    at = _gone(row, more, event["ref"])
    while at >= 0:
        row["obligations"][at]["amount"] = _GONE - row["obligations"][at]["amount"]
        call_off(row, more, at, at_ms, tables)
        at = _gone(row, more, event["ref"])


@inner
def _gone(row: Record, more: Record, ref: np.uint64) -> int:
    """A promise that is to be let go, in the row; -1 = there is none any more."""
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        if entry["ref"] == ref and entry["amount"] < 0.0 and (entry["kind"] == _PROMISE or entry["kind"] == _ENDED):
            return bring_held(row, more, i)
    return -1


@inner
def _keep_in_mind(row: Record, more: Record, event: Record, taken: float, changed: bool, tables: Tables) -> None:
    """Refunds of an order that is still on its way add up in ``amount`` (0 = all of it); ``weight`` 1 = of a change of mind.

    Where the ledger is full, that is not kept in mind.
    """
    if not promises_by_event(tables):
        return
    at = early_at(row, more, event["ref"], OFF)
    new = at < 0
    if new:
        at = keep_in_mind(row, more, event, OFF, tables)
    if at < 0:
        return
    entry = row["obligations"][at]
    if new or (taken == 0.0 and entry["amount"] > 0.0):  # parts of it ended nothing before all of it was off
        entry["amount"], entry["made_ms"] = taken, event["occurred_ms"]
    elif taken == 0.0:
        entry["made_ms"] = min(wide(entry["made_ms"]), wide(event["occurred_ms"]))
    elif entry["amount"] > 0.0:
        entry["amount"] += taken
        entry["made_ms"] = max(wide(entry["made_ms"]), wide(event["occurred_ms"]))
    if changed:
        entry["weight"] = 1.0
