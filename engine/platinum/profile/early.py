"""What arrived before the thing that it is about: kept in mind as long as events may be late.

An EARLY is an obligation of nobody. Its ``made_ms`` is when that happened, its ``name`` is which of the words below it is: ids of
different things may be the same, and an answer that was given closes no case.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.obligations import MOST_OPEN, find, n_open, open_one, source
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

_EARLY = int(Obligation.EARLY)
_NOWHERE = constant(-1)
#: It keeps a promise, answers a request or calls an order off; closes a case; says what came of an answer; gives a promise another time
#: (``offset``; each of them is kept).
KEEPS, CLOSES, CAME_OF, MOVES = constant(1), constant(2), constant(3), constant(4)


@inner
def early_at(row: Record, more: Record, ref: np.uint64, what: int) -> int:
    """Where the row has the word ``what`` about ``ref``, -1 = it has not arrived."""
    return find(row, more, _EARLY, ref, what)


@inner
def keep_in_mind(row: Record, more: Record, event: Record, what: int, tables: Tables) -> int:
    """Remember an event for what it is about; returns where, -1 where the ledger is full: what is open needs the room more."""
    if n_open(row) >= MOST_OPEN:
        return int(_NOWHERE)
    due_ms = wide(event["record_ms"]) + wide(tables.settings[0]["early_ms"])
    at = open_one(row, more, _EARLY, event["ref"], due_ms, source(event))
    row["obligations"][at]["name"] = what
    return at
