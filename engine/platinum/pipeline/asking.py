"""Requests as arrays, and the one compiled call that answers all of them."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from platinum.by_reference_types import unpinned
from platinum.decide.kernel import decide_one
from platinum.decide.record import DECISION, TRIGGER, Scratch
from platinum.events.columns import EVENT, ITEM
from platinum.jit import inner, kernel
from platinum.pipeline.made import fold_decision_made, note
from platinum.pipeline.stages import Stages
from platinum.policy.tables import Tables
from platinum.profile.codec import as_bytes, packed_rows, unpack, unreadable
from platinum.profile.contacts import drop_expired
from platinum.profile.entries import NO_MORE, OPEN_EXAMPLE
from platinum.profile.examples import copy_example
from platinum.profile.fold import fold
from platinum.profile.row import LAYOUT, ROW
from platinum.scoring.model import Model
from platinum.vocabulary.codes import Kind

_DECISION_MADE = int(Kind.DECISION_MADE)
_tables_of, _model_of, _scratch_of = unpinned(Tables), unpinned(Model), unpinned(Scratch)

#: One TRIGGER's bytes. Setting its members one by one through numpy took 3 µs, this takes a tenth.
pack_trigger = Struct(
    "<" + "".join({"<u8": "Q", "<i8": "q", "<f8": "d", "<u4": "I", "<i4": "i"}[TRIGGER[n].str] for n in TRIGGER.names or ())
).pack


class Folding(NamedTuple):
    """What the rows do not hold yet: EVENT[E], ITEM[*], and int64[E], the row that each is folded into.

    Events that requests bring along, and what was answered to the same customers shortly before.
    """

    events: NDArray[np.void]
    items: NDArray[np.void]
    at: NDArray[np.int64]


#: Most requests have nothing to fold: an empty decode would cost a fifth of the answer.
NO_EVENTS = Folding(np.zeros(0, EVENT), np.zeros(0, ITEM), np.zeros(0, np.int64))
#: The row of a person nobody knows.
_UNKNOWN = np.zeros((), ROW)


class Asking(NamedTuple):
    """What is asked: TRIGGER[T], int64[T, 2] of (row, set of allowed actions) each, and the sets, uint8[K, A].

    The triggers of one request lie side by side.
    """

    triggers: NDArray[np.void]
    at: NDArray[np.int64]
    sets: NDArray[np.uint8]


@inner
def allow(allowed: Any, chosen: Any) -> None:
    """Overwrite ``allowed`` with ``chosen`` (uint8[A])."""
    for a in range(allowed.shape[0]):
        allowed[a] = chosen[a]


@inner
def fold_all(rows: Any, folding: Any, tables: Any, more: Any) -> None:
    """Each event into its row."""
    events, items, fold_at = folding
    for i in range(events.shape[0]):
        if events[i]["kind"] == _DECISION_MADE:
            fold_decision_made(rows[fold_at[i]], more, events[i], items, tables)
        else:
            fold(rows[fold_at[i]], events[i], items, tables, more)


@inner
def go_on(i: int, rows: Any, at: Any, outs: Any, items: Any, tables: Any) -> None:
    """Fill ``later[i]``: the row of the decision before, which was for the same request, and what that one leaves in it."""
    out, later, made, more, _ = outs
    if i > 1 and at[i - 2, 0] == at[i, 0]:
        later[i] = later[i - 1]
    else:
        later[i] = rows[at[i, 0]]
    note(made[0], out[i - 1], tables)
    fold_decision_made(later[i], more, made[0], items, tables)


@inner
def decide_all(rows: Any, items: Any, asking: Any, run: Any, outs: Any) -> None:
    """Each trigger, on the row of its request; the second of one request knows of the first as if it were asked alone."""
    triggers, at, sets = asking
    tables, model, scratch = run
    out, later, _, _, seen = outs
    for i in range(triggers.shape[0]):
        if i == 0 or at[i - 1, 0] != at[i, 0]:
            allow(scratch.allowed, sets[at[i, 1]])
            row = rows[at[i, 0]]
        else:
            go_on(i, rows, at, outs, items, tables)
            row = later[i]
        drop_expired(row, triggers[i]["now_ms"])
        decide_one(row, triggers[i], tables, model, scratch, out[i])
        out[i]["event"] = -1
        copy_example(scratch.example[0], seen[i])
        if out[i]["action"] >= 0:
            scratch.allowed[out[i]["action"]] = 0
    for a in range(scratch.allowed.shape[0]):
        scratch.allowed[a] = 1


@kernel
def decide_requests(packed: Any, rows: Any, folding: Any, asking: Any, run: Any, outs: Any) -> int:
    """Unpack rows, fold each event into its row, then decide each trigger; an action is given once per request.

    Returns the first blob that is no row, before anything is decided; -1 when all are.

    Parameters
    ----------
    packed : profile.codec.Packed
        What is known of the customers.
    rows : ROW[N]
        One per request; those that are not in ``packed`` as they are.
    folding : Folding
    asking : Asking
    run : Stages.pinned
        Every action is allowed again afterwards.
    outs : (DECISION[T], ROW[T], EVENT[1], NO_MORE, OPEN_EXAMPLE[T])
        Overwritten: the decisions; the row of each that is not the first of its request; working memory; on what each was made
        (``decide.teaching``).
    """
    unreadable = unpack(packed, LAYOUT)
    if unreadable >= 0:
        return unreadable
    tables, model, scratch = _tables_of(run[0]), _model_of(run[1]), _scratch_of(run[2])
    fold_all(rows, folding, tables, outs[3])
    decide_all(rows, folding[1], asking, (tables, model, scratch), outs)
    return -1


class _Room(NamedTuple):
    """ROW, also as bytes, their indices, what became of each, DECISION, later rows, on what each was made; EVENT[1].

    For as many as there have been at once.
    """

    rows: NDArray[np.void]
    row_bytes: NDArray[np.uint8]
    slots: NDArray[np.int64]
    became: NDArray[np.int8]
    out: NDArray[np.void]
    later: NDArray[np.void]
    made: NDArray[np.void]
    seen: NDArray[np.void]


class Ran(NamedTuple):
    """ROW[N] after folding, DECISION[T], ROW[T]: the row of each decision that is not the first of its request, and OPEN_EXAMPLE[T]."""

    rows: NDArray[np.void]
    out: NDArray[np.void]
    later: NDArray[np.void]
    seen: NDArray[np.void]


_ROOMS: WeakKeyDictionary[Stages, _Room] = WeakKeyDictionary()


def _room_for(requests: int, decisions: int, stages: Stages) -> _Room:
    """Arrays to be overwritten: numpy takes 20 µs to make an empty one of so many members."""
    room = _ROOMS.get(stages)
    if room is None or len(room.rows) < requests or len(room.out) < decisions:
        size = 64 + 2 * max(requests, decisions)
        rows = np.zeros(size, ROW)
        out, later, made = np.zeros(size, DECISION), np.zeros(size, ROW), np.zeros(1, EVENT)
        seen = np.zeros(size, OPEN_EXAMPLE)
        room = _Room(rows, as_bytes(rows), np.arange(size), np.zeros(size, np.int8), out, later, made, seen)
        _ROOMS[stages] = room
    return room


def run_requests(blobs: Sequence[bytes | None], folding: Folding, asking: Asking, stages: Stages) -> Ran:
    """Unpack the rows (None = unknown person) and answer.

    What it returns is good until the next call with these ``stages``.

    Raises
    ------
    Inconsistent
        A stored row is damaged or a newer build's.
    """
    n_rows, n_decisions = len(blobs), len(asking.triggers)
    room = _room_for(n_rows, n_decisions, stages)
    rows, out, later = room.rows[:n_rows], room.out[:n_decisions], room.later[:n_decisions]
    known = [blob for blob in blobs if blob is not None]
    if len(known) == n_rows:
        slots = room.slots[:n_rows]
    else:
        rows[[i for i, blob in enumerate(blobs) if blob is None]] = _UNKNOWN
        slots = np.array([i for i, blob in enumerate(blobs) if blob is not None], np.int64)
    packed = packed_rows(known, room.row_bytes, slots, room.became)
    seen = room.seen[:n_decisions]
    first = decide_requests(packed, rows, folding, asking, stages.pinned, (out, later, room.made, NO_MORE, seen))
    if first >= 0:
        raise unreadable(known[first], int(room.became[first]))
    return Ran(rows, out, later, seen)
