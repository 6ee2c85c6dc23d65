"""Decisions that wait for their outcome: at most 4, those that were sent kept longest.

A complaint about a message, or its bounce, comes hours later; whoever looks at six pages meanwhile is answered six times.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.profile.entries import MAX_PENDING, PENDING_OUTBOUND, PENDING_SENT, PENDING_SHOWN
from platinum.profile.row import Record, wide

_SILENCE = constant(0)
_MET, _OUTBOUND, _NONE = np.uint32(PENDING_SHOWN | PENDING_SENT), np.uint32(PENDING_OUTBOUND), np.uint32(0)


@kernel
def remember_decision(row: Record, ref: np.uint64, action: int, channel: int, now_ms: int, closes_ms: int, outbound: int) -> None:
    """Keep a decision until its reward window closes; ``action`` and ``channel`` are name hashes.

    The first record with an id wins. Closed ones leave when the next decision comes; then, if need be, the oldest of those
    that matter least: not shown nor sent before met, and of either an answer before what we sent, or are about to.
    """
    if find_pending(row, ref) >= 0:
        return
    for i in range(wide(row["n_pending"]) - 1, -1, -1):
        if row["pending"][i]["closes_ms"] <= now_ms:
            _remove(row, i)
    if row["n_pending"] == MAX_PENDING:
        _remove(row, given_up(row))
    entry = row["pending"][row["n_pending"]]
    row["n_pending"] += 1
    entry["ref"] = ref
    entry["decided_ms"] = now_ms
    entry["closes_ms"] = closes_ms
    entry["reward"] = 0.0
    entry["action"] = action
    entry["channel"] = channel
    entry["flags"] = PENDING_OUTBOUND if outbound == 1 else 0


@inner
def find_pending(row: Record, ref: np.uint64) -> int:
    """Index of a decision's entry, -1 when it is not (or no longer) kept."""
    for i in range(wide(row["n_pending"])):
        if row["pending"][i]["ref"] == ref:
            return i
    return -1


@inner
def _remove(row: Record, at: int) -> None:
    for i in range(at, wide(row["n_pending"]) - 1):
        row["pending"][i] = row["pending"][i + 1]
    row["n_pending"] -= 1


@inner
def given_up(row: Record) -> int:
    """Index of the decision that gives way in a full row. Entries stand in order of decision, so the first of a rank is the oldest.

    Silence is kept least: it is there only to be learned from.
    """
    at, least = 0, 4
    for i in range(MAX_PENDING):
        flags = row["pending"][i]["flags"]
        rank = (2 if (flags & _MET) != _NONE else 0) + (1 if (flags & _OUTBOUND) != _NONE else 0)
        rank = -1 if row["pending"][i]["action"] == _SILENCE else rank
        if rank < least:
            at, least = i, rank
    return at
