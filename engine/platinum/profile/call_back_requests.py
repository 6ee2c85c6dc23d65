"""Requests to be called back, and what answers them, in whatever order word of them comes: one call is for all who ask until it is made.

Who asks is kept in mind (``early.ASKED``) as long as the call-back is open, and as long as events may be late once it was made.
"""

from __future__ import annotations

import numpy as np

from platinum.hashing import name_hash
from platinum.jit import constant, inner
from platinum.policy.promise_classes import CALL_BACK
from platinum.policy.tables import Tables
from platinum.profile.early import ASKED, KEEPS, early_at, keep_first_in_mind, remember
from platinum.profile.elsewhere import key_of, renamed
from platinum.profile.endings import add, end_sooner, keep, let_be, meet_moves, remembered_until_ms, worth
from platinum.profile.entries import STATE_ASKED, STATE_BROKEN, STATE_CLOSED, STATE_NOTICED, STATE_TIMES
from platinum.profile.obligations import bring_held, find, held, n_held, open_one, source
from platinum.profile.opening import call_back_due_ms, span_of
from platinum.profile.promised import grace_ms
from platinum.profile.requests import mark_of
from platinum.profile.row import Record, wide
from platinum.profile.times import has_room
from platinum.profile.who_asked import answered_since, asked_after, asked_at, first_answer_ms, next_asked
from platinum.vocabulary.codes import Kind, Obligation

_PROMISE, _ENDED, _EARLY = int(Obligation.PROMISE), int(Obligation.ENDED), int(Obligation.EARLY)
_REQUEST_MADE, _REQUEST_ANSWERED = int(Kind.REQUEST_MADE), int(Kind.REQUEST_ANSWERED)
_NO_REF, _LOW = np.uint64(0), np.uint64(0xFFFFFF)
_INTENT = constant(name_hash(CALL_BACK))
_EVER, _NOT_YET = constant(1 << 62), constant(-1)


@inner
def fold_call_back(row: Record, more: Record, event: Record, tables: Tables) -> bool:
    """`Request Made` with the intent `call_back` makes the promise, once; whether it did, or it was there.

    One that could not be kept, or that nobody can say a time for, is a request like others.
    """
    index = wide(tables.settings[0]["call_back"]) - 1
    if index < 0 or event["kind"] != _REQUEST_MADE or wide(event["name_a"]) != _INTENT:
        return False
    ref, at_ms = event["ref"], wide(event["occurred_ms"])
    if ref != _NO_REF and find(row, more, _PROMISE, ref, wide(tables.promises[index]["name"])) >= 0:
        return True
    asked = ask(row, more, ref, (at_ms, wide(event["offset"]), wide(event["channel"])), index, tables)
    if asked and ref != _NO_REF and has_room(row, more) and early_at(row, more, ref, ASKED) < 0:
        at = _open_then(row, more, wide(tables.promises[index]["name"]), at_ms, wide(_NOT_YET))
        until_ms = _asked_until_ms(at_ms, index, tables)
        if at >= 0 and row["obligations"][at]["kind"] == _ENDED:
            until_ms = remembered_until_ms(row["obligations"][at], tables)
        remember(row, more, ref, ASKED, until_ms, source(event))
    return asked


@inner
def _asked_until_ms(at_ms: int, index: int, tables: Tables) -> int:
    """Until when a request is kept in mind: as long as the call-back may be open, and events about it late (``endings`` ends it sooner)."""
    late_ms = wide(tables.settings[0]["early_ms"]) + wide(tables.settings[0]["write_off_ms"])
    return _due_ms(at_ms, index, tables) + grace_ms(index, tables) + late_ms


@inner
def ask(row: Record, more: Record, ref: np.uint64, made: tuple[int, int, int], index: int, tables: Tables) -> bool:
    """Enter a request for a call-back, made as ``obligations.source`` says: one call answers all that are asked for until it is made.

    So it joins the promise that was open then, or takes the place of one that was asked for later and of which word came sooner.
    """
    answered_ms = answered_since(row, more, ref, made[0])
    at = _enter(row, more, ref, made, answered_ms, index, tables)
    if at >= 0 and answered_ms >= 0:
        answer(row, more, at, answered_ms, index, tables)
    return at >= 0


@inner
def _enter(row: Record, more: Record, ref: np.uint64, made: tuple[int, int, int], answered_ms: int, index: int, tables: Tables) -> int:
    """As ``ask``, whatever answers it: which call-back it is now, -1 = none that could be kept."""
    at = _open_then(row, more, wide(tables.promises[index]["name"]), made[0], answered_ms)
    if at < 0:
        at = _open(row, more, ref, made, index, tables)
        return meet_moves(row, more, at, tables) if at >= 0 else at
    entry = row["obligations"][at]
    if entry["made_ms"] > made[0]:
        _date_back(row, more, at, ref, made, index, tables)
        at = meet_moves(row, more, at, tables)
    elif ref != entry["ref"] and entry["kind"] == _PROMISE and not asked_after(row, more, made[0]):
        entry["amount"] = _mark(ref)
    return at


