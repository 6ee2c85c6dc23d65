"""Who may send a planned contact: before sending, a channel system claims it, and the first who does wins (design 7).

A claimed contact is about to be sent, so nothing withdraws it any more; it counts against caps like any planned one, until it is
dispatched, aborted or bounced; when it expires before, it is taken for sent (``contacts.drop_expired``). A claim lives as long as its
planned contact.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import inner
from platinum.profile.row import Record, wide


@inner
def find_claim(row: Record, ref: np.uint64) -> int:
    """Index of the claim on the planned contact of a decision, -1 when nobody has claimed it."""
    for i in range(wide(row["n_claims"])):
        if row["claims"][i]["ref"] == ref:
            return i
    return -1


@inner
def add_claim(row: Record, ref: np.uint64, claim: np.uint64, at_ms: int) -> None:
    """Note who claimed a planned contact that nobody has claimed: there is room for one claim per planned contact."""
    entry = row["claims"][row["n_claims"]]
    row["n_claims"] += 1
    entry["ref"] = ref
    entry["claim"] = claim
    entry["at_s"] = at_ms // 1000


@inner
def forget_claim(row: Record, ref: np.uint64) -> None:
    """The contact is planned no more: nor is it claimed."""
    at = find_claim(row, ref)
    if at < 0:
        return
    entries, last = row["claims"], wide(row["n_claims"]) - 1
    for i in range(at, last):
        entries[i] = entries[i + 1]
    row["n_claims"] = last
