"""Slow twins of cohorts: a sorted list for medians, a walk over one customer's events for when they are told."""

from __future__ import annotations

from collections.abc import Sequence

MONTH_MS = 30 * 86_400_000


def weighted_median(amounts: Sequence[tuple[float, int]], now_ms: int) -> float:
    """Smallest amount with at least half of the weight at or below it; (amount, instant) each, 4 months halve a weight, 16 end it."""
    ages = [(amount, max(0, now_ms // MONTH_MS - at_ms // MONTH_MS)) for amount, at_ms in amounts]
    weighed = sorted((amount, 2.0 ** (-age / 4.0)) for amount, age in ages if age < 16)
    half, below = sum(weight for _, weight in weighed) / 2.0, 0.0
    for amount, weight in weighed:
        below += weight
        if below >= half * (1.0 - 1e-12):
            return amount
    raise ValueError("a median of nothing")


def standings(person: int, events: Sequence[tuple[int, float]], half_life_ms: float) -> list[tuple[int, float, int]]:
    """(instant, value, time since first seen) of every standing; ``events`` are (event time, amount or 0) in order of arrival."""
    phase, told, last, orders = (person >> 1) % MONTH_MS, [], 0, list[tuple[int, float]]()
    first = 0
    for at_ms, amount in events:
        begun = (at_ms - phase) // MONTH_MS * MONTH_MS + phase
        if orders and last < begun <= at_ms:
            value = sum(paid * 2.0 ** (-(begun - paid_ms) / half_life_ms) for paid_ms, paid in orders)
            told.append((begun, value, begun - first))
        first, last = min(first or at_ms, at_ms), max(last, at_ms)
        orders += [(at_ms, amount)] if amount > 0.0 else []
    return told
