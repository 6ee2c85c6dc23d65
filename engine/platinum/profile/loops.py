"""Answers to our questions: what stays open until something comes of it (treatment-formulas 3.17)."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.early import CAME_OF, early_at, keep_in_mind
from platinum.profile.entries import STATE_ACTED, STATE_BROKEN, STATE_TOLD
from platinum.profile.obligations import close, find, open_one, source
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Kind, Obligation

_ANSWER = int(Obligation.ANSWER)
_K_SURVEY, _K_ACTED = int(Kind.SURVEY_ANSWERED), int(Kind.FEEDBACK_ACTED_ON)
_NO_REF, _ANY = np.uint64(0), constant(0)
_BOTH = STATE_ACTED | STATE_TOLD


@inner
def fold_loop(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """An answer opens a loop; an action caused by it and a word to the customer, in any order, close it."""
    if event["ref"] == _NO_REF:
        return  # nothing could ever refer to it
    at = find(row, more, _ANSWER, event["ref"], _ANY)
    if event["kind"] == _K_SURVEY:
        if at >= 0:
            return
        early = early_at(row, more, event["ref"], CAME_OF)
        state = wide(row["obligations"][early]["state"]) if early >= 0 else 0
        if early >= 0:
            close(row, more, early)
        at = open_one(row, more, _ANSWER, event["ref"], wide(event["occurred_ms"]) + wide(tables.settings[0]["answer_ms"]), source(event))
        row["obligations"][at]["name"] = event["name_a"]
    else:
        state = STATE_ACTED if event["kind"] == _K_ACTED else STATE_TOLD
        if at < 0:  # the answer itself may be late
            at = early_at(row, more, event["ref"], CAME_OF)
        if at < 0:
            at = keep_in_mind(row, more, event, CAME_OF, tables)
        if at < 0:
            return
    entry = row["obligations"][at]
    if state & STATE_ACTED and entry["kind"] == _ANSWER and wide(entry["state"]) & STATE_ACTED == 0:
        # From now on it is a word about what came of it that is owed, at the time at which it was owed first.
        entry["state"] = wide(entry["state"]) & ~STATE_BROKEN
        entry["due_ms"] = wide(entry["made_ms"]) + wide(tables.settings[0]["answer_ms"])
    entry["state"] = wide(entry["state"]) | state
    if entry["kind"] == _ANSWER and wide(entry["state"]) & _BOTH == _BOTH:
        close(row, more, at)
