"""Promises and requests: made, kept, called off; also those that events of the firm's own imply (treatment-formulas 3.4)."""

from __future__ import annotations

import numpy as np

from platinum.jit import inner
from platinum.policy.tables import Tables
from platinum.profile.call_back_requests import keep_any
from platinum.profile.early import KEEPS, OFF, early_at, keep_first_in_mind
from platinum.profile.endings import call_off, let_be, meet_moves
from platinum.profile.obligations import bring_held, close, find, held, n_held, open_one, source
from platinum.profile.promised import BY_DECISION, obligation_kind
from platinum.profile.refunds import is_off
from platinum.profile.requests import mark_of, names_request, request_for
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind, Obligation

_PROMISE, _REQUEST, _ENDED = int(Obligation.PROMISE), int(Obligation.REQUEST), int(Obligation.ENDED)
_K_MADE = int(Kind.PROMISE_MADE)
_K_REQUEST, _K_STARTED = int(Kind.REQUEST_MADE), int(Kind.CONTACT_STARTED)
_K_ORDER = int(Kind.ORDER_COMPLETED)
_NO_REF = np.uint64(0)


@inner
def make(row: Record, more: Record, event: Record, kind: int, index: int, due_ms: int, tables: Tables) -> int:
    """Put a promise or request into the ledger; returns where, -1 when it is there already, or has ended since the event."""
    ref, name = event["ref"], wide(tables.promises[index]["name"]) if index >= 0 else wide(event["name_a"])
    if ref != _NO_REF:
        if find(row, more, kind, ref, name) >= 0:
            return -1
        ended = find(row, more, _ENDED, ref, name) if kind == _PROMISE else -1
        if ended >= 0:
            if event["occurred_ms"] <= row["obligations"][ended]["offset"]:
                return -1
            let_be(row, more, ended)  # promised anew by the same id: what is said from now on is about this one
    at = open_one(row, more, kind, ref, due_ms, source(event))
    entry = row["obligations"][at]
    entry["name"] = name
    if index >= 0:
        entry["owner"] = tables.promises[index]["owner"]
    entry["weight"] = tables.promises[index]["weight"] if index >= 0 else np.float32(1.0)
    return at


@inner
def meet_early(row: Record, more: Record, at: int, tables: Tables) -> None:
    """Read entry ``at``, just made, with what has arrived about it already: other times, what keeps it, what calls it off."""
    ref = row["obligations"][at]["ref"]
    if _met(row, more, at, tables):
        _forget(row, more, ref)


@inner
def _forget(row: Record, more: Record, ref: np.uint64) -> None:
    """What kept something has been used."""
    early = early_at(row, more, ref, KEEPS)
    if early >= 0:
        close(row, more, early)


@inner
def _met(row: Record, more: Record, at: int, tables: Tables) -> bool:
    """As ``meet_early``; whether it was kept. What keeps it stays in mind: one event may promise several things."""
    entry = row["obligations"][at]
    if entry["ref"] == _NO_REF:
        return False
    ref, kind, name, made_ms = entry["ref"], wide(entry["kind"]), wide(entry["name"]), wide(entry["made_ms"])
    if meet_moves(row, more, at, tables) < 0:
        return False
    early = early_at(row, more, ref, OFF) if kind != _REQUEST else -1
    if early >= 0:
        off_ms, taken = wide(row["obligations"][early]["made_ms"]), float(row["obligations"][early]["amount"])
        changed = bool(row["obligations"][early]["weight"] > 0.0)
        at = find(row, more, kind, ref, name)
        if made_ms <= off_ms and is_off(row["obligations"][at], taken, changed):
            call_off(row, more, at, off_ms, tables)
            kind = _ENDED
    early = early_at(row, more, ref, KEEPS)
    if early < 0:
        return False
    kept_ms = wide(row["obligations"][early]["made_ms"])
    if kind == _REQUEST and kept_ms < made_ms:
        return False  # asked once more after it had been answered
    keep_any(row, more, find(row, more, kind, ref, name), kept_ms, tables)
    return True


