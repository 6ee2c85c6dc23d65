"""Who asks to be called back is promised it: a promise like any other, due when somebody can have made it (``profile.opening``).

Who asks, and when one call answers several: ``profile.call_back_requests``.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.call_back_requests import let_any_be
from platinum.profile.obligations import find
from platinum.profile.promises import oldest, oldest_of_all
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

_PROMISE = int(Obligation.PROMISE)
_EVER = constant(1 << 62)


@inner
def call_back_at(row: Record, at_ms: int, tables: Tables) -> int:
    """Where the row has the call-back that is owed since ``at_ms`` or before, -1 = none is, or the policy knows none."""
    index = wide(tables.settings[0]["call_back"]) - 1
    return oldest(row, _PROMISE, wide(tables.promises[index]["name"]), at_ms) if index >= 0 else -1


@inner
def keep_near(row: Record, more: Record, tables: Tables) -> None:
    """Bring the call-back that is owed the longest into the row, however little it weighs there.

    Decisions read the row alone: to somebody with nine things open another call-back was offered while one was coming.
    """
    index = wide(tables.settings[0]["call_back"]) - 1
    if index >= 0 and row["more_open"] > 0 and row["more"] > 0:
        oldest_of_all(row, more, _PROMISE, wide(tables.promises[index]["name"]), _EVER)


@inner
def decline_call_back(row: Record, more: Record, ref: np.uint64, tables: Tables) -> None:
    """The customer does not want the call-back that a decision promised: nobody owes it any more."""
    index = wide(tables.settings[0]["call_back"]) - 1
    at = find(row, more, _PROMISE, ref, wide(tables.promises[index]["name"])) if index >= 0 else -1
    if at >= 0:
        let_any_be(row, more, at, 0, tables)
