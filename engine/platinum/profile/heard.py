"""What comes of decisions without naming them: within its window, a visit or an order counts for every decision that is open.

Silence is judged by it like what was sent (treatment-formulas 3.11): whether a contact did any good is what came of it less what comes
without.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.entries import (
    MAX_ANSWERS,
    PENDING_COMPLAINED,
    PENDING_GONE,
    PENDING_ORDERED,
    PENDING_SENT,
    PENDING_VISITED,
)
from platinum.profile.examples import count, find_example
from platinum.profile.own import find_answers
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind, Outcome

_VISITED, _ORDERED, _SPENT = constant(Outcome.VISITED), constant(Outcome.ORDERED), constant(Outcome.SPENT)
_COMPLAINED, _GONE = constant(Outcome.COMPLAINED), constant(Outcome.UNSUBSCRIBED)
_F_VISITED, _F_ORDERED, _F_SENT = np.uint32(PENDING_VISITED), np.uint32(PENDING_ORDERED), np.uint32(PENDING_SENT)
_F_COMPLAINED, _F_GONE, _NO = np.uint32(PENDING_COMPLAINED), np.uint32(PENDING_GONE), np.uint32(0)
_ORDER, _COMPLAINT = int(Kind.ORDER_COMPLETED), int(Kind.COMPLAINT_MADE)
_COMES = (
    *(Kind.PAGE, Kind.SCREEN, Kind.PRODUCT_LIST_VIEWED, Kind.PRODUCT_VIEWED, Kind.PRODUCT_ADDED, Kind.PRODUCT_REMOVED),
    *(Kind.PRODUCTS_SEARCHED, Kind.CART_VIEWED, Kind.CHECKOUT_STARTED, Kind.ORDER_COMPLETED),
)
#: Bit mask of the kinds that say that somebody came by themselves.
_VISITS = constant(sum(1 << int(kind) for kind in _COMES))
_LAST_VISIT = max(int(kind) for kind in _COMES)
_FULL_BYTE, _FULL_WORD = constant(255), constant(65_535)
_ANYWHERE = constant(0)


@inner
def hear(row: Record, event: Record, tables: Tables) -> None:
    """Count an event for the open decisions in whose windows it lies."""
    kind, at_ms, now_ms = wide(event["kind"]), wide(event["occurred_ms"]), wide(event["record_ms"])
    visit, complaint = kind <= _LAST_VISIT and _VISITS >> kind & 1 == 1, kind == _COMPLAINT
    if not visit and not complaint:
        return
    for at in range(wide(row["n_pending"])):
        pending = row["pending"][at]
        if not _is_within(row, pending, at_ms):
            continue
        if complaint and (pending["flags"] & _F_COMPLAINED) == _NO and (pending["flags"] & _F_SENT) != _NO:
            count(row, at, int(_COMPLAINED), 1.0, now_ms, tables)
            pending["flags"] |= _F_COMPLAINED
        if visit:
            _came(row, at, event, tables)


@inner
def _is_within(row: Record, pending: Record, at_ms: int) -> bool:
    return bool(pending["decided_ms"] <= at_ms <= pending["closes_ms"]) and find_example(row, pending["ref"]) >= 0


@inner
def _came(row: Record, at: int, event: Record, tables: Tables) -> None:
    """They came, and perhaps ordered."""
    pending, now_ms = row["pending"][at], wide(event["record_ms"])
    if (pending["flags"] & _F_VISITED) == _NO:
        count(row, at, int(_VISITED), 1.0, now_ms, tables)
        pending["flags"] |= _F_VISITED
    if event["kind"] == _ORDER and event["amount"] > 0.0:
        count(row, at, int(_SPENT), float(event["amount"]), now_ms, tables)
        if (pending["flags"] & _F_ORDERED) == _NO:
            count(row, at, int(_ORDERED), 1.0, now_ms, tables)
            pending["flags"] |= _F_ORDERED


@inner
def left(row: Record, channel: int, at_ms: int, now_ms: int, tables: Tables) -> None:
    """They want no more on a channel (name hash, 0 = on any): it counts for every open contact there that met them."""
    for at in range(wide(row["n_pending"]) if row["n_examples"] > 0 else 0):
        pending = row["pending"][at]
        here = pending["channel"] != 0 and (channel == _ANYWHERE or pending["channel"] == channel)
        met = (pending["flags"] & _F_SENT) != _NO and (pending["flags"] & _F_GONE) == _NO
        if here and met and _is_within(row, pending, at_ms):
            count(row, at, int(_GONE), 1.0, now_ms, tables)
            pending["flags"] |= _F_GONE


@inner
def remember_answer_to(row: Record, action: int, yes: int, no: int, given: int) -> None:
    """An action (name hash) met the person, or they answered it; of nine, the one that met them least is forgotten."""
    at = find_answers(row, action)
    if at < 0:
        at = _place(row)
        entry = row["answers"][at]
        entry["action"], entry["yes"], entry["no"], entry["given"] = np.uint32(action), 0, 0, 0
    entry = row["answers"][at]
    if entry["yes"] == _FULL_BYTE or entry["no"] == _FULL_BYTE or entry["given"] == _FULL_WORD:
        entry["yes"], entry["no"], entry["given"] = entry["yes"] // 2, entry["no"] // 2, entry["given"] // 2
    entry["yes"] = wide(entry["yes"]) + yes
    entry["no"] = wide(entry["no"]) + no
    entry["given"] = max(0, wide(entry["given"]) + given)


@inner
def _place(row: Record) -> int:
    n = wide(row["n_answers"])
    if n < MAX_ANSWERS:
        row["n_answers"] = n + 1
        return n
    at = 0
    for i in range(1, MAX_ANSWERS):
        if row["answers"][i]["given"] < row["answers"][at]["given"]:
            at = i
    return at
