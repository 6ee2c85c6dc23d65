"""Promises and requests: made, kept, moved, broken; also those that events of the firm's own imply (treatment-formulas 3.4)."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.early import KEEPS, early_at, keep_in_mind
from platinum.profile.facts import tell
from platinum.profile.obligations import bring, close, find, open_one, source
from platinum.profile.refunds import is_off
from platinum.profile.requests import mark_of, names_request, request_for
from platinum.profile.row import STATE_ACTED, STATE_BROKEN, STATE_CLOSED, STATE_MOVED, STATE_SORRY, STATE_TOLD, Record, wide
from platinum.profile.say_do import count, kept_share
from platinum.vocabulary.codes import Fact, Kind, Obligation

_PROMISE, _REQUEST = int(Obligation.PROMISE), int(Obligation.REQUEST)
_K_MADE = int(Kind.PROMISE_MADE)
_K_REQUEST, _K_STARTED = int(Kind.REQUEST_MADE), int(Kind.CONTACT_STARTED)
_K_ORDER = int(Kind.ORDER_COMPLETED)
_PROMISE_ENDED = int(Fact.PROMISE_ENDED)
_NO_REF = np.uint64(0)
_ANY = constant(0)
_BY_DECISION = constant(0)
_BROKEN_BIT = constant(STATE_BROKEN)
#: ``state`` of an EARLY that keeps nothing: its order is off, and what was promised about it before then needs no keeping.
OFF_BIT = constant(STATE_CLOSED)


@inner
def class_of(name: int, tables: Tables) -> int:
    """Index of a promise class by its name hash, -1 = the policy has none of that name."""
    for i in range(tables.promises.shape[0]):
        if tables.promises[i]["name"] == name:
            return i
    return -1


@inner
def obligation_kind(made_by: int) -> int:
    """A request is what the customer asked for; everything else that is due is a promise."""
    return _REQUEST if made_by == _K_REQUEST or made_by == _K_STARTED else _PROMISE


@inner
def half_late_ms(index: int, tables: Tables) -> float:
    """Time in which a late promise is worth half."""
    return float(tables.promises[index]["late_ms"] if index >= 0 else tables.settings[0]["late_ms"])


@inner
def grace_ms(index: int, tables: Tables) -> int:
    """So long after its due time it still counts as on time."""
    return wide(tables.promises[index]["grace_ms"]) if index >= 0 else 0


@inner
def is_over(entry: Record, now_ms: int, tables: Tables) -> bool:
    """Whether a promise or request is over its time, whatever its timer has said so far."""
    return bool(entry["due_ms"] != 0 and now_ms > entry["due_ms"] + grace_ms(class_of(entry["name"], tables), tables))


@inner
def make(row: Record, more: Record, event: Record, kind: int, index: int, due_ms: int, tables: Tables) -> int:
    """Put a promise or request into the ledger; returns where, -1 when it is there already or was kept before it arrived."""
    ref, name = event["ref"], wide(tables.promises[index]["name"]) if index >= 0 else wide(event["name_a"])
    if ref != _NO_REF and find(row, more, kind, ref, name) >= 0:
        return -1
    at = open_one(row, more, kind, ref, due_ms, source(event))
    entry = row["obligations"][at]
    entry["name"] = name
    if index >= 0:
        entry["owner"] = tables.promises[index]["owner"]
    entry["weight"] = tables.promises[index]["weight"] if index >= 0 else np.float32(1.0)
    return at


@inner
def meet_early(row: Record, more: Record, at: int, tables: Tables) -> None:
    """Close entry ``at``, just made, if what keeps it, or calls it off, has arrived already."""
    ref = row["obligations"][at]["ref"]
    if _met(row, more, at, tables):
        close(row, more, early_at(row, more, ref, KEEPS))


@inner
def _met(row: Record, more: Record, at: int, tables: Tables) -> bool:
    """As ``meet_early``; whether it was kept. What keeps it stays in mind: one event may promise several things."""
    entry = row["obligations"][at]
    if entry["ref"] == _NO_REF:
        return False
    ref, kind, name, made_ms = entry["ref"], wide(entry["kind"]), wide(entry["name"]), wide(entry["made_ms"])
    early = early_at(row, more, ref, KEEPS)
    if early < 0:
        return False
    kept_ms, off = wide(row["obligations"][early]["made_ms"]), wide(row["obligations"][early]["state"]) & OFF_BIT
    taken = float(row["obligations"][early]["amount"]), bool(row["obligations"][early]["weight"] > 0.0)
    at = find(row, more, kind, ref, name)
    if off != 0:
        call_off(row, more, at, kept_ms, taken)
        return False
    if kind == _REQUEST and kept_ms < made_ms:
        return False  # asked once more after it had been answered
    keep(row, more, at, kept_ms, tables)
    return True


@inner
def call_off(row: Record, more: Record, at: int, off_ms: int, off: tuple[float, bool]) -> None:
    """Nobody waits for entry ``at`` any more, if it was made before its order was off; neither kept nor broken; ``off`` as ``is_off``."""
    if at >= 0 and row["obligations"][at]["made_ms"] <= off_ms and is_off(row["obligations"][at], off[0], off[1]):
        close(row, more, at)


@inner
def keep(row: Record, more: Record, at: int, at_ms: int, tables: Tables) -> None:
    """Entry ``at`` was kept at ``at_ms`` (event time): on time, late, or on time after it had been taken for broken."""
    entry = row["obligations"][at]
    index, made_ms, weight = class_of(entry["name"], tables), wide(entry["made_ms"]), float(entry["weight"])
    if entry["due_ms"] != 0:
        late_ms = at_ms - wide(entry["due_ms"]) - grace_ms(index, tables)
        share = weight * kept_share(late_ms, half_late_ms(index, tables))
        broken = wide(entry["state"]) & STATE_BROKEN != 0
        tell(more, _PROMISE_ENDED, entry, at_ms, 0.0 if broken else weight, share)
        if broken:
            count(row, 0.0, share, made_ms, tables)
            if late_ms <= 0:
                row["broken_ever"] -= 1
        else:
            count(row, weight, share, made_ms, tables)
            row["said_ever"] += 1
            if late_ms > 0:
                row["broken_ever"] += 1
    close(row, more, at)


@inner
def break_one(row: Record, more: Record, at: int, tables: Tables) -> None:
    """The due time of entry ``at`` has passed: so far, nothing of it was kept."""
    entry = row["obligations"][at]
    if wide(entry["state"]) & STATE_BROKEN:
        return
    tell(more, _PROMISE_ENDED, entry, 0, float(entry["weight"]), 0.0)
    state = wide(entry["state"])
    if state & STATE_MOVED:  # what was said about it was about the time that it had before
        state &= ~(STATE_ACTED | STATE_TOLD | STATE_SORRY)
    entry["state"] = state | _BROKEN_BIT
    count(row, float(entry["weight"]), 0.0, wide(entry["made_ms"]), tables)
    row["said_ever"] += 1
    row["broken_ever"] += 1


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
    at, found = oldest(row, kind, name, before_ms), -1
    if row["more_open"] == 0 or row["more"] == 0:
        return at
    page, made_ms = more[row["more"]], wide(row["obligations"][at]["made_ms"]) if at >= 0 else before_ms + 1
    for j in range(wide(page["n"])):
        entry = page["entries"][j]
        if entry["kind"] == kind and entry["name"] == name and entry["made_ms"] < made_ms:
            found, made_ms = j, wide(entry["made_ms"])
    return bring(row, page, found) if found >= 0 else at


@inner
def remember_off(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """An order that is off promises nothing though it arrives later; where the ledger is full, that is not kept in mind."""
    promised = False
    for i in range(tables.promises.shape[0]):
        made_by = wide(tables.promises[i]["made_by"])
        promised = promised or (made_by != _BY_DECISION and obligation_kind(made_by) == _PROMISE)
    if promised and early_at(row, more, event["ref"], KEEPS) < 0:
        at = keep_in_mind(row, more, event, KEEPS, tables)
        if at >= 0:
            row["obligations"][at]["state"] = OFF_BIT


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
        close(row, more, early_at(row, more, ref, KEEPS))
    if waits and not kept and ref != _NO_REF and early_at(row, more, ref, KEEPS) < 0:
        keep_in_mind(row, more, event, KEEPS, tables)


@inner
def _may_be_about(event: Record, i: int, tables: Tables) -> bool:
    """Whether something of the class that the event names by its id may still be on its way."""
    made_by = wide(tables.promises[i]["made_by"])
    if made_by == _K_REQUEST or i == wide(tables.settings[0]["call_back"]) - 1:
        return names_request(event)  # of the other events, none has the id of a request
    return bool(made_by != _BY_DECISION)


@inner
def _keep_by_rule(row: Record, more: Record, event: Record, i: int, tables: Tables) -> bool:
    """The entry with the event's reference; without one, the oldest of the class that was open by then. Whether there was one.

    An answer that names its request keeps no other that has a name: that one waits for its own.
    """
    rule, ref = tables.promises[i], event["ref"]
    kind, name, at_ms = obligation_kind(wide(rule["made_by"])), wide(rule["name"]), wide(event["occurred_ms"])
    at = find(row, more, kind, ref, name) if ref != _NO_REF else -1
    others = names_request(event) and i + 1 == tables.settings[0]["call_back"]  # see ``call_back.answer_call_back``
    if at < 0 and kind == _REQUEST:
        at = request_for(row, more, event, name)
    elif at < 0 and not others and (ref == _NO_REF or rule["made_by"] == _BY_DECISION):
        at = oldest_of_all(row, more, kind, name, at_ms)
    if at >= 0:
        keep(row, more, at, at_ms, tables)
    return at >= 0
