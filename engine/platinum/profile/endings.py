"""What came of a promise or a request: kept, called off, broken; counted once, and counted anew when word comes that it was otherwise.

A promise that has ended stays in the ledger as an ENDED as long as events may be late (its ``offset`` is when it ended,
``STATE_CLOSED`` that it was called off). So an earlier end, or another time that had been agreed, finds what it is about, and
``worth`` says what the promise counts for from everything that is known of it: the order in which that came does not matter.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.early import ASKED, MOVES, WAS
from platinum.profile.entries import (
    STATE_ACTED,
    STATE_ASKED,
    STATE_BROKEN,
    STATE_CLOSED,
    STATE_MOVED,
    STATE_NOTICED,
    STATE_SORRY,
    STATE_TIMES,
    STATE_TOLD,
)
from platinum.profile.facts import tell
from platinum.profile.obligations import close, find, held, n_held
from platinum.profile.promised import class_of, grace_ms, half_late_ms
from platinum.profile.row import Record, wide
from platinum.profile.say_do import count, kept_share
from platinum.profile.times import EVER, has_room, keep_times_until, note_time, take_moves, times_of
from platinum.vocabulary.codes import Fact, Obligation

_PROMISE, _REQUEST = int(Obligation.PROMISE), int(Obligation.REQUEST)
_EARLY, _ENDED = int(Obligation.EARLY), int(Obligation.ENDED)
_PROMISE_ENDED = int(Fact.PROMISE_ENDED)
_NO_REF = np.uint64(0)
_BROKEN_BIT, _NOW = constant(STATE_BROKEN), constant(1)


@inner
def worth(row: Record, more: Record, entry: Record, tables: Tables) -> tuple[float, float, int, int]:
    """What a promise counts for as things are known: (said, kept, how many have an outcome, how many are broken)."""
    weight = float(entry["weight"])
    if entry["kind"] != _ENDED:
        return (weight, 0.0, 1, 1) if wide(entry["state"]) & (STATE_BROKEN | STATE_MOVED) else (0.0, 0.0, 0, 0)
    by_ms, _, moved = times_of(row, more, entry, wide(entry["offset"]), tables)
    if by_ms == 0:
        return 0.0, 0.0, 0, 0
    index = class_of(entry["name"], tables)
    late_ms = wide(entry["offset"]) - by_ms - grace_ms(index, tables)
    broken = 1 if late_ms > 0 or moved else 0
    if wide(entry["state"]) & STATE_CLOSED:
        return (weight, 0.0, 1, 1) if broken else (0.0, 0.0, 0, 0)
    return weight, weight * kept_share(late_ms, half_late_ms(index, tables)), 1, broken


@inner
def recount(row: Record, more: Record, entry: Record, before: tuple[float, float, int, int], ended_ms: int, tables: Tables) -> None:
    """Count what a promise is worth now instead of what it was, and tell the learner; ``ended_ms`` 0 = no news of how long it took."""
    after = worth(row, more, entry, tables)
    change = (after[0] - before[0], after[1] - before[1], after[2] - before[2], after[3] - before[3])
    add(row, more, entry, change, ended_ms if after[2] != 0 else 0, tables)


@inner
def add(row: Record, more: Record, entry: Record, change: tuple[float, float, int, int], ended_ms: int, tables: Tables) -> None:
    """Add to what is counted of promises, as of when this one was made, and tell the learner; ``ended_ms`` as ``recount``."""
    said, kept, outcomes, broken = change
    if said != 0.0 or kept != 0.0 or ended_ms != 0:
        tell(more, _PROMISE_ENDED, entry, ended_ms, said, kept)
        count(row, said, kept, wide(entry["made_ms"]), tables)
    row["said_ever"] = wide(row["said_ever"]) + outcomes
    row["broken_ever"] = wide(row["broken_ever"]) + broken


@inner
def end_sooner(row: Record, more: Record, at: int, at_ms: int, off: int, tables: Tables) -> None:
    """ENDED ``at`` had ended before: at ``at_ms``, called off (``STATE_CLOSED``) or kept (0). What came first is what ended it."""
    entry = row["obligations"][at]
    if at_ms >= entry["offset"]:
        return
    before, news_ms = worth(row, more, entry, tables), at_ms if wide(entry["state"]) & ~off & STATE_CLOSED else 0
    entry["offset"], entry["state"] = at_ms, (wide(entry["state"]) & ~STATE_CLOSED) | off
    recount(row, more, entry, before, news_ms, tables)  # how long it took is told once


@inner
def keep(row: Record, more: Record, at: int, at_ms: int, tables: Tables) -> None:
    """Entry ``at`` was kept at ``at_ms`` (event time): on time, late, or on time after it had been taken for broken."""
    _end(row, more, at, at_ms, 0, tables)


@inner
def call_off(row: Record, more: Record, at: int, off_ms: int, tables: Tables) -> None:
    """Nobody waits for promise ``at``, open or ended lately, since ``off_ms``; in time, it is neither kept nor broken."""
    if row["obligations"][at]["kind"] == _ENDED:
        end_sooner(row, more, at, off_ms, STATE_CLOSED, tables)
    else:
        _end(row, more, at, off_ms, STATE_CLOSED, tables)


@inner
def _end(row: Record, more: Record, at: int, at_ms: int, off: int, tables: Tables) -> None:
    """End an open promise or request. A promise with an id stays where it is as an ENDED; anything else is gone."""
    entry = row["obligations"][at]
    before, kind = worth(row, more, entry, tables), wide(entry["kind"])
    entry["kind"], entry["offset"] = _ENDED, at_ms
    entry["state"] = (wide(entry["state"]) & ~STATE_CLOSED) | off
    recount(row, more, entry, before, at_ms if off == 0 else 0, tables)
    if class_of(entry["name"], tables) + 1 == tables.settings[0]["call_back"]:
        keep_asked_until(row, more, at_ms, remembered_until_ms(entry, tables))
    if kind == _REQUEST or entry["ref"] == _NO_REF:
        close(row, more, at)
    elif wide(entry["state"]) & STATE_TIMES:
        keep_times_until(row, more, entry, remembered_until_ms(entry, tables))


@inner
def remembered_until_ms(entry: Record, tables: Tables) -> int:
    """Until when the times of a promise are kept in mind; 0 = as long as it is open."""
    return wide(entry["offset"]) + wide(tables.settings[0]["early_ms"]) if entry["kind"] == _ENDED else 0


@inner
def keep_asked_until(row: Record, more: Record, before_ms: int, until_ms: int) -> None:
    """Forget from ``until_ms`` on who had asked for a call-back by ``before_ms``."""
    for i in range(n_held(row, more)):
        one = held(row, more, i)
        if one["kind"] == _EARLY and one["name"] == ASKED and one["made_ms"] <= before_ms:
            one["due_ms"] = min(wide(one["due_ms"]), until_ms)


@inner
def let_be(row: Record, more: Record, at: int) -> None:
    """Take promise ``at`` out, whatever it counts for: written off, not wanted any more, or never said."""
    state = wide(row["obligations"][at]["state"])
    if state & STATE_TIMES:
        keep_times_until(row, more, row["obligations"][at], wide(_NOW))
    if state & STATE_ASKED:
        keep_asked_until(row, more, wide(row["obligations"][at]["made_ms"]), wide(_NOW))
    close(row, more, at)


@inner
def break_one(row: Record, more: Record, at: int, tables: Tables) -> None:
    """The due time of entry ``at`` has passed: so far, nothing of it was kept. One that was moved when it was broken counts once."""
    entry = row["obligations"][at]
    before, state = worth(row, more, entry, tables), wide(entry["state"])
    if state & STATE_BROKEN:
        return
    if state & STATE_MOVED:  # what was said about it was about the time that it had before
        state &= ~(STATE_ACTED | STATE_TOLD | STATE_SORRY)
    entry["state"] = state | _BROKEN_BIT
    recount(row, more, entry, before, 0, tables)


@inner
def move(row: Record, more: Record, at: int, at_ms: int, due_ms: int, tables: Tables) -> None:
    """Promise ``at``, open or ended lately, was renegotiated at ``at_ms``: before it was due, with consent, it is another promise.

    Afterwards it was broken: it is to be apologised for, and nothing is sold until it is kept, as if it had not been moved. One that
    its timer took for broken because word of this came late had not been: that is taken back.
    """
    entry = row["obligations"][at]
    if not has_room(row, more):
        _move_blindly(row, more, at, at_ms, due_ms, tables)
        return
    before, kind, ref, name = worth(row, more, entry, tables), wide(entry["kind"]), entry["ref"], wide(entry["name"])
    until_ms = remembered_until_ms(entry, tables)
    if wide(entry["state"]) & STATE_TIMES == 0:
        entry["state"] = wide(entry["state"]) | STATE_TIMES
        note_time(row, more, ref, name, WAS, (0, wide(entry["due_ms"])), until_ms)
    note_time(row, more, ref, name, MOVES, (at_ms, due_ms), until_ms)
    _read_times(row, more, find(row, more, kind, ref, name), before, tables)


@inner
def meet_moves(row: Record, more: Record, at: int, tables: Tables) -> int:
    """Read promise ``at``, just made, with the renegotiations of which word has arrived; returns where it is, -1 as ``_read_times``."""
    entry = row["obligations"][at]
    ref, kind, name, due_ms = entry["ref"], wide(entry["kind"]), wide(entry["name"]), wide(entry["due_ms"])
    if ref == _NO_REF or kind == _REQUEST or not has_room(row, more):
        return at
    before, until_ms = worth(row, more, entry, tables), remembered_until_ms(entry, tables)
    if not take_moves(row, more, ref, name, until_ms):
        return at
    if wide(entry["state"]) & STATE_TIMES == 0:
        entry["state"] = wide(entry["state"]) | STATE_TIMES
        note_time(row, more, ref, name, WAS, (0, due_ms), until_ms)
        at = find(row, more, kind, ref, name)
    _read_times(row, more, at, before, tables)
    return at


@inner
def _read_times(row: Record, more: Record, at: int, before: tuple[float, float, int, int], tables: Tables) -> None:
    """Let promise ``at`` be due when the newest word of it says, and count it as all of them say.

    -1 = its copy had no room for it beside its times (``obligations.open_one``).
    """
    if at < 0:
        return
    entry = row["obligations"][at]
    if entry["kind"] == _PROMISE:
        _, due_ms, broken = times_of(row, more, entry, wide(EVER), tables)
        if due_ms != entry["due_ms"]:  # the learner counts by how long it was to take: what it heard is taken back as it was told
            add(row, more, entry, (-before[0], -before[1], -before[2], -before[3]), 0, tables)
            before = (0.0, 0.0, 0, 0)
        _have_time(entry, due_ms, broken)
    recount(row, more, entry, before, 0, tables)


@inner
def _have_time(entry: Record, due_ms: int, broken: bool) -> None:
    """Make a promise due at ``due_ms``; of a new time nothing has been said yet, but an apology for the old one holds."""
    state = wide(entry["state"])
    if due_ms != entry["due_ms"]:
        state &= ~(STATE_NOTICED | STATE_BROKEN | STATE_TOLD)
        if not broken:
            state &= ~(STATE_ACTED | STATE_SORRY)
    entry["due_ms"], entry["state"] = due_ms, state | STATE_MOVED if broken else state & ~STATE_MOVED


@inner
def _move_blindly(row: Record, more: Record, at: int, at_ms: int, due_ms: int, tables: Tables) -> None:
    """As ``move``, where the ledger has no room for another time: read as things stand, and not once more."""
    entry = row["obligations"][at]
    if entry["kind"] != _PROMISE:
        return
    before = worth(row, more, entry, tables)
    by_ms, _, _ = times_of(row, more, entry, wide(EVER), tables)
    if wide(entry["state"]) & STATE_TIMES:  # they do not know of this one, and would be read as though it had not been
        keep_times_until(row, more, entry, wide(_NOW))
        entry["state"] = wide(entry["state"]) & ~STATE_TIMES
    over = by_ms != 0 and at_ms > by_ms + grace_ms(class_of(entry["name"], tables), tables)
    _have_time(entry, due_ms, over or wide(entry["state"]) & STATE_MOVED != 0)
    recount(row, more, entry, before, 0, tables)
