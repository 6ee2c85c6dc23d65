"""How long things of one class take: sums per day on which they were promised, from which an honest time can be quoted.

Sums only, so that halves merge to the whole. A quote follows drift: the days' mean logarithms give a trend, which is carried on
to now, and what lies around it gives the quantile. Days so young that the slow ones of them are still open would look quick, and
are left out (they are complete once as old as all but the slowest few take).

Tried: the plain quantile of the last 150 deliveries. With times that grow by half in 30 days, 0.88 to 0.92 of the quotes at 0.95
were kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

DAY_MS = 86_400_000
#: Days kept. Older ones say nothing about how long it takes now.
DAYS = 64
#: Bins of the logarithm of minutes: each 5 % wider than the one before, from a minute to more than three years.
STEP = math.log(1.05)
BINS = 300
#: Days lose half of their weight in so many.
HALF_LIFE_DAYS = 14.0
#: With fewer than this, nothing is quoted (treatment-formulas 3.4: a class is on probation).
LEAST = 20
_PATIENT = 0.98


@dataclass(slots=True)
class Durations:
    """Counts of one class.

    Attributes
    ----------
    first_day : int
        UTC day (since 1970) of row 0; row d % DAYS holds day d of the last DAYS days.
    counts : float64[DAYS, BINS]
    logs : float64[DAYS]
        Sum of the logarithms of minutes, exact where bins are not.
    newest : int
        Newest day counted, -1 = none.
    """

    newest: int = -1
    counts: NDArray[np.float64] = field(default_factory=lambda: np.zeros((DAYS, BINS)))
    logs: NDArray[np.float64] = field(default_factory=lambda: np.zeros(DAYS))

    def add(self, made_ms: int, took_ms: int) -> None:
        """One that was promised at ``made_ms`` and kept after ``took_ms``; too old ones change nothing."""
        day = made_ms // DAY_MS
        if day <= self.newest - DAYS:
            return
        self._go_on(day)
        log = math.log(max(took_ms, 60_000) / 60_000.0)
        self.counts[day % DAYS, min(BINS - 1, int(log / STEP))] += 1.0
        self.logs[day % DAYS] += log

    def _go_on(self, day: int) -> None:
        """Forget the days that leave when ``day`` comes."""
        if day <= self.newest:
            return
        for gone in range(max(self.newest + 1, day - DAYS + 1), day + 1):
            self.counts[gone % DAYS] = 0.0
            self.logs[gone % DAYS] = 0.0
        self.newest = day

    def merge(self, other: Self) -> None:
        """Add what another counted: of halves, the whole comes out."""
        if other.newest < 0:
            return
        self._go_on(other.newest)
        for day in range(max(0, self.newest - DAYS + 1, other.newest - DAYS + 1), other.newest + 1):
            self.counts[day % DAYS] += other.counts[day % DAYS]
            self.logs[day % DAYS] += other.logs[day % DAYS]

    def n(self) -> float:
        """How many are counted."""
        return float(self.counts.sum())

    def quote_ms(self, now_ms: int, p: float) -> int | None:
        """Time within which one promised now will be kept with probability ``p``; None = too little is known."""
        if self.n() < LEAST:
            return None
        today = now_ms // DAY_MS
        days = np.arange(max(0, self.newest - DAYS + 1), self.newest + 1)
        counts, logs = self.counts[days % DAYS], self.logs[days % DAYS]
        settled = _settled(days, counts, today)
        if counts[settled].sum() < LEAST:
            settled = np.ones(len(days), np.bool_)
        days, counts, logs = days[settled], counts[settled], logs[settled]
        fades: NDArray[np.float64] = np.exp2((days - today) / HALF_LIFE_DAYS)
        level, slope = _trend(days, counts.sum(axis=1), logs, fades)
        shifts = np.asarray(level + slope * days, np.float64)
        weights = counts * fades[:, None]
        worth = float(weights.sum()) ** 2 / float((counts * fades[:, None] ** 2).sum())
        # Of n seen, the next one is within the (n + 1)·p-th with probability p (conformal prediction, Vovk et al. 2005).
        # Whole minutes: mathematical libraries differ in their last bits, and snapshots must not.
        return 60_000 * math.ceil(math.exp(level + slope * today + _quantile(weights, shifts, min(1.0, p * (1.0 + 1.0 / worth)))))


def _settled(days: NDArray[np.int64], counts: NDArray[np.float64], today: int) -> NDArray[np.bool_]:
    """Days so old that hardly anything promised on them is still open."""
    pooled = counts.sum(axis=0)
    slow = int(np.searchsorted(np.cumsum(pooled), _PATIENT * pooled.sum()))
    takes_days = math.exp((slow + 1) * STEP) / 1440.0
    settled: NDArray[np.bool_] = days <= today - 1 - takes_days
    return settled


def _trend(days: NDArray[np.int64], n: NDArray[np.float64], logs: NDArray[np.float64], fades: NDArray[np.float64]) -> tuple[float, float]:
    """(level, slope per day) of the days' mean logarithms, by weighted least squares; the slope is shrunk where little is known."""
    weights = n * fades
    total = weights.sum()
    means = np.divide(logs, n, out=np.zeros_like(logs), where=n > 0)
    center, mean = float((weights * days).sum() / total), float((weights * means).sum() / total)
    spread = float((weights * (days - center) ** 2).sum())
    residual = float((weights * (means - mean) ** 2).sum()) / total
    slope = float((weights * (days - center) * (means - mean)).sum()) / (spread + residual * 50.0 + 1e-9)
    return mean - slope * center, slope


def _quantile(weights: NDArray[np.floating[Any]], shifts: NDArray[np.float64], p: float) -> float:
    """The ``p`` quantile of log minutes around the trend; within a bin, evenly spread."""
    middles = (np.arange(weights.shape[1]) + 0.5) * STEP
    around = (middles[None, :] - shifts[:, None]).ravel()
    flat = weights.ravel()
    order = np.argsort(around, kind="stable")
    cumulated = np.cumsum(flat[order])
    at = int(np.searchsorted(cumulated, p * cumulated[-1]))
    return float(around[order[min(at, len(order) - 1)]])
