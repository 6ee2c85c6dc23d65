"""What the best that is known earns, against leaving people alone: by those who are so whatever is best (treatment-formulas 5.4).

Who that is, a hash says (``decide.arms``), so the same kinds of people stand on both sides. Of the others those count for whom the best was
chosen, by the probability of that. Of everybody the first decision in a month counts, and no other: silence is watched one at a time,
contacts each, so whoever is rightly contacted often would count often, and whoever is rightly left alone seldom.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from platinum.learn.example import Example
from platinum.learn.off_policy import anytime_half_width
from platinum.vocabulary.arms import Arm

#: Days that are looked at, and those that are kept: what closes late belongs to the day of its decision.
WINDOW_DAYS, _KEPT_DAYS = 56, 180
#: On either side, or nothing is said.
LEAST = 100
#: Chance that it is ever found worse on a window in which it is not, however often somebody looks.
MISTAKEN = 0.001
#: No example counts for more than so many.
_MOST_WEIGHT = 50.0
_DAY_MS, _SILENT = 86_400_000, Arm.SILENT.name.lower()
_ALONE, _BEST = 0, 1
_N, _W, _WR, _W2, _W2R, _W2R2 = range(6)


class Compared(NamedTuple):
    """Mean rewards, and the interval of their difference that holds however often somebody looks.

    Attributes
    ----------
    n_alone, n_best : int
        Examples.
    alone, best : float
    low, high : float
        Of best − alone.
    """

    n_alone: int
    n_best: int
    alone: float
    best: float
    low: float
    high: float


class Holdout:
    """Weighted sums per day of the decisions, for those left alone and for what was thought best, silence or not."""

    def __init__(self) -> None:
        self._days: dict[int, NDArray[np.float64]] = {}

    def add(self, examples: Sequence[Example]) -> None:
        """Examples in order; those of whoever came to us, of other arms, and later ones of the same month, say nothing here."""
        for one in examples:
            alone, best = one.arm == _SILENT, one.arm is None and not one.explored
            if one.outbound and one.counted is not None and (alone or best) and one.p_chosen > 0.0:
                w, r = min(1.0 / one.p_chosen, _MOST_WEIGHT), one.reward
                self._day(one.made_ms // _DAY_MS)[_ALONE if alone else _BEST] += (1.0, w, w * r, w * w, w * w * r, w * w * r * r)

    def merge(self, other: Self) -> None:
        """Add another's."""
        for day, sides in sorted(other._days.items()):
            self._day(day)[:] += sides

    def compared(self, since_ms: int, now_ms: int) -> Compared | None:
        """Of the decisions since the day after ``since_ms`` in the window until ``now_ms``; None while they are too few."""
        first = max(since_ms // _DAY_MS, now_ms // _DAY_MS - WINDOW_DAYS) + 1
        sides = sum((self._days[day] for day in sorted(self._days) if day >= first), np.zeros((2, 6)))
        if sides[:, _N].min() < LEAST:
            return None
        means = sides[:, _WR] / sides[:, _W]
        spread = (sides[:, _W2R2] - 2.0 * means * sides[:, _W2R] + means**2 * sides[:, _W2]) / sides[:, _W] ** 2
        n = float(sides[:, _N].sum())
        half = anytime_half_width(max(0.0, float(spread.sum())) * n, n, 1.0 - MISTAKEN)
        alone, best = means.tolist()
        if not math.isfinite(half):
            return None
        return Compared(int(sides[_ALONE, _N]), int(sides[_BEST, _N]), alone, best, best - alone - half, best - alone + half)

    def _day(self, day: int) -> NDArray[np.float64]:
        if day not in self._days:
            self._days[day] = np.zeros((2, 6))
            newest = max(self._days)
            for old in [one for one in self._days if one < newest - _KEPT_DAYS]:
                if old != day:
                    del self._days[old]
        return self._days[day]
