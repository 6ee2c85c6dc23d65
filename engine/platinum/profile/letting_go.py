"""What was promised about an order ends with the order: when it is cancelled, or refunded as a whole."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.early import KEEPS, early_at
from platinum.profile.obligations import bring, close, find, is_it
from platinum.profile.promises import OFF_BIT, remember_off
from platinum.profile.refunds import is_change_of_mind, is_off, taken_back
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

_PROMISE = int(Obligation.PROMISE)
_NO_REF, _ANY = np.uint64(0), constant(0)
#: ``amount`` of a promise that is about to be let go.
_GONE = -1.0


@inner
def let_go(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """End the promises about an order that is off, neither kept nor broken; one broken before stays counted.

    Where nothing was promised, its order may still be on its way.
    """
    if event["ref"] == _NO_REF:
        return
    taken, changed = taken_back(event), is_change_of_mind(event)
    if find(row, more, _PROMISE, event["ref"], _ANY) < 0:
        if taken >= 0.0:
            _keep_in_mind(row, more, event, taken, changed, tables)
        return
    for i in range(wide(row["n_obligations"])):
        _mark(row["obligations"][i], event["ref"], taken, changed)
    if row["more_open"] > 0 and row["more"] > 0:
        page = more[row["more"]]
        for j in range(wide(page["n"])):
            _mark(page["entries"][j], event["ref"], taken, changed)
    at = _marked(row, more, event["ref"])
    while at >= 0:
        close(row, more, at)
        at = _marked(row, more, event["ref"])


@inner
def _mark(entry: Record, ref: np.uint64, taken: float, changed: bool) -> None:
    if is_it(entry, _PROMISE, ref, _ANY) and is_off(entry, taken, changed):
        entry["amount"] = _GONE


@inner
def _marked(row: Record, more: Record, ref: np.uint64) -> int:
    """A promise that is to be let go, in the row; -1 = there is none any more."""
    for i in range(wide(row["n_obligations"])):
        if is_it(row["obligations"][i], _PROMISE, ref, _ANY) and row["obligations"][i]["amount"] < 0.0:
            return i
    if row["more_open"] > 0 and row["more"] > 0:
        page = more[row["more"]]
        for j in range(wide(page["n"])):
            if is_it(page["entries"][j], _PROMISE, ref, _ANY) and page["entries"][j]["amount"] < 0.0:
                return bring(row, page, j)
    return -1


@inner
def _keep_in_mind(row: Record, more: Record, event: Record, taken: float, changed: bool, tables: Tables) -> None:
    """Refunds of an order that is still on its way add up in ``amount`` (0 = all of it); ``weight`` 1 = of a change of mind."""
    new = early_at(row, more, event["ref"], KEEPS) < 0
    remember_off(row, more, event, tables)
    at = early_at(row, more, event["ref"], KEEPS)
    if at < 0 or wide(row["obligations"][at]["state"]) & OFF_BIT == 0:
        return
    entry = row["obligations"][at]
    if new or taken == 0.0:
        entry["amount"] = taken
    elif entry["amount"] > 0.0:
        entry["amount"] += taken
    if changed:
        entry["weight"] = 1.0
