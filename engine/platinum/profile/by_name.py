"""Promises by name: made, kept, and renegotiated, in whatever order word of it comes (treatment-formulas 3.4)."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.early import KEEPS, MOVES, early_at, keep_in_mind
from platinum.profile.facts import tell
from platinum.profile.obligations import bring, close, find, is_it
from platinum.profile.promises import break_one, class_of, is_over, keep, make, meet_early
from platinum.profile.row import STATE_ACTED, STATE_BROKEN, STATE_MOVED, STATE_NOTICED, STATE_SORRY, STATE_TOLD, Record, wide
from platinum.profile.say_do import count
from platinum.vocabulary.codes import Fact, Kind, Obligation

_PROMISE, _EARLY = int(Obligation.PROMISE), int(Obligation.EARLY)
_K_MADE, _K_KEPT = int(Kind.PROMISE_MADE), int(Kind.PROMISE_KEPT)
_PROMISE_ENDED = int(Fact.PROMISE_ENDED)
_NO_REF, _ANY = np.uint64(0), constant(0)
_EVER = constant(1 << 62)


@inner
def fold_said(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """Fold one of the events that are about a promise by name."""
    kind, at_ms, ref = wide(event["kind"]), wide(event["occurred_ms"]), event["ref"]
    if kind == _K_MADE:
        _make(row, more, event, tables)
        return
    at = find(row, more, _PROMISE, ref, _ANY)
    if kind == _K_KEPT:
        if at >= 0:
            keep(row, more, at, at_ms, tables)
        elif ref != _NO_REF and early_at(row, more, ref, KEEPS) < 0:
            keep_in_mind(row, more, event, KEEPS, tables)
    elif at >= 0:
        move(row, more, at, at_ms, wide(event["high"]), tables)
    elif ref != _NO_REF:
        early = keep_in_mind(row, more, event, MOVES, tables)
        if early >= 0:
            row["obligations"][early]["offset"] = wide(event["high"])


@inner
def _make(row: Record, more: Record, event: Record, tables: Tables) -> None:
    at = make(row, more, event, _PROMISE, class_of(event["name_a"], tables), wide(event["high"]), tables)
    if at < 0:
        return
    entry = row["obligations"][at]
    if event["name_b"] != 0:
        entry["owner"] = event["name_b"]
    if event["low"] > 0.0:
        entry["weight"] = event["low"]
    at = meet_moves(row, more, at, tables)
    meet_early(row, more, at, tables)


@inner
def move(row: Record, more: Record, at: int, at_ms: int, due_ms: int, tables: Tables) -> None:
    """Entry ``at`` was renegotiated at ``at_ms``: before it was due, with the customer's consent, it is another promise.

    Afterwards it was broken: it is to be apologised for, and nothing is sold until it is kept, as if it had not been moved. One that
    its timer took for broken because word of this came late had not been: that is taken back.
    """
    entry = row["obligations"][at]
    late = is_over(entry, at_ms, tables)
    if late:
        break_one(row, more, at, tables)
    state = wide(entry["state"]) & ~(STATE_NOTICED | STATE_BROKEN | STATE_TOLD)  # of the new time nothing has been said yet
    if late:
        entry["weight"] = np.float32(0.0)  # counted as broken; what is promised now is told, and counted once
        state |= STATE_MOVED
    elif wide(entry["state"]) & STATE_BROKEN:
        weight = float(entry["weight"])
        tell(more, _PROMISE_ENDED, entry, 0, -weight, 0.0)
        count(row, -weight, 0.0, wide(entry["made_ms"]), tables)
        row["said_ever"] -= 1
        row["broken_ever"] -= 1
    if state & STATE_MOVED == 0:
        state &= ~(STATE_ACTED | STATE_SORRY)
    entry["due_ms"] = due_ms
    entry["state"] = state


@inner
def meet_moves(row: Record, more: Record, at: int, tables: Tables) -> int:
    """Renegotiate entry ``at``, just made, as far as word of that has arrived; returns where the entry is now."""
    ref = row["obligations"][at]["ref"]
    if ref == _NO_REF:
        return at
    kept = early_at(row, more, ref, KEEPS)
    until_ms = wide(row["obligations"][kept]["made_ms"]) if kept >= 0 else wide(_EVER)
    early = _first_move(row, more, ref, until_ms)
    while early >= 0:
        at_ms, due_ms = wide(row["obligations"][early]["made_ms"]), wide(row["obligations"][early]["offset"])
        close(row, more, early)
        move(row, more, find(row, more, _PROMISE, ref, _ANY), at_ms, due_ms, tables)
        early = _first_move(row, more, ref, until_ms)
    return find(row, more, _PROMISE, ref, _ANY)


@inner
def _first_move(row: Record, more: Record, ref: np.uint64, until_ms: int) -> int:
    """The renegotiation kept in mind that came first, until ``until_ms``, brought into the row; -1 = none."""
    at, found, made_ms = -1, -1, until_ms + 1
    for i in range(wide(row["n_obligations"])):
        entry = row["obligations"][i]
        if is_it(entry, _EARLY, ref, MOVES) and entry["made_ms"] < made_ms:
            at, made_ms = i, wide(entry["made_ms"])
    if row["more_open"] == 0 or row["more"] == 0:
        return at
    page = more[row["more"]]
    for j in range(wide(page["n"])):
        entry = page["entries"][j]
        if is_it(entry, _EARLY, ref, MOVES) and entry["made_ms"] < made_ms:
            found, made_ms = j, wide(entry["made_ms"])
    return bring(row, page, found) if found >= 0 else at
