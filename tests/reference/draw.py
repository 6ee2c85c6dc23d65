"""Slow twin of the draw: SquareCB, and a number in [0, 1) from a hash."""

from __future__ import annotations

import math


def unit(seed: int) -> float:
    """Top 53 bits in [0, 1)."""
    return (seed >> 11) / 2.0**53


def square_cb(utilities: list[float], doubts: list[float], low: float, high: float, gamma: float) -> list[float]:
    """Probabilities, the best first; ``doubts`` are variances of the utilities."""
    costs = [1 - min(1.0, max(0.0, (u - low) / (high - low))) for u in utilities]
    errors = [0.25 * math.sqrt(doubts[0] + d) / (high - low) for d in doubts]
    others = [1 / (len(costs) + gamma * max(0.0, c - min(costs) - e)) for c, e in zip(costs[1:], errors[1:], strict=True)]
    return [1 - sum(others), *others]
