"""Quarantine: until when promotion rests after our fault (treatment-formulas 3.6)."""

from __future__ import annotations

from platinum.jit import inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.entries import STATE_CLOSED, STATE_MOVED, STATE_OURS
from platinum.profile.promised import is_over
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Obligation

_PROMISE, _CASE = int(Obligation.PROMISE), int(Obligation.CASE)


@inner
def last_closed_ms(row: Record) -> int:
    """When a case of ours was closed last, in whatever role; 0 = never."""
    return max(wide(row["case_closed_ms"]), wide(row["closed_elsewhere_ms"]))


@kernel
def quarantine_end_ms(row: Record, now_ms: int, tables: Tables) -> int:
    """Until when promotion rests after our fault: -1 = it does not; 0 = as long as a case is open.

    A promise that is over its time is our fault too: promotion rests until it is kept, and as long as after a case at most. That
    it was moved then makes nothing good: it rests as well.
    """
    until_ms = -1
    for i in range(wide(row["n_obligations"])):
        entry = row["obligations"][i]
        if entry["kind"] == _PROMISE and (is_over(entry, now_ms, tables) or wide(entry["state"]) & STATE_MOVED):
            rests_ms = wide(entry["due_ms"]) + wide(tables.settings[0]["quarantine_ms"])
            until_ms = max(until_ms, rests_ms if rests_ms > now_ms else -1)
        if entry["kind"] != _CASE or wide(entry["state"]) & STATE_OURS == 0:
            continue
        if wide(entry["state"]) & STATE_CLOSED == 0:
            return 0
        if entry["due_ms"] > now_ms:
            until_ms = max(until_ms, wide(entry["due_ms"]))
    closed_ms = last_closed_ms(row)
    if closed_ms > 0:
        # A closed case weighs less than what is still to be done: beside many promises it stands in the second row. And an order that
        # ended by our fault leaves this alone (``called_off``).
        rests_ms = closed_ms + wide(tables.settings[0]["quarantine_ms"])
        until_ms = max(until_ms, rests_ms if rests_ms > now_ms else -1)
    return until_ms
