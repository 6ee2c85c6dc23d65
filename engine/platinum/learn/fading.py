"""Sums over many things at once that fade from when each was told: a table, and one clock for all of it."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from platinum.jit import kernel
from platinum.learn.linear import HALVE_AT, weight_at

Vec = NDArray[np.float64]


@kernel
def weights_at(at_ms: NDArray[np.int64], half_life_ms: int, base: int, out: Vec) -> None:
    """``linear.weight_at`` of each."""
    for i in range(at_ms.shape[0]):
        out[i] = weight_at(at_ms[i], half_life_ms, base)


class Fading:
    """A table of sums (float64[rows, columns]) in which what is older counts less.

    Weights are 2^(t/half-life − base), so that the order of arrival changes nothing but rounding, and a new base nothing at all.
    """

    def __init__(self, rows: int, columns: int, half_life_ms: int) -> None:
        self.base = -1
        self.half_life_ms = half_life_ms
        self.table = np.zeros((rows, columns))

    def add(self, rows: NDArray[np.int64], values: Vec, at_ms: NDArray[np.int64]) -> None:
        """Add ``values`` (float64[B, columns]) to these rows (int64[B]), in this order."""
        if not len(rows):
            return
        self._keep_near(int(at_ms[0]), int(at_ms.max()))
        weights = np.empty(len(rows))
        weights_at(at_ms, self.half_life_ms, self.base, weights)
        np.add.at(self.table, rows, values * weights[:, None])

    def merge(self, other: Self) -> None:
        """Add another's sums."""
        if other.base < 0:
            return
        at_ms = other.base * self.half_life_ms
        self._keep_near(at_ms, at_ms)
        self.table += other.table * 2.0 ** (other.base - self.base)

    def as_of(self, now_ms: int) -> Vec:
        """The table as it counts at ``now_ms``."""
        scale: Vec = self.table / weight_at(now_ms, self.half_life_ms, max(0, self.base))
        return scale

    def _keep_near(self, first_ms: int, last_ms: int) -> None:
        if self.base < 0:
            self.base = first_ms // self.half_life_ms
        while last_ms // self.half_life_ms - self.base > HALVE_AT:
            self.table *= 2.0**-HALVE_AT
            self.base += HALVE_AT
