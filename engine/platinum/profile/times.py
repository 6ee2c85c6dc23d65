"""The times that a renegotiated promise had, read in the order in which they were agreed, in whatever order word of them comes.

Each stands beside the promise in the ledger as an EARLY: the first as ``WAS``, the others as ``MOVES``, without an end as long as the
promise is open, and as long as events may be late once it has ended (``profile.endings``). ``STATE_TIMES`` says that they are there.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.early import ASKED, MOVES, WAS, remember
from platinum.profile.entries import STATE_MOVED, STATE_TIMES
from platinum.profile.obligations import MOST_OPEN, held, is_it, n_held, n_open
from platinum.profile.promised import class_of, grace_ms
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

_EARLY = int(Obligation.EARLY)
_NOT_YET, _NOWHERE = constant(-1), constant(0)
#: Behind every event.
EVER = constant(1 << 62)
#: So many times, and requests that joined a call-back, are kept beside what is owed: 200 things can be open all the same.
MOST_BESIDE = 48


@inner
def has_room(row: Record, more: Record) -> bool:
    """Whether another time, and the first one, can be kept beside a promise."""
    if n_open(row) + 2 > MOST_OPEN:
        return False
    beside = 0
    for i in range(n_held(row, more)):
        one = held(row, more, i)
        if one["kind"] == _EARLY and (one["owner"] != 0 or one["name"] == ASKED):
            beside += 1
    return beside + 2 <= MOST_BESIDE


@inner
def note_time(row: Record, more: Record, ref: np.uint64, name: int, what: int, time: tuple[int, int], until_ms: int) -> None:
    """Keep a time of the promise of class ``name``: (agreed at, due then). Entries of the row may change places."""
    at = remember(row, more, ref, what, until_ms, (time[0], time[1], wide(_NOWHERE)))
    if at >= 0:
        row["obligations"][at]["owner"] = name


@inner
def take_moves(row: Record, more: Record, ref: np.uint64, name: int, until_ms: int) -> bool:
    """Let the renegotiations that nobody's promise has yet belong to the one of class ``name``; whether there were any."""
    found = False
    for i in range(n_held(row, more)):
        entry = held(row, more, i)
        if is_it(entry, _EARLY, ref, MOVES) and entry["owner"] == 0:
            entry["owner"], entry["due_ms"] = name, until_ms
            found = True
    return found


@inner
def keep_times_until(row: Record, more: Record, entry: Record, until_ms: int) -> None:
    """Forget the times of a promise from then on."""
    for i in range(n_held(row, more)):
        one = held(row, more, i)
        of_it = one["kind"] == _EARLY and one["ref"] == entry["ref"] and one["owner"] == entry["name"]
        if of_it and (one["name"] == MOVES or one["name"] == WAS):
            one["due_ms"] = until_ms


@inner
def times_of(row: Record, more: Record, entry: Record, until_ms: int, tables: Tables) -> tuple[int, int, bool]:
    """What was agreed about a promise until ``until_ms``.

    Returns
    -------
    (by_ms, due_ms, broken)
        When it had to be kept: its last time that was agreed in time (0 = it has none); when it is due now; whether it was
        renegotiated after ``by_ms`` and its grace, so that what is due now is the promise of one who broke it.
    """
    if wide(entry["state"]) & STATE_TIMES == 0:  # also where there was no room for them
        return wide(entry["due_ms"]), wide(entry["due_ms"]), wide(entry["state"]) & STATE_MOVED != 0
    grace = grace_ms(class_of(entry["name"], tables), tables)
    at_ms, due_ms = _next(row, more, entry, WAS, wide(_NOT_YET), 0)
    by_ms, broken = due_ms, False
    at_ms, next_ms = _next(row, more, entry, MOVES, wide(_NOT_YET), 0)
    while 0 <= at_ms <= until_ms:
        broken = broken or (by_ms != 0 and at_ms > by_ms + grace)
        due_ms = next_ms
        if not broken:
            by_ms = next_ms
        at_ms, next_ms = _next(row, more, entry, MOVES, at_ms, next_ms)
    return by_ms, due_ms, broken


@inner
def _next(row: Record, more: Record, promise: Record, what: int, after_ms: int, after_due_ms: int) -> tuple[int, int]:
    """(agreed at, due) of the time that was agreed next after that one; (-1, 0) = there is none."""
    at_ms, due_ms = wide(_NOT_YET), 0
    for i in range(n_held(row, more)):
        one = held(row, more, i)
        if not is_it(one, _EARLY, promise["ref"], what) or one["owner"] != promise["name"]:
            continue
        made_ms, offset = wide(one["made_ms"]), wide(one["offset"])
        later = made_ms > after_ms or (made_ms == after_ms and offset > after_due_ms)
        if later and (at_ms < 0 or made_ms < at_ms or (made_ms == at_ms and offset < due_ms)):
            at_ms, due_ms = made_ms, offset
    return at_ms, due_ms
