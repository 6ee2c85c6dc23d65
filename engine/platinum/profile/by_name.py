"""Promises by name: made, kept, and renegotiated, in whatever order word of it comes (treatment-formulas 3.4)."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.call_back_requests import joined, keep_any
from platinum.profile.early import KEEPS, MOVES, keep_first_in_mind, keep_in_mind
from platinum.profile.endings import move
from platinum.profile.obligations import find
from platinum.profile.promised import class_of
from platinum.profile.promises import make, meet_early
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind, Obligation

_PROMISE, _ENDED = int(Obligation.PROMISE), int(Obligation.ENDED)
_K_MADE, _K_KEPT = int(Kind.PROMISE_MADE), int(Kind.PROMISE_KEPT)
_NO_REF, _ANY = np.uint64(0), constant(0)


@inner
def fold_said(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """Fold one of the events that are about a promise by name."""
    kind, at_ms, ref = wide(event["kind"]), wide(event["occurred_ms"]), event["ref"]
    if kind == _K_MADE:
        _make(row, more, event, tables)
        return
    at = find(row, more, _PROMISE, ref, _ANY)
    ended = find(row, more, _ENDED, ref, _ANY) if at < 0 and ref != _NO_REF else -1
    if kind == _K_KEPT:
        index = wide(tables.settings[0]["call_back"]) - 1
        if max(at, ended) < 0 and index >= 0 and ref != _NO_REF:
            at = joined(row, more, wide(tables.promises[index]["name"]), ref, at_ms)
        if max(at, ended) >= 0:
            keep_any(row, more, max(at, ended), at_ms, tables)
        elif ref != _NO_REF:
            keep_first_in_mind(row, more, event, KEEPS, tables)
    elif max(at, ended) >= 0:
        move(row, more, max(at, ended), at_ms, _agreed_ms(event), tables)
    elif ref != _NO_REF:
        early = keep_in_mind(row, more, event, MOVES, tables)
        if early >= 0:
            row["obligations"][early]["offset"] = _agreed_ms(event)


@inner
def _agreed_ms(event: Record) -> int:
    """For when something was renegotiated; a time that was over by then is none that could be kept, and is now."""
    return max(wide(event["high"]), wide(event["occurred_ms"]))


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
    meet_early(row, more, at, tables)