@inner
def _open_then(row: Record, more: Record, name: int, at_ms: int, answered_ms: int) -> int:
    """The call-back that was owed at ``at_ms``, open or ended lately; else the next one, if no answer came before it; -1 = none."""
    found, made_ms = -1, answered_ms + 1 if answered_ms >= 0 else wide(_EVER)
    oldest, oldest_ms = -1, wide(_EVER)
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        kind, from_ms = wide(entry["kind"]), wide(entry["made_ms"])
        if entry["name"] != name or (kind != _PROMISE and (kind != _ENDED or wide(entry["state"]) & STATE_CLOSED)):
            continue
        if from_ms <= at_ms and (kind == _PROMISE or entry["offset"] >= at_ms) and from_ms < oldest_ms:
            oldest, oldest_ms = i, from_ms
        dated = wide(entry["state"]) & (STATE_ASKED | STATE_TIMES) == STATE_ASKED  # of the others, who made them says when
        if dated and at_ms < from_ms < made_ms:
            found, made_ms = i, from_ms
    return bring_held(row, more, oldest if oldest >= 0 else found)


@inner
def _due_ms(at_ms: int, index: int, tables: Tables) -> int:
    its_class = tables.promises[index]
    return call_back_due_ms(at_ms, span_of(its_class), tables) if its_class["barred"] == 0 else 0


@inner
def _open(row: Record, more: Record, ref: np.uint64, made: tuple[int, int, int], index: int, tables: Tables) -> int:
    due_ms = _due_ms(made[0], index, tables)
    if due_ms == 0:
        return -1
    at = open_one(row, more, _PROMISE, ref, due_ms, made)
    entry, its_class = row["obligations"][at], tables.promises[index]
    entry["name"], entry["owner"], entry["weight"] = its_class["name"], its_class["owner"], its_class["weight"]
    entry["state"] = STATE_ASKED
    return at


@inner
def _date_back(row: Record, more: Record, at: int, ref: np.uint64, made: tuple[int, int, int], index: int, tables: Tables) -> None:
    """Call-back ``at`` had been asked for before, by ``ref``: it is due from then on, and counts from then."""
    entry, due_ms = row["obligations"][at], _due_ms(made[0], index, tables)
    if due_ms == 0:
        return
    before, key = worth(row, more, entry, tables), key_of(entry)
    add(row, more, entry, (-before[0], -before[1], -before[2], -before[3]), 0, tables)
    if entry["kind"] == _PROMISE:
        if due_ms > entry["due_ms"]:  # what is over stays over
            entry["state"] = wide(entry["state"]) & ~(STATE_NOTICED | STATE_BROKEN)
        if entry["amount"] == 0.0:
            entry["amount"] = _mark(entry["ref"])
        entry["offset"] = made[1]
    entry["ref"], entry["made_ms"], entry["due_ms"] = ref, made[0], due_ms
    renamed(row, key, entry)
    add(row, more, entry, worth(row, more, entry, tables), 0, tables)


@inner
def answer(row: Record, more: Record, at: int, at_ms: int, index: int, tables: Tables) -> None:
    """Call-back ``at``, open or ended lately, was made at ``at_ms``: what is known to have been asked for after that is owed anew."""
    entry = row["obligations"][at]
    if entry["kind"] == _PROMISE:
        keep(row, more, at, at_ms, tables)
    elif at_ms < entry["offset"]:
        end_sooner(row, more, at, at_ms, 0, tables)
    else:
        return
    owe_anew(row, more, at_ms, 0, index, tables)


@inner
def owe_anew(row: Record, more: Record, after_ms: int, now_ms: int, index: int, tables: Tables) -> None:
    """Enter the requests for a call-back that were made after ``after_ms`` and are kept in mind at ``now_ms`` (0 = all of them)."""
    next_ = next_asked(row, more, after_ms, now_ms)
    while next_ >= 0:
        entry = row["obligations"][next_]
        ref, made = entry["ref"], (wide(entry["made_ms"]), wide(entry["offset"]), wide(entry["channel"]))
        answered_ms = first_answer_ms(row, more, made[0])
        at = _enter(row, more, ref, made, answered_ms, index, tables)
        if at < 0:
            return
        until_ms = _asked_until_ms(made[0], index, tables)
        known = asked_at(row, more, ref)
        if known >= 0:
            held(row, more, known)["due_ms"] = max(wide(held(row, more, known)["due_ms"]), until_ms)
        if answered_ms >= 0 and row["obligations"][at]["kind"] == _PROMISE:
            keep(row, more, at, answered_ms, tables)
        elif answered_ms >= 0:
            end_sooner(row, more, at, answered_ms, 0, tables)
        next_ = next_asked(row, more, max(made[0], answered_ms), now_ms)


