"""Two ledgers of one person become one: what is open in either stays open, unless the other holds what closes it."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.call_back_requests import keep_any, take_call_back
from platinum.profile.cases import close_case, said_owed
from platinum.profile.decay import add_decayed
from platinum.profile.early import ASKED, CAME_OF, CLOSES, KEEPS, MOVES, OFF, WAS, early_at, make_room
from platinum.profile.elsewhere import MOST, account_of, key_of
from platinum.profile.endings import call_off, end_sooner, move
from platinum.profile.entries import STATE_ACTED, STATE_CLOSED, STATE_TOLD
from platinum.profile.obligations import MOST_OPEN, close, copy_to, find, forget_settled, held, n_held, n_open, open_one, put_in_order
from platinum.profile.promises import meet_early
from platinum.profile.refunds import is_off
from platinum.profile.row import Record, wide
from platinum.profile.timers import set_timer
from platinum.vocabulary.codes import Obligation

_PROMISE, _REQUEST, _CASE = int(Obligation.PROMISE), int(Obligation.REQUEST), int(Obligation.CASE)
_ANSWER, _EARLY, _OFFER, _ENDED = int(Obligation.ANSWER), int(Obligation.EARLY), int(Obligation.OFFER), int(Obligation.ENDED)
_NO_REF, _ANY = np.uint64(0), constant(0)
#: What is taken first: words that belong to things and change nothing by themselves; then things; then words that end or move them.
_BESIDE, _THINGS, _WORDS = 0, 1, 2
_BOTH = STATE_ACTED | STATE_TOLD


@inner
def merge_ledger(row: Record, more: Record, other: Record, others_more: Record, tables: Tables) -> None:
    """Add another ledger; the learner is told nothing, because it has heard of both."""
    row["case_closed_ms"] = max(wide(row["case_closed_ms"]), wide(other["case_closed_ms"]))
    row["closed_elsewhere_ms"] = max(wide(row["closed_elsewhere_ms"]), wide(other["closed_elsewhere_ms"]))
    half_life_ms = tables.settings[0]["promise_half_life_ms"]
    as_of_ms, at_ms = wide(row["said_as_of_ms"]), wide(other["said_as_of_ms"])
    row["said"] = add_decayed(row["said"], as_of_ms, other["said"], at_ms, half_life_ms)
    row["kept"] = add_decayed(row["kept"], as_of_ms, other["kept"], at_ms, half_life_ms)
    row["said_as_of_ms"] = max(as_of_ms, at_ms)
    row["said_ever"] += other["said_ever"]
    row["broken_ever"] += other["broken_ever"]
    told = wide(more[0]["told"])
    for turn in range(_WORDS + 1):
        for i in range(n_held(other, others_more)):
            theirs = held(other, others_more, i)
            if _turn_of(theirs) == turn:
                row["acting"] = account_of(other, key_of(theirs))
                _take_one(row, more, theirs, tables)
    row["acting"] = 0
    forget_settled(row, more)
    more[0]["told"] = told
    put_in_order(row, more)
    set_timer(row, more, tables)


@inner
def _turn_of(theirs: Record) -> int:
    """When an entry is taken. A renegotiation goes before what keeps the promise."""
    if theirs["kind"] != _EARLY:
        return _THINGS
    what = theirs["name"]
    return _BESIDE if what == WAS or what == ASKED or what == MOVES else _WORDS


@inner
def _take_one(row: Record, more: Record, theirs: Record, tables: Tables) -> None:
    """Add what the other ledger has of one thing."""
    kind, ref, name = wide(theirs["kind"]), theirs["ref"], wide(theirs["name"])
    if kind == _EARLY:
        _end(row, more, theirs, tables)
        return
    if (kind == _PROMISE or kind == _ENDED) and take_call_back(row, more, theirs, tables):
        return
    at = find(row, more, kind, ref, name) if ref != _NO_REF else -1
    if at >= 0:
        entry = row["obligations"][at]
        if kind == _OFFER and wide(theirs["state"]) & ~wide(entry["state"]) & STATE_CLOSED:
            copy_to(theirs, entry)  # used there: who used it stands in the entry
        if kind == _ENDED:
            end_sooner(row, more, at, wide(theirs["offset"]), wide(theirs["state"]) & STATE_CLOSED, tables)
            return
        entry["state"] = wide(entry["state"]) | wide(theirs["state"])
        if kind == _CASE:
            entry["amount"] += theirs["amount"]
            entry["channel"] = max(wide(entry["channel"]), wide(theirs["channel"]))
    else:
        at = _copy(row, more, theirs)
    if at < 0:
        return
    if kind == _PROMISE or kind == _REQUEST or kind == _ENDED:
        meet_early(row, more, at, tables)
    elif kind == _ANSWER or kind == _CASE:
        _meet(row, more, at, tables)


@inner
def _copy(row: Record, more: Record, theirs: Record) -> int:
    """Take an entry as it is; returns where it is, -1 where there is no room: nobody can have more than 250 things open."""
    if n_open(row) >= MOST_OPEN:
        make_room(row, more)
    if n_open(row) >= MOST_OPEN or (row["acting"] != 0 and row["n_elsewhere"] >= MOST):
        return -1
    made = (wide(theirs["made_ms"]), wide(theirs["offset"]), wide(theirs["channel"]))
    at = open_one(row, more, wide(theirs["kind"]), theirs["ref"], wide(theirs["due_ms"]), made)
    copy_to(theirs, row["obligations"][at])
    return at


@inner
def _meet(row: Record, more: Record, at: int, tables: Tables) -> None:
    """What ends an answer or a case had arrived in the first history already."""
    kind, ref = wide(row["obligations"][at]["kind"]), row["obligations"][at]["ref"]
    early = early_at(row, more, ref, CAME_OF if kind == _ANSWER else CLOSES) if ref != _NO_REF else -1
    if early < 0:
        return
    state, ended_ms = wide(row["obligations"][early]["state"]), wide(row["obligations"][early]["made_ms"])
    owed = said_owed(row["obligations"][early])
    close(row, more, early)
    at = find(row, more, kind, ref, _ANY)
    if kind == _ANSWER:
        _answer(row, more, at, state)
    elif ended_ms >= row["obligations"][at]["made_ms"]:
        if owed >= 0.0:
            row["obligations"][at]["amount"] = owed
        close_case(row, more, at, ended_ms, tables)


@inner
def _end(row: Record, more: Record, theirs: Record, tables: Tables) -> None:
    """The other history holds what keeps, moves or ends something: here it is open, ended lately, or yet to come."""
    ref, what, ended_ms = theirs["ref"], wide(theirs["name"]), wide(theirs["made_ms"])
    if what == WAS or what == ASKED or (what == MOVES and theirs["owner"] != 0):
        _copy(row, more, theirs)
        return
    if what == OFF:
        _call_off(row, more, theirs, tables)
        return
    if what == KEEPS and _keep_all(row, more, theirs, tables):
        return
    at = find(row, more, _CASE if what == CLOSES else _ANSWER if what == CAME_OF else _PROMISE, ref, _ANY)
    if at < 0 and what == MOVES:
        at = find(row, more, _ENDED, ref, _ANY)
    if at < 0:
        _remember(row, more, theirs)
    elif what == CLOSES:
        if said_owed(theirs) >= 0.0:
            row["obligations"][at]["amount"] = said_owed(theirs)
        close_case(row, more, at, ended_ms, tables)
    elif what == MOVES:
        move(row, more, at, ended_ms, wide(theirs["offset"]), tables)
    elif what == CAME_OF:
        _answer(row, more, at, wide(theirs["state"]))


@inner
def _about(entry: Record, ref: np.uint64, requests: bool) -> bool:
    """Whether an entry is a promise, open or ended, with this id; ``requests``: or a request."""
    kind = entry["kind"]
    return bool(entry["ref"] == ref and (kind == _PROMISE or kind == _ENDED or (requests and kind == _REQUEST)))


@inner
def _keep_all(row: Record, more: Record, theirs: Record, tables: Tables) -> bool:
    """Keep everything with the id of their word: one event may promise several things. Whether there was any."""
    found, i = False, 0
    while i < n_held(row, more):
        entry = held(row, more, i)
        i += 1
        if _about(entry, theirs["ref"], True):
            found, kind, name = True, wide(entry["kind"]), wide(entry["name"])
            keep_any(row, more, find(row, more, kind, theirs["ref"], name), wide(theirs["made_ms"]), tables)
            if kind == _REQUEST:  # it is gone, and others stand elsewhere; what was kept is kept no sooner
                i = 0
    return found


@inner
def _call_off(row: Record, more: Record, theirs: Record, tables: Tables) -> None:
    """An order is off in the other history: what it promised is let go, unless it had been kept before."""
    off_ms, taken, changed, found = wide(theirs["made_ms"]), float(theirs["amount"]), bool(theirs["weight"] > 0.0), False
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        if not _about(entry, theirs["ref"], False):
            continue
        found = True
        over = entry["kind"] == _ENDED and off_ms >= entry["offset"]
        if not over and entry["made_ms"] <= off_ms and is_off(entry, taken, changed):
            kind, name = wide(entry["kind"]), wide(entry["name"])
            call_off(row, more, find(row, more, kind, theirs["ref"], name), off_ms, tables)
    if not found:
        _remember(row, more, theirs)


@inner
def _remember(row: Record, more: Record, theirs: Record) -> None:
    ref, what = theirs["ref"], wide(theirs["name"])
    at = early_at(row, more, ref, what) if what != MOVES else -1
    if at < 0:
        _copy(row, more, theirs)
        return
    entry = row["obligations"][at]
    parts = what == OFF and entry["amount"] > 0.0 and theirs["amount"] > 0.0
    if what == CLOSES or parts:
        entry["made_ms"] = max(wide(entry["made_ms"]), wide(theirs["made_ms"]))
    elif what != OFF or entry["amount"] == theirs["amount"]:
        entry["made_ms"] = min(wide(entry["made_ms"]), wide(theirs["made_ms"]))
    elif theirs["amount"] == 0.0:  # all of it is off there, a part of it here
        entry["made_ms"] = theirs["made_ms"]
    if what == OFF:
        entry["amount"] = entry["amount"] + theirs["amount"] if parts else 0.0
        entry["weight"] = max(entry["weight"], theirs["weight"])
    entry["state"] = wide(entry["state"]) | wide(theirs["state"])


@inner
def _answer(row: Record, more: Record, at: int, state: int) -> None:
    """Something came of an answer; both, and it is closed."""
    entry = row["obligations"][at]
    entry["state"] = wide(entry["state"]) | state
    if wide(entry["state"]) & _BOTH == _BOTH:
        close(row, more, at)
