"""Slow twins of what worth decides: which lane, who wins it, and what an action is valued at (treatment-formulas 3.9, 3.10)."""

from __future__ import annotations

from typing import Any

from platinum.hashing import mix64
from platinum.vocabulary.codes import Lane
from tests.reference.worth import equity, potential


def lane_of(w: Any, survivors: list[int]) -> int:
    """The first that has something that is the same for all; then one with something given on top; then that which scores."""
    lanes = {
        on_top: [int(w.candidate(c)[0]["lane"]) for c in survivors if bool(w.candidate(c)[0]["by_worth"]) == on_top]
        for on_top in (False, True)
    }
    for every in (lanes[False], lanes[True]):
        if every and min(every) < Lane.GROWTH:
            return min(every)
    return int(Lane.GROWTH)


def winner(w: Any, survivors: list[int], lane: int) -> list[int]:
    """Survivors of a lane that does not score, the first of them first: what is given on top stands behind everything else."""

    def place(c: int) -> tuple[Any, ...]:
        action, _, channel = w.candidate(c)
        tie = mix64(mix64(int(w.trigger["ref"]), int(action["name"])), int(channel["name"]))
        return bool(action["by_worth"]), -float(action["priority"]), float(w.tables.candidates[c]["cost"]), tie

    return sorted((c for c in survivors if int(w.candidate(c)[0]["lane"]) == lane), key=place)


def growth(w: Any, action: Any) -> float:
    """v of 5.1: money, and shares of equity and of what is left of the potential."""
    value, shares = float(action["value"]), (float(action["of_equity"]), float(action["of_unrealised"]))
    if any(shares) and w.row["orders"] > 0:
        own = equity(w.row, w.now, w.tables)
        value += shares[0] * own + shares[1] * (potential(w.row, own, w.now, w.tables) - own)
    return value
