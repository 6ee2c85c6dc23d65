"""What people who are alike are worth: the best tenth per cell, and where equal parts of all begin (treatment-formulas 3.9, 3.10).

A cell is a cohort and the category that people of it turn to most: not what they spend, or they would be compared with their own worth.
Counted as ``learn.cohorts`` counts: whole numbers per month and bin, so halves merge to the whole and the order does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Self

from platinum.learn.cohorts import Spread, quantile
from platinum.policy.tables import MOST_CELLS, MOST_TIERS

#: Best value reachable: the worth that a tenth of the cell exceeds.
BEST = 0.9
#: A cell of fewer people's months, faded, says nothing; the wider one then does. A limit of tiers needs as many.
KNOWN_FROM = 20.0
Cell = tuple[str, str, str]  # what cohorts are by, cohort, category; "" = all
_EVERYBODY: Cell = ("", "", "")


def shares() -> dict[str, Fraction]:
    """Where two to eight equal parts begin, by name: ``1/3``, ``2/3`` ..."""
    found = {Fraction(i, parts) for parts in range(2, MOST_TIERS + 1) for i in range(1, parts)}
    return {str(share): share for share in sorted(found)}


@dataclass(slots=True)
class Worth:
    """Statistics of one partition, or of all."""

    cells: dict[Cell, Spread] = field(default_factory=dict)
    margin: Spread = field(default_factory=Spread)  # of a year
    orders: Spread = field(default_factory=Spread)

    def add(self, fact: Mapping[str, Any]) -> None:
        """A fact ``worth``."""
        made_ms, by, cohort = int(fact["made_ms"]), fact["by"] or "", fact["cohort"] or ""
        wider = {(by, cohort, fact["category"] or ""), (by, cohort, ""), _EVERYBODY}
        for cell in wider:
            self.cells.setdefault(cell, Spread()).add(float(fact["equity"]), made_ms)
        self.margin.add(float(fact["margin"]), made_ms)
        self.orders.add(float(fact["orders"]), made_ms)

    def merge(self, other: Self) -> None:
        """Add another's."""
        for cell, spread in other.cells.items():
            self.cells.setdefault(cell, Spread()).merge(spread)
        self.margin.merge(other.margin)
        self.orders.merge(other.orders)

    def judged(self, now_ms: int) -> dict[str, Any]:
        """``cells``: the worth that a tenth exceeds, of the 64 largest that are known; ``limits``: where equal parts begin."""
        found: list[dict[str, Any]] = []
        for (by, cohort, category), spread in sorted(self.cells.items()):
            weights = spread.weights(now_ms)
            n = math.fsum(weights.values())
            if n >= KNOWN_FROM:
                cell = {"by": by or None, "cohort": cohort or None, "category": category or None}
                found.append({**cell, "n": _six(n), "p90": _six(quantile(weights, BEST))})
        widest_first = sorted(range(len(found)), key=lambda i: (-found[i]["n"], i))
        kept = sorted(widest_first[:MOST_CELLS])
        limits = {"margin": _limits(self.margin, now_ms), "orders": _limits(self.orders, now_ms)}
        return {"cells": [found[i] for i in kept], "limits": limits}


def _limits(spread: Spread, now_ms: int) -> dict[str, float] | None:
    """Where equal parts begin, by share; None = too little is known."""
    weights = spread.weights(now_ms)
    if math.fsum(weights.values()) < KNOWN_FROM:
        return None
    return {name: _six(quantile(weights, float(share))) for name, share in shares().items()}


def _six(x: float) -> float:
    return float(f"{x:.6g}")
