"""What arrived before the thing that it is about, and what may be read once more: kept in mind as long as events may be late.

An EARLY is an obligation of nobody. Its ``made_ms`` is when that happened, its ``name`` is which of the words below it is: ids of
different things may be the same, and an answer that was given closes no case.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.obligations import MOST_OPEN, find, n_open, open_one, put_in_order, source, take_out
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

_EARLY = int(Obligation.EARLY)
_NOWHERE = constant(-1)
#: It keeps a promise or answers a request; closes a case; says what came of an answer; gives a promise another time (``offset``; each
#: of them is kept, ``owner`` is the class of the promise once it is there).
KEEPS, CLOSES, CAME_OF, MOVES = constant(1), constant(2), constant(3), constant(4)
#: The time that a renegotiated promise was made with (``offset``); it calls an order off; somebody asked to be called back.
WAS, OFF, ASKED = constant(5), constant(6), constant(7)


@inner
def early_at(row: Record, more: Record, ref: np.uint64, what: int) -> int:
    """Where the row has the word ``what`` about ``ref``, -1 = it has not arrived."""
    return find(row, more, _EARLY, ref, what)


@inner
def remember(row: Record, more: Record, ref: np.uint64, what: int, until_ms: int, made: tuple[int, int, int]) -> int:
    """Keep a word in mind until then (0 = no end); returns where, -1 where the ledger is full: what is open needs the room more."""
    if n_open(row) >= MOST_OPEN:
        return int(_NOWHERE)
    at = open_one(row, more, _EARLY, ref, until_ms, made)
    row["obligations"][at]["name"] = what
    return at


@inner
def keep_in_mind(row: Record, more: Record, event: Record, what: int, tables: Tables) -> int:
    """Remember an event for what it is about, as ``remember``."""
    until_ms = wide(event["record_ms"]) + wide(tables.settings[0]["early_ms"])
    return remember(row, more, event["ref"], what, until_ms, source(event))


@inner
def keep_first_in_mind(row: Record, more: Record, event: Record, what: int, tables: Tables) -> None:
    """As ``keep_in_mind``, once: of several, the one that happened first is the one that counts."""
    at = early_at(row, more, event["ref"], what)
    if at < 0:
        keep_in_mind(row, more, event, what, tables)
    elif event["occurred_ms"] < row["obligations"][at]["made_ms"]:
        row["obligations"][at]["made_ms"] = event["occurred_ms"]


@inner
def make_room(row: Record, more: Record) -> None:
    """Forget what is only kept in mind until something can be opened: what has ended first, then words for what has not come."""
    if row["more_open"] == 0 or row["more"] == 0:
        return
    put_in_order(row, more)
    page = more[row["more"]]
    while n_open(row) >= MOST_OPEN and _forget_word(row, page):
        pass


@inner
def _forget_word(row: Record, page: Record) -> bool:
    """Take the word that would be forgotten first out of a second row; False: there is none that belongs to nothing open."""
    at = -1
    for j in range(wide(page["n"])):
        entry = page["entries"][j]
        what = entry["name"]
        beside = what == WAS or what == ASKED or (what == MOVES and entry["owner"] != 0)
        if entry["kind"] == _EARLY and not beside and (at < 0 or entry["due_ms"] < page["entries"][at]["due_ms"]):
            at = j
    if at < 0:
        return False
    take_out(row, page, at)
    return True
