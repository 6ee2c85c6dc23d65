"""Decisions that wait for their outcome: at most 4, those that were shown or sent kept longest."""

from __future__ import annotations

import numpy as np

from platinum.jit import inner, kernel
from platinum.profile.row import MAX_PENDING, PENDING_OUTBOUND, PENDING_SENT, PENDING_SHOWN, Record, wide

_MET = np.uint32(PENDING_SHOWN | PENDING_SENT)


@kernel
def remember_decision(row: Record, ref: np.uint64, action: int, channel: int, now_ms: int, closes_ms: int, outbound: int) -> None:
    """Keep a decision until its reward window closes; ``action`` and ``channel`` are name hashes.

    The first record with an id wins. Closed ones leave when the next decision comes; then, if need be, the oldest
    that neither was shown nor sent, then the oldest.
    """
    if find_pending(row, ref) >= 0:
        return
    for i in range(wide(row["n_pending"]) - 1, -1, -1):
        if row["pending"][i]["closes_ms"] <= now_ms:
            _remove(row, i)
    if row["n_pending"] == MAX_PENDING:
        _remove(row, _given_up(row))
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
def _given_up(row: Record) -> int:
    """Entries stand in order of decision, so the first that fits is the oldest."""
    for i in range(MAX_PENDING):
        if (row["pending"][i]["flags"] & _MET) == np.uint32(0):
            return i
    return 0
