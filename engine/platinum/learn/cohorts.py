"""What is usual among customers who are alike: medians per cohort (treatment-formulas 3.15).

Counts only, per month and bin, so that halves merge to the whole and the order of arrival does not matter: whole numbers have no
rounding. They fade when a median is asked for, not when they are added.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from platinum.numeric import exp2

#: As long as the months of ``profile.standing``: everybody counts once in each.
MONTH_MS = 30 * 86_400_000
#: Months kept, and those in which one loses half of its weight.
MONTHS, HALF_LIFE_MONTHS = 16, 4.0
#: Bins per doubling, so one is 3 to 6 % wide; amounts of less than a cent share the first bin, those above 10^17 the last.
STEPS = 16
_FIRST = -6
BINS = 1 + 64 * STEPS
#: What of a standing is compared; ``ratio`` is (give + ε)/(get + ε) in thousandths, of which the logarithm is the balance.
MEASURES = ("value", "give", "get", "ratio")
THOUSANDTHS = 1000.0
#: ε of ``profile.bonds``, in money.
SMALL = 1.0
#: A snapshot has an end: beyond these the smallest cohorts are counted together.
MOST_COHORTS = 64
_OTHERS = "(others)"


def bin_of(amount: float) -> int:
    """Bin of an amount. By its exponent and first bits, as floats are stored: a logarithm's last bit differs between machines."""
    mantissa, exponent = math.frexp(max(amount, 0.0))
    if amount <= 0.0 or exponent < _FIRST:
        return 0
    return min(BINS - 1, 1 + (exponent - _FIRST) * STEPS + int((mantissa - 0.5) * 2.0 * STEPS))


def begins_at(number: int) -> float:
    """Least amount of a bin."""
    exponent, step = divmod(number - 1, STEPS)
    return 0.0 if number == 0 else math.ldexp(0.5 + step / (2.0 * STEPS), exponent + _FIRST)


@dataclass(slots=True)
class Spread:
    """How one measure is spread in one cohort: ``counts[month][bin]``; ``newest`` is the newest month counted, -1 = none."""

    newest: int = -1
    counts: dict[int, dict[int, int]] = field(default_factory=dict)

    def add(self, amount: float, at_ms: int) -> None:
        """One person's amount; what is too old changes nothing."""
        self._count(at_ms // MONTH_MS, {bin_of(amount): 1})

    def merge(self, other: Self) -> None:
        """Add what another counted."""
        for month, bins in other.counts.items():
            self._count(month, bins)

    def _count(self, month: int, bins: Mapping[int, int]) -> None:
        if month <= self.newest - MONTHS:
            return
        if month > self.newest:
            self.newest = month
            for gone in [one for one in self.counts if one <= month - MONTHS]:
                del self.counts[gone]
        mine = self.counts.setdefault(month, {})
        for number, count in bins.items():
            mine[number] = mine.get(number, 0) + count

    def judged(self, now_ms: int) -> dict[str, float] | None:
        """``n``: people's months that it rests on, faded; ``median``: within one bin of the true one. None = nothing is known of late."""
        weights = self.weights(now_ms)
        return {"n": _six(math.fsum(weights.values())), "median": _six(quantile(weights, 0.5))} if weights else None

    def weights(self, now_ms: int) -> dict[int, float]:
        """Weight of each bin, faded."""
        weights: dict[int, float] = {}
        for month in sorted(self.counts):
            age = max(0, now_ms // MONTH_MS - month)
            for number, count in self.counts[month].items() if age < MONTHS else ():
                weights[number] = weights.get(number, 0.0) + count * exp2(-age / HALF_LIFE_MONTHS)
        return weights


def quantile(weights: Mapping[int, float], share: float) -> float:
    """Amount that this share of the weight lies below; within its bin, evenly spread."""
    wanted, below = math.fsum(weights.values()) * share, 0.0
    for number in sorted(weights):
        if below + weights[number] >= wanted or number == max(weights):
            break
        below += weights[number]
    if number == 0:
        return 0.0  # less than a cent
    low = begins_at(number)
    return low + (begins_at(number + 1) - low) * min(1.0, (wanted - below) / weights[number])


@dataclass(slots=True)
class Cohorts:
    """All cohorts of one partition, or of all: ``known[cohort][measure]``."""

    known: dict[str, dict[str, Spread]] = field(default_factory=dict)

    def add(self, fact: Mapping[str, Any]) -> None:
        """A fact ``standing``; what it does not know (null) is not counted."""
        mine = self.known.setdefault(f"{fact['by']}: {fact['cohort']}", _no_spreads())
        for measure in MEASURES:
            if fact.get(measure) is not None:
                mine[measure].add(float(fact[measure]), int(fact["made_ms"]))
        if fact.get("give") is not None and fact.get("get") is not None:
            ratio = (float(fact["give"]) + SMALL) / (float(fact["get"]) + SMALL)
            mine["ratio"].add(ratio * THOUSANDTHS, int(fact["made_ms"]))

    def merge(self, other: Self) -> None:
        """Add another's."""
        for name, spreads in other.known.items():
            _merge_into(self.known.setdefault(name, _no_spreads()), (spreads,))

    def judged(self, now_ms: int) -> dict[str, Any]:
        """``n`` and ``median`` of each measure of each cohort of which something is known of late."""
        judged = {name: _judged(spreads, now_ms) for name, spreads in sorted(self.known.items())}
        found = {name: one for name, one in judged.items() if any(one.values())}
        if len(found) > MOST_COHORTS:
            largest_first = sorted(found, key=lambda name: (-_people(found[name]), name))
            few = largest_first[MOST_COHORTS - 1 :]
            others = _merge_into(_no_spreads(), (self.known[name] for name in few))
            found = {name: found[name] for name in sorted(largest_first[: MOST_COHORTS - 1])} | {_OTHERS: _judged(others, now_ms)}
        return found


def _people(judged: Mapping[str, Any]) -> float:
    return max(float(one["n"]) for one in judged.values() if one)


def _judged(spreads: Mapping[str, Spread], now_ms: int) -> dict[str, Any]:
    return {measure: spreads[measure].judged(now_ms) for measure in MEASURES}


def _no_spreads() -> dict[str, Spread]:
    return {measure: Spread() for measure in MEASURES}


def _merge_into(mine: dict[str, Spread], others: Iterable[Mapping[str, Spread]]) -> dict[str, Spread]:
    for spreads in others:
        for measure in MEASURES:
            mine[measure].merge(spreads[measure])
    return mine


def _six(x: float) -> float:
    return float(f"{x:.6g}")
