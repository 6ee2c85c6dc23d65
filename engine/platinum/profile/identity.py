"""Signs of life, and what catches repeats: a ring of message ids for a producer's, a list of its own for answers over HTTP.

Whoever looks at eleven pages with three placements is answered 33 times: in one ring, that would push out all message ids.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import inner
from platinum.profile.entries import MAX_ANSWERED, MAX_RECENT
from platinum.profile.row import Record, wide


@inner
def is_repeat(row: Record, message: np.uint64) -> bool:
    """Whether this message id is among the customer's last 32; 0 (no id) never is."""
    if message == np.uint64(0):
        return False
    recent = row["recent"]
    for i in range(wide(row["n_recent"])):
        if recent[i] == message:
            return True
    return False


@inner
def remember_message(row: Record, message: np.uint64) -> None:
    """Put a message id into the ring, over the oldest one."""
    if message == np.uint64(0):
        return
    at = wide(row["recent_next"])
    row["recent"][at] = message
    row["recent_next"] = (at + 1) % MAX_RECENT
    if row["n_recent"] < MAX_RECENT:
        row["n_recent"] += 1


@inner
def is_answered(row: Record, ref: np.uint64) -> bool:
    """Whether this decision over HTTP is among the customer's last 16."""
    answered = row["answered"]
    for i in range(wide(row["n_answered"])):
        if answered[i] == ref:
            return True
    return False


@inner
def remember_answer(row: Record, ref: np.uint64) -> None:
    """Put a decision over HTTP behind the others; of 17 the oldest leaves."""
    answered, n = row["answered"], wide(row["n_answered"])
    if n == MAX_ANSWERED:
        n -= 1
        for i in range(n):
            answered[i] = answered[i + 1]
    answered[n] = ref
    row["n_answered"] = n + 1


@inner
def see(row: Record, event: Record) -> None:
    """First and last sign of life, and what the event says about language, zone and country.

    The newest event that says something wins; at the same second the larger hash, so that the order of arrival
    does not matter.
    """
    at_ms = event["occurred_ms"]
    if row["events"] == 0 or at_ms < row["first_seen_ms"]:
        row["first_seen_ms"] = at_ms
    if row["events"] == 0 or at_ms > row["last_seen_ms"]:
        row["last_seen_ms"] = at_ms
    row["events"] += 1
    at_s = max(at_ms, 0) // 1000
    if newer(event["language"], at_s, row["language"], row["language_at_s"]):
        row["language"] = event["language"]
        row["language_at_s"] = at_s
    if newer(event["timezone"], at_s, row["timezone"], row["timezone_at_s"]):
        row["timezone"] = event["timezone"]
        row["timezone_at_s"] = at_s
    if newer(event["country"], at_s, row["country"], row["country_at_s"]):
        row["country"] = event["country"]
        row["country_at_s"] = at_s


@inner
def newer(said: int, at_s: int, known: int, known_at_s: int) -> bool:
    """Whether a word (name hash, 0 = none) is newer than the one that is known; of two in one second the larger hash."""
    if said == 0:
        return False
    return at_s > known_at_s or (at_s == known_at_s and said > known)
