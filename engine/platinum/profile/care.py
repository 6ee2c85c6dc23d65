"""Particular care, and the use of sensitive traits: only what was said counts, nothing is inferred (design 9)."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.entries import MAX_TRAIT_USES
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import ActionType, Purpose

_ALL = constant(Purpose.ALL)
#: What people who need particular care are spared: selling, asking, surprising. A bit mask of action types.
SPARED = constant(sum(1 << kind for kind in (ActionType.OFFER, ActionType.HELP, ActionType.LISTEN, ActionType.SURPRISE)))


@inner
def state_care(row: Record, event: Record) -> None:
    """Fold `Vulnerability Stated`; the newest statement counts, of two at one second the one that asks for care."""
    at_s, says = max(wide(event["occurred_ms"]), 0) // 1000, 1 if event["low"] > 0.0 else -1
    known_s = wide(row["care_at_s"])
    if row["care"] != 0 and (at_s < known_s or (at_s == known_s and says < wide(row["care"]))):
        return
    row["care"], row["care_at_s"] = says, at_s
    row["care_until_ms"] = wide(event["high"]) if says > 0 else 0


@kernel
def needs_care(row: Record, now_ms: int) -> bool:
    """Whether the person needs particular care now."""
    return bool(row["care"] > 0 and (row["care_until_ms"] == 0 or now_ms < row["care_until_ms"]))


@inner
def state_use(row: Record, trait: int, purpose: int, state: int, at_ms: int, offset: int) -> None:
    """Fold what a person said about the use of a trait (name hash) for a purpose; the newest statement counts.

    In a full list the oldest permission gives way, then the oldest refusal: losing one may only ever lead to less use.
    """
    at_s, at = max(at_ms, 0) // 1000, -1
    for i in range(wide(row["n_trait_uses"])):
        entry = row["trait_uses"][i]
        if entry["trait"] == trait and entry["purpose"] == purpose:
            if at_s < entry["at_s"] or (at_s == entry["at_s"] and offset < entry["evidence_offset"]):
                return
            at = i
    if at < 0:
        at = _place(row)
    entry = row["trait_uses"][at]
    entry["evidence_offset"], entry["trait"], entry["at_s"], entry["purpose"], entry["state"] = offset, trait, at_s, purpose, state


@inner
def _place(row: Record) -> int:
    n = wide(row["n_trait_uses"])
    if n < MAX_TRAIT_USES:
        row["n_trait_uses"] = n + 1
        return n
    at = 0
    for i in range(1, n):
        one, other = row["trait_uses"][i], row["trait_uses"][at]
        permits, permitted = one["state"] > 0, other["state"] > 0
        if (permits and not permitted) or (permits == permitted and one["at_s"] < other["at_s"]):
            at = i
    return at


@inner
def may_use(row: Record, trait: int, purpose: int) -> bool:
    """Whether a sensitive trait may be used: it was permitted for this purpose, or for all, and refused for neither since."""
    said, at_s = 0, -1
    for i in range(wide(row["n_trait_uses"])):
        entry = row["trait_uses"][i]
        if entry["trait"] != trait or (entry["purpose"] != purpose and entry["purpose"] != _ALL):
            continue
        newer, level = wide(entry["at_s"]) > at_s, wide(entry["at_s"]) == at_s
        if newer or (level and entry["state"] < said):
            said, at_s = int(entry["state"]), wide(entry["at_s"])
    return said > 0


@inner
def withheld(action: Record, row: Record, tables: Tables) -> bool:
    """Whether an action rests on a sensitive trait whose use for its purpose this person has not permitted."""
    for i in range(tables.sensitive.shape[0]):
        if (action["sensitive"] >> np.uint64(i)) & np.uint64(1) != np.uint64(0) and not may_use(
            row, wide(tables.sensitive[i]), wide(action["purpose"])
        ):
            return True
    return False
