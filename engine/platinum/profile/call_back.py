"""Who asks to be called back is promised it: a promise like any other, due when somebody can have made it (``profile.opening``)."""

from __future__ import annotations

import numpy as np

from platinum.hashing import name_hash
from platinum.jit import constant, inner
from platinum.policy.promise_classes import CALL_BACK
from platinum.policy.tables import Tables
from platinum.profile.obligations import close, find
from platinum.profile.opening import call_back_due_ms, span_of
from platinum.profile.promises import keep, make, meet_early, oldest, oldest_of_all
from platinum.profile.requests import mark_of
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind, Obligation

_PROMISE, _REQUEST_MADE, _REQUEST_ANSWERED = int(Obligation.PROMISE), int(Kind.REQUEST_MADE), int(Kind.REQUEST_ANSWERED)
_NO_REF, _LOW = np.uint64(0), np.uint64(0xFFFFFF)
_INTENT = constant(name_hash(CALL_BACK))
_EVER = constant(1 << 62)


@inner
def call_back_at(row: Record, at_ms: int, tables: Tables) -> int:
    """Where the row has the call-back that is owed since ``at_ms`` or before, -1 = none is, or the policy knows none."""
    index = wide(tables.settings[0]["call_back"]) - 1
    return oldest(row, _PROMISE, wide(tables.promises[index]["name"]), at_ms) if index >= 0 else -1


@inner
def keep_near(row: Record, more: Record, tables: Tables) -> None:
    """Bring the call-back that is owed the longest into the row, however little it weighs there.

    Decisions read the row alone: to somebody with nine things open another call-back was offered while one was coming.
    """
    index = wide(tables.settings[0]["call_back"]) - 1
    if index >= 0 and row["more_open"] > 0 and row["more"] > 0:
        oldest_of_all(row, more, _PROMISE, wide(tables.promises[index]["name"]), _EVER)


@inner
def fold_call_back(row: Record, more: Record, event: Record, tables: Tables) -> bool:
    """`Request Made` with the intent `call_back` makes the promise, once; whether it did, or it was there.

    One that could not be kept, or that nobody can say a time for, is a request like others.
    """
    index = wide(tables.settings[0]["call_back"]) - 1
    if index < 0 or event["kind"] != _REQUEST_MADE or wide(event["name_a"]) != _INTENT:
        return False
    its_class, at_ms = tables.promises[index], wide(event["occurred_ms"])
    at = oldest_of_all(row, more, _PROMISE, wide(its_class["name"]), at_ms)
    if at >= 0:
        if event["ref"] != row["obligations"][at]["ref"]:  # one call answers both
            row["obligations"][at]["amount"] = _mark(event["ref"])
        return True
    due_ms = call_back_due_ms(at_ms, span_of(its_class), tables) if its_class["barred"] == 0 else 0
    if due_ms == 0:
        return False
    at = make(row, more, event, _PROMISE, index, due_ms, tables)
    if at >= 0:
        meet_early(row, more, at, tables)
    return True


@inner
def _mark(ref: np.uint64) -> float:
    return mark_of(wide(ref & _LOW))


@inner
def answer_call_back(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """`Request Answered` keeps the promise to call back that the request with its id made, or asked for once more (the last time)."""
    index = wide(tables.settings[0]["call_back"]) - 1
    if index < 0 or event["kind"] != _REQUEST_ANSWERED or event["ref"] == _NO_REF:
        return
    name, at_ms = wide(tables.promises[index]["name"]), wide(event["occurred_ms"])
    at = find(row, more, _PROMISE, event["ref"], name)
    if at < 0:
        at = oldest_of_all(row, more, _PROMISE, name, at_ms)
        if at >= 0 and row["obligations"][at]["amount"] != _mark(event["ref"]):
            return
    if at >= 0:
        keep(row, more, at, at_ms, tables)


@inner
def decline_call_back(row: Record, more: Record, ref: np.uint64, tables: Tables) -> None:
    """The customer does not want the call-back that a decision promised: nobody owes it any more."""
    index = wide(tables.settings[0]["call_back"]) - 1
    at = find(row, more, _PROMISE, ref, wide(tables.promises[index]["name"])) if index >= 0 else -1
    if at >= 0:
        close(row, more, at)
