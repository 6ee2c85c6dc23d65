"""Which utilities decisions have: the range that exploration maps to costs is the 1st to the 99th percentile (treatment-formulas 5.2)."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from platinum.jit import kernel
from platinum.learn.fading import Fading
from platinum.numeric import exp2, log

#: Bins on either side of 0; four to each doubling of what is added to the least that is told apart.
_SIDE, _PER_DOUBLING = 64, 4
_LEAST = 0.01
_LN_2 = 0.6931471805599453
Vec = NDArray[np.float64]


@kernel
def bins_of(utility: Vec, out: NDArray[np.int64]) -> None:
    """Bin of each utility, 0 to 127; those of 64 and more are not below 0."""
    for i in range(utility.shape[0]):
        steps = int(log(1.0 + abs(utility[i]) / _LEAST) / _LN_2 * _PER_DOUBLING)
        steps = min(steps, _SIDE - 1)
        out[i] = _SIDE + steps if utility[i] >= 0.0 else _SIDE - 1 - steps


def edge(b: int) -> float:
    """Where bin ``b`` begins, on the side of 0 that it lies on."""
    steps = b - _SIDE if b >= _SIDE else _SIDE - 1 - b
    value = _LEAST * (exp2(steps / _PER_DOUBLING) - 1.0)
    return value if b >= _SIDE else -_LEAST * (exp2((steps + 1) / _PER_DOUBLING) - 1.0)


class Utilities:
    """A histogram of the utilities of what was chosen, fading."""

    def __init__(self, half_life_ms: int) -> None:
        self._sums = Fading(2 * _SIDE, 1, half_life_ms)

    def add(self, utility: Vec, at_ms: NDArray[np.int64]) -> None:
        """B utilities, in money."""
        rows = np.empty(len(utility), np.int64)
        bins_of(utility, rows)
        self._sums.add(rows, np.ones((len(rows), 1)), at_ms)

    def merge(self, other: Self) -> None:
        """Add another's."""
        self._sums.merge(other._sums)

    def range(self, now_ms: int) -> tuple[float, float] | None:
        """1st and 99th percentile, outwards to the edges of their bins; None before there is anything."""
        counts = self._sums.as_of(now_ms)[:, 0]
        total = float(counts.sum())
        if total <= 0.0:
            return None
        below = np.cumsum(counts)
        low = int(np.searchsorted(below, 0.01 * total))
        high = min(int(np.searchsorted(below, 0.99 * total)), 2 * _SIDE - 1)
        return edge(low), edge(high + 1) if high + 1 < 2 * _SIDE else edge(high)
