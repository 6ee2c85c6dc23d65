"""Slow twin of the draw: SquareCB, and a number in [0, 1) from a hash."""

from __future__ import annotations


def unit(seed: int) -> float:
    """Top 53 bits in [0, 1)."""
    return (seed >> 11) / 2.0**53


def square_cb(utilities: list[float], low: float, high: float, gamma: float) -> list[float]:
    """Probabilities, the best first."""
    costs = [1 - min(1.0, max(0.0, (u - low) / (high - low))) for u in utilities]
    others = [1 / (len(costs) + gamma * (c - min(costs))) for c in costs[1:]]
    return [1 - sum(others), *others]
