"""How well chances are known: of those that were given 20 %, did one in five accept (expected calibration error)."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from platinum.learn.fading import Fading

#: Chances are compared in so many bins of equal width.
BINS = 20
Vec = NDArray[np.float64]


class Reliability:
    """Per bin of ``p_accept``: how many decisions, the sum of their chances, how many were accepted."""

    def __init__(self, half_life_ms: int) -> None:
        self._sums = Fading(BINS, 3, half_life_ms)

    def add(self, p_accept: Vec, accepted: Vec, at_ms: NDArray[np.int64]) -> None:
        """B decisions with known chances and what came of them (0 or 1)."""
        rows = np.minimum((p_accept * BINS).astype(np.int64), BINS - 1)
        self._sums.add(rows, np.column_stack([np.ones(len(rows)), p_accept, accepted]), at_ms)

    def merge(self, other: Self) -> None:
        """Add another's."""
        self._sums.merge(other._sums)

    def judged(self, now_ms: int) -> dict[str, Any]:
        """``n``, ``error`` (expected calibration error; None without decisions), and ``bins`` with n, mean chance and rate."""
        sums = self._sums.as_of(now_ms)
        n = float(sums[:, 0].sum())
        error = float(np.abs(sums[:, 1] - sums[:, 2]).sum()) / n if n > 0.0 else None
        bins = [[_six(k), _six(p / k), _six(y / k)] for k, p, y in sums.tolist() if k > 0.0]
        return {"n": _six(n), "error": None if error is None else _six(error), "bins": bins}


def error_of(p_accept: Vec, accepted: Vec) -> float:
    """Expected calibration error of these alone (float64[B] each, B > 0)."""
    rows = np.minimum((p_accept * BINS).astype(np.int64), BINS - 1)
    off = np.bincount(rows, p_accept - accepted, BINS)
    return float(np.abs(off).sum()) / len(rows)


def _six(x: float) -> float:
    return float(f"{x:.6g}")
