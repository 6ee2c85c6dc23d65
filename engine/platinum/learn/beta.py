"""Quantiles of a rate that was observed: what is certain of it, not only what is likely."""

from __future__ import annotations

import math

_STEPS = 60
_TINY = 1e-300


def lower_bound(kept: float, said: float, p: float = 0.05) -> float:
    """The ``p`` quantile of Beta(1 + kept, 1 + said − kept): with probability 1 − p the rate is above (treatment-formulas 3.4).

    Parameters
    ----------
    kept, said : float
        Weights; 0 ≤ kept ≤ said.
    """
    a, b = 1.0 + kept, 1.0 + max(0.0, said - kept)
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        if share_below(middle, a, b) < p:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def share_below(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b), by its continued fraction (Numerical Recipes 6.4)."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1.0))
    found = d
    for m in range(1, 300):
        for even in (True, False):
            if even:
                step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            else:
                step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1.0 / _not_zero(1.0 + step * d)
            c = _not_zero(1.0 + step / c)
            found *= d * c
        if abs(d * c - 1.0) < 1e-14:
            break
    return found


def _not_zero(x: float) -> float:
    return x if abs(x) > _TINY else _TINY