@inner
def oldest(row: Record, kind: int, name: int, before_ms: int) -> int:
    """The entry of a class made first, at or before ``before_ms``; it is looked for in the row, where the weightiest are. -1 = none."""
    at, made_ms = -1, before_ms
    for i in range(wide(row["n_obligations"])):
        entry = row["obligations"][i]
        if entry["kind"] == kind and entry["name"] == name and entry["made_ms"] <= made_ms:
            at, made_ms = i, wide(entry["made_ms"])
    return at


@inner
def oldest_of_all(row: Record, more: Record, kind: int, name: int, before_ms: int) -> int:
    """As ``oldest``, in the second row too; what is found there is brought into the first. -1 = none."""
    found, made_ms = -1, before_ms
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        if entry["kind"] == kind and entry["name"] == name and entry["made_ms"] <= made_ms:
            found, made_ms = i, wide(entry["made_ms"]) - 1
    return bring_held(row, more, found)


@inner
def promises_by_event(tables: Tables) -> bool:
    """Whether the policy has a class of promises that events make."""
    for i in range(tables.promises.shape[0]):
        made_by = wide(tables.promises[i]["made_by"])
        if made_by != BY_DECISION and obligation_kind(made_by) == _PROMISE:
            return True
    return False


@inner
def derive(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """Make and keep what events of this kind imply by the policy's rules."""
    kind, at_ms, ref = wide(event["kind"]), wide(event["occurred_ms"]), event["ref"]
    kept, waits, met = False, False, False
    for i in range(tables.promises.shape[0]):
        rule = tables.promises[i]
        if kind < 63 and wide(rule["kept_by"]) >> kind & 1 == 1:
            kept = _keep_by_rule(row, more, event, i, tables) or kept
            waits = waits or _may_be_about(event, i, tables)
        if rule["made_by"] == kind and kind != _K_MADE:
            due_ms = wide(event["high"]) if rule["from_event"] != 0 else at_ms + wide(rule["within_ms"])
            if due_ms > 0 and not (kind == _K_STARTED and event["name_a"] == 0):
                at = make(row, more, event, obligation_kind(kind), i, due_ms, tables)
                if at >= 0:
                    if kind == _K_ORDER:  # less what is given back of it: a part of an order that is off leaves its promises
                        row["obligations"][at]["amount"] = max(event["amount"], 0.0)
                    elif obligation_kind(kind) == _REQUEST:
                        row["obligations"][at]["amount"] = mark_of(wide(event["name_a"]))
                    met = _met(row, more, at, tables) or met
    if met:
        _forget(row, more, ref)
    if waits and not kept and ref != _NO_REF:
        keep_first_in_mind(row, more, event, KEEPS, tables)


@inner
def _may_be_about(event: Record, i: int, tables: Tables) -> bool:
    """Whether something of the class that the event names by its id may still be on its way."""
    made_by = wide(tables.promises[i]["made_by"])
    if made_by == _K_REQUEST or i == wide(tables.settings[0]["call_back"]) - 1:
        return names_request(event)  # of the other events, none has the id of a request
    return bool(made_by != BY_DECISION)


@inner
def _keep_by_rule(row: Record, more: Record, event: Record, i: int, tables: Tables) -> bool:
    """The entry with the event's reference; without one, the oldest of the class that was open by then. Whether there was one.

    An answer that names its request keeps no other that has a name: that one waits for its own.
    """
    rule, ref = tables.promises[i], event["ref"]
    kind, name, at_ms = obligation_kind(wide(rule["made_by"])), wide(rule["name"]), wide(event["occurred_ms"])
    at = find(row, more, kind, ref, name) if ref != _NO_REF else -1
    if at < 0 and ref != _NO_REF and kind == _PROMISE:
        ended = find(row, more, _ENDED, ref, name)
        if ended >= 0:
            keep_any(row, more, ended, at_ms, tables)
            return True
    others = names_request(event) and i + 1 == tables.settings[0]["call_back"]  # see ``call_back_requests``
    if at < 0 and kind == _REQUEST:
        at = request_for(row, more, event, name)
    elif at < 0 and not others and (ref == _NO_REF or rule["made_by"] == BY_DECISION):
        at = oldest_of_all(row, more, kind, name, at_ms)
    if at >= 0:
        keep_any(row, more, at, at_ms, tables)
    return at >= 0
