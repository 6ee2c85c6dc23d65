"""What makes good beside the closing of a case: a refund pays what is owed, and a case that has no id of its own ends."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.cases import close_case, is_open_case, is_opened_after
from platinum.profile.entries import STATE_CLOSED, STATE_NAMELESS
from platinum.profile.obligations import bring_held, close, find, held, n_held
from platinum.profile.refunds import CENT, is_change_of_mind
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind, Obligation

_CASE = int(Obligation.CASE)
_K_REFUNDED, _K_RESOLVED = int(Kind.ORDER_REFUNDED), int(Kind.CONTACT_RESOLVED)
_NO_REF, _ANY = np.uint64(0), constant(0)
_LOW = np.uint64(0xFFFFFFFF)
#: Which cases a refund is for: the one that it names; those about its order; those of which nobody said what they are about; all.
_ITS_CASE, _ITS_ORDER, _UNSAID, _EVERY = constant(0), constant(1), constant(2), constant(3)


@inner
def settle(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """A refund pays what is owed, and ends a derived case of which nothing is left to pay; so does a contact that was resolved."""
    if event["kind"] == _K_REFUNDED:
        _pay_back(row, more, event)
    at = _next(row, more, event)
    while at >= 0:
        entry = row["obligations"][at]
        if wide(entry["state"]) & STATE_CLOSED:
            close(row, more, at)
        else:
            close_case(row, more, at, wide(event["occurred_ms"]), tables)
        at = _next(row, more, event)


@inner
def _pay_back(row: Record, more: Record, event: Record) -> None:
    """The case that the refund names first, then those about its order.

    Where there is neither, those of which nobody said what they are about, the oldest first. Money of one order never pays what is owed
    for another, and what was sent back by choice pays nothing that it does not name.
    """
    paid = float(event["amount"])
    if event["name_b"] != 0:
        paid = _pay(row, more, event, paid, _ITS_CASE)
    if event["ref"] == _NO_REF:
        if event["name_b"] == 0:
            _pay(row, more, event, paid, _EVERY)
        return
    about = find(row, more, _CASE, event["ref"], _ANY) >= 0
    paid = _pay(row, more, event, paid, _ITS_ORDER)
    if not about and event["name_b"] == 0 and not is_change_of_mind(event):
        _pay(row, more, event, paid, _UNSAID)


@inner
def _pay(row: Record, more: Record, event: Record, paid: float, which: int) -> float:
    """Pay cases, the oldest first; what is left of the money."""
    while paid >= CENT:
        at = _oldest_owing(row, more, event, which)
        if at < 0:
            return paid
        entry = row["obligations"][at]
        left = float(entry["amount"]) - paid
        paid = max(-left, 0.0)
        entry["amount"] = left if left >= CENT else 0.0
    return 0.0


@inner
def _owes(entry: Record, event: Record, which: int) -> bool:
    if entry["kind"] != _CASE or entry["amount"] <= 0.0 or entry["made_ms"] > event["occurred_ms"]:
        return False
    if which == _ITS_CASE:  # names are the lower half of ids
        return bool(wide(entry["ref"] & _LOW) == wide(event["name_b"]))
    if which == _ITS_ORDER:
        return bool(entry["ref"] == event["ref"])
    return bool(which == _EVERY or entry["ref"] == _NO_REF or wide(entry["state"]) & STATE_NAMELESS == 0)


@inner
def _oldest_owing(row: Record, more: Record, event: Record, which: int) -> int:
    """The oldest case that such a refund pays, brought into the row; -1 = there is none."""
    found, made_ms = -1, wide(event["occurred_ms"]) + 1
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        if _owes(entry, event, which) and entry["made_ms"] < made_ms:
            found, made_ms = i, wide(entry["made_ms"])
    return bring_held(row, more, found)


@inner
def _next(row: Record, more: Record, event: Record) -> int:
    """A case that ends now, brought into the row; -1 = none does."""
    for i in range(n_held(row, more)):
        if _ends(held(row, more, i), event):
            return bring_held(row, more, i)
    return -1


@inner
def _ends(entry: Record, event: Record) -> bool:
    if entry["kind"] != _CASE:
        return False
    if not is_open_case(entry):  # only its money was open
        return bool(entry["due_ms"] == 0 and entry["amount"] <= 0.0)
    if entry["made_ms"] > event["occurred_ms"] or wide(entry["state"]) & STATE_NAMELESS == 0:
        return False
    if is_opened_after(entry, wide(event["occurred_ms"])):
        return False
    its_order = entry["ref"] == event["ref"] and event["ref"] != _NO_REF
    return bool(event["kind"] == _K_RESOLVED or (its_order and entry["amount"] <= 0.0))