@inner
def keep_any(row: Record, more: Record, at: int, at_ms: int, tables: Tables) -> None:
    """Entry ``at``, open or ended lately, was kept at ``at_ms``; of a call-back, as ``answer``."""
    index, entry = wide(tables.settings[0]["call_back"]) - 1, row["obligations"][at]
    if index >= 0 and entry["name"] == tables.promises[index]["name"] and (entry["kind"] == _PROMISE or entry["kind"] == _ENDED):
        answer(row, more, at, at_ms, index, tables)
    elif entry["kind"] == _ENDED:
        end_sooner(row, more, at, at_ms, 0, tables)
    else:
        keep(row, more, at, at_ms, tables)


@inner
def let_any_be(row: Record, more: Record, at: int, now_ms: int, tables: Tables) -> None:
    """As ``endings.let_be``; who asked for a call-back while it was open, and so joined it, is owed one all the same."""
    index, entry = wide(tables.settings[0]["call_back"]) - 1, row["obligations"][at]
    calls = index >= 0 and entry["kind"] == _PROMISE and entry["name"] == tables.promises[index]["name"]
    after_ms = wide(entry["made_ms"]) - (0 if wide(entry["state"]) & STATE_ASKED else 1)
    let_be(row, more, at)
    if calls:
        owe_anew(row, more, after_ms, now_ms, index, tables)


@inner
def take_call_back(row: Record, more: Record, theirs: Record, tables: Tables) -> bool:
    """Let a call-back of another history join the one that was owed here then; False: it is none, or there was none."""
    index = wide(tables.settings[0]["call_back"]) - 1
    if index < 0 or theirs["name"] != tables.promises[index]["name"] or wide(theirs["state"]) & (STATE_ASKED | STATE_CLOSED) != STATE_ASKED:
        return False
    ended_ms = wide(theirs["offset"]) if theirs["kind"] == _ENDED else wide(_NOT_YET)
    name, made = wide(theirs["name"]), (wide(theirs["made_ms"]), wide(theirs["offset"]), wide(theirs["channel"]))
    if wide(theirs["state"]) & STATE_TIMES or _open_then(row, more, name, made[0], ended_ms) < 0:
        return False
    before = worth(row, more, theirs, tables)
    add(row, more, theirs, (-before[0], -before[1], -before[2], -before[3]), 0, tables)
    ask(row, more, theirs["ref"], made, index, tables)
    if ended_ms >= 0:
        answer(row, more, _open_then(row, more, name, made[0], ended_ms), ended_ms, index, tables)
    return True


@inner
def _mark(ref: np.uint64) -> float:
    return mark_of(wide(ref & _LOW))


@inner
def answer_call_back(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """`Request Answered` keeps the promise to call back that the request with its id made, or asked for once more."""
    index = wide(tables.settings[0]["call_back"]) - 1
    if index < 0 or event["kind"] != _REQUEST_ANSWERED or event["ref"] == _NO_REF:
        return
    name, at_ms, ref = wide(tables.promises[index]["name"]), wide(event["occurred_ms"]), event["ref"]
    at = find(row, more, _PROMISE, ref, name)
    if at < 0:
        at = find(row, more, _ENDED, ref, name)
    if at < 0:
        at = joined(row, more, name, ref, at_ms)
    if at >= 0:
        answer(row, more, at, at_ms, index, tables)
        keep_first_in_mind(row, more, event, KEEPS, tables)


@inner
def joined(row: Record, more: Record, name: int, ref: np.uint64, at_ms: int) -> int:
    """The call-back that a request asked for once more: the last to do so, or one that is kept in mind; -1 = none."""
    early = early_at(row, more, ref, ASKED)
    asked_ms = wide(row["obligations"][early]["made_ms"]) if early >= 0 else wide(_NOT_YET)
    found, made_ms = -1, at_ms + 1
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        kind, from_ms = wide(entry["kind"]), wide(entry["made_ms"])
        if entry["name"] != name or from_ms >= made_ms or (kind != _PROMISE and kind != _ENDED):
            continue
        within = from_ms <= asked_ms and (kind == _PROMISE or asked_ms <= entry["offset"])
        if within or (early < 0 and entry["amount"] == _mark(ref)):
            found, made_ms = i, from_ms
    return bring_held(row, more, found)
