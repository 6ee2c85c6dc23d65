"""Answers to our questions, and offers: what stays open until something comes of it (treatment-formulas 3.17)."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.contacts import find_planned
from platinum.profile.obligations import bring, close, copy_to, find, open_one, source
from platinum.profile.row import STATE_ACTED, STATE_TOLD, Record, wide
from platinum.vocabulary.codes import Kind, Obligation

_ANSWER, _OFFER, _EARLY = int(Obligation.ANSWER), int(Obligation.OFFER), int(Obligation.EARLY)
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
        early = find(row, more, _EARLY, event["ref"], _ANY)
        state = wide(row["obligations"][early]["state"]) if early >= 0 else 0
        if early >= 0:
            close(row, more, early)
        at = open_one(row, more, _ANSWER, event["ref"], wide(event["occurred_ms"]) + wide(tables.settings[0]["answer_ms"]), source(event))
        row["obligations"][at]["name"] = event["name_a"]
    else:
        state = STATE_ACTED if event["kind"] == _K_ACTED else STATE_TOLD
        if at < 0:  # the answer itself may be late
            at = find(row, more, _EARLY, event["ref"], _ANY)
        if at < 0:
            due_ms = wide(event["record_ms"]) + wide(tables.settings[0]["early_ms"])
            at = open_one(row, more, _EARLY, event["ref"], due_ms, source(event))
    entry = row["obligations"][at]
    entry["state"] = wide(entry["state"]) | state
    if entry["kind"] == _ANSWER and wide(entry["state"]) & _BOTH == _BOTH:
        close(row, more, at)


@inner
def offer(row: Record, more: Record, ref: np.uint64, made: tuple[int, int, int], action: int, until_ms: int) -> None:
    """An offer was made by decision ``ref``. ``made`` as ``source``.

    Those of the same action that cannot be taken back any more become one, which lives as long as the last of them. (Once the new one
    was merged into the old: when the old one was withdrawn, the new one was gone, although the customer had it.)
    """
    if find(row, more, _OFFER, ref, _ANY) >= 0:
        return
    join_settled(row, more, action)
    at = open_one(row, more, _OFFER, ref, until_ms, made)
    row["obligations"][at]["name"] = action


@inner
def join_settled(row: Record, more: Record, action: int) -> int:
    """Make one of the offers of an action that cannot be taken back any more, here and in the second row; its index, -1 = there is none."""
    at = -1
    for i in range(wide(row["n_obligations"]) - 1, -1, -1):
        if _is_settled(row, row["obligations"][i], action):
            if at >= 0:
                _join(row["obligations"][at], row["obligations"][i])
                close(row, more, at)
            at = i
    if row["more_open"] == 0 or row["more"] == 0:
        return at
    page = more[row["more"]]
    for j in range(wide(page["n"]) - 1, -1, -1):
        if j >= page["n"] or not _is_settled(row, page["entries"][j], action):
            continue
        if at < 0:
            at = bring(row, page, j)
            continue
        _join(page["entries"][j], row["obligations"][at])
        page["n"] -= 1
        row["more_open"] -= 1
        if j != page["n"]:
            copy_to(page["entries"][wide(page["n"])], page["entries"][j])
    return at


@inner
def _is_settled(row: Record, entry: Record, action: int) -> bool:
    return bool(entry["kind"] == _OFFER and entry["name"] == action and find_planned(row, entry["ref"]) < 0)


@inner
def _join(one: Record, other: Record) -> None:
    """``other`` holds as long as either; it is neither decision's alone from now on."""
    until, others = wide(one["due_ms"]), wide(other["due_ms"])
    other["due_ms"] = 0 if until == 0 or others == 0 else max(until, others)
    other["ref"] = _NO_REF


@inner
def end_offer(row: Record, more: Record, ref: np.uint64, action: int) -> bool:
    """Take an offer out: by its id, and by its action (name hash, 0 = not known) what the customer has of it; whether any was open."""
    at = find(row, more, _OFFER, ref, _ANY)
    found = at >= 0
    if found:
        action = wide(row["obligations"][at]["name"])
        close(row, more, at)
    if action == 0:
        return found
    at = join_settled(row, more, action)
    if at >= 0:
        close(row, more, at)
    return found or at >= 0
