"""Intervals of the trial of worth: of paired differences over seeds, and of two groups of people within one seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

from tests.builders.worth_outcomes import Outcome


class Interval(NamedTuple):
    """A mean and its 95 % interval; ``n`` is what it rests on."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def holds_zero(self) -> bool:
        """Whether 0 lies in it."""
        return self.low <= 0.0 <= self.high


def over_seeds(differences: Sequence[float]) -> Interval:
    """Of the mean of paired differences, one per seed: Student's t with n - 1 degrees of freedom."""
    n = len(differences)
    mean = float(np.mean(differences))
    if n < 2:
        return Interval(mean, -math.inf, math.inf, n)
    half = float(student.ppf(0.975, n - 1)) * float(np.std(differences, ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, n)


def between(one: Outcome, other: Outcome) -> Interval | None:
    """Of one ratio less another, people independent (Welch); None where nothing varies, which is evidence of nothing.

    A ratio's variance is that of its influence values, (over - ratio x under) / mean(under).
    """
    (mean, square, size), (mean_too, square_too, size_too) = _ratio(one), _ratio(other)
    error = math.sqrt(square + square_too)
    if not error > 0.0:
        return None
    freedom = (square + square_too) ** 2 / (square**2 / (size - 1) + square_too**2 / (size_too - 1))
    half = float(student.ppf(0.975, freedom)) * error
    difference = mean - mean_too
    return Interval(difference, difference - half, difference + half, size + size_too)


def _ratio(outcome: Outcome) -> tuple[float, float, int]:
    """A ratio, the square of its standard error, and of how many people."""
    counted = outcome.under > 0.0
    over, under = outcome.over[counted], outcome.under[counted]
    n = over.shape[0]
    if n < 2:
        return math.nan, math.nan, n
    ratio = float(over.sum()) / float(under.sum())
    influence = (over - ratio * under) / float(under.mean())
    return ratio, float(influence @ influence) / (n - 1) / n, n
