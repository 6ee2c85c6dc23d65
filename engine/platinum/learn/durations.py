"""How long things of one class take: sums per day on which they were promised, from which an honest time can be quoted.

Sums only, so that halves merge to the whole. A quote follows drift: the days' mean logarithms give a trend, which is carried on
to now, and what lies around it gives the quantile. Days so young that the slow ones of them are still open would look quick, and
are left out (they are complete once as old as all but the slowest few take); while there are too few others, nothing is quoted.

Tried, at 0.95, with times around 2.5 days, 25 a day, 20 seeds (``tests/proof/quotes.py`` measures it through decisions):

- the plain quantile of the last 150: 0.88 to 0.92 were kept where times grow by half in 30 days;
- quoting from the young days while there are no others, and a slope without a prior: 0.87 to 0.89 were kept in the first 30 days of
  a class, few of the very first, and 0.942 later where times grow by half; as it is now 0.944 to 0.962, and 0.950;
- leaving out days until all but 2 %, not 1 %, of theirs is over: 0.947 later where times grow by half (10 seeds).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.floating[Any]]

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
#: A quote is in force until the next snapshot: for a day where a history is played. Live, where one is made
#: hourly or oftener, the trend is carried on half a day too far: at half more in 30 days, quotes are 0.7 % too long.
IN_USE_DAYS = 1.0
#: Days without any after which the trend is carried on no further.
QUIET_DAYS = 7.0
#: Slopes of the logarithm that are expected, one standard deviation: of a few days, nobody can tell a drift from chance.
DRIFT_PER_DAY = 0.02
_PATIENT = 0.99


@dataclass(slots=True)
class Durations:
    """Counts of one class.

    Attributes
    ----------
    counts : float64[DAYS, BINS]
        Row d % DAYS holds UTC day d (since 1970) of the last DAYS days.
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
        """Time in ms within which one promised now will be kept with probability ``p``; None = too little is known.

        Of what takes longer than ``DAYS`` days too little is always known.
        """
        if self.n() < LEAST:
            return None
        now = now_ms / DAY_MS
        days = np.arange(max(0, self.newest - DAYS + 1), self.newest + 1)
        counts, logs = self.counts[days % DAYS], self.logs[days % DAYS]
        fades: Reals = np.exp2((days - math.floor(now)) / HALF_LIFE_DAYS)
        settled, takes_days = _settled(now - (days + 1), counts * fades[:, None])
        days, counts, logs = days[settled], counts[settled], logs[settled]
        if counts.sum() < LEAST:
            return None
        # A class that has gone quiet is quoted as when it was heard of last: a trend carried on for months says anything.
        now = min(now, float(days[counts.sum(axis=1) > 0].max()) + 1.0 + takes_days + QUIET_DAYS)
        fades = np.exp2((days - math.floor(now)) / HALF_LIFE_DAYS)
        trend = _trend(days + 0.5, counts, logs, fades)
        weights = counts * fades[:, None]
        worth = float(weights.sum()) ** 2 / float((counts * fades[:, None] ** 2).sum())
        # Of n seen, the next one is within the (n + 1)·p-th with probability p (conformal prediction, Vovk et al. 2005).
        around = _quantile(weights, trend.at(days + 0.5), min(1.0, p * (1.0 + 1.0 / worth)))
        # Whole minutes: mathematical libraries differ in their last bits, and snapshots must not.
        middle_of_use = now + IN_USE_DAYS / 2
        quote = float(trend.at(middle_of_use)) + around * trend.widened(middle_of_use)
        return 60_000 * math.ceil(math.exp(min(quote, BINS * STEP)))


def _settled(ages: Reals, weights: Reals) -> tuple[NDArray[np.bool_], float]:
    """Days so old that hardly anything promised on them is still open, and how old that is; ``ages`` in days, since their ends.

    What is known of young days is what was quick. So how long slow ones take is asked again of the days that are old enough by the
    first answer, and again, until the answer stays: it only grows.
    """
    takes_days = 0.0
    while True:
        settled: NDArray[np.bool_] = ages >= takes_days
        pooled = weights[settled].sum(axis=0)
        slow = int(np.searchsorted(np.cumsum(pooled), _PATIENT * pooled.sum()))
        longer = math.exp((slow + 1) * STEP) / 1440.0
        if longer <= takes_days:
            return settled, takes_days
        takes_days = longer


class _Trend(NamedTuple):
    """The days' mean logarithms as a line, known from ``weight`` (of all) and ``spread`` (of their days, with what the prior is worth)."""

    mean: float
    center: float
    slope: float
    weight: float
    spread: float

    def at(self, day: Reals | float) -> NDArray[np.float64]:
        """Expected logarithm of minutes."""
        return np.asarray(self.mean + self.slope * (day - self.center), np.float64)

    def widened(self, day: float) -> float:
        """By how much wider than around the line it lies around what the line says of ``day``, since the line is not known exactly."""
        return math.sqrt(1.0 + 1.0 / self.weight + (day - self.center) ** 2 / self.spread)


def _trend(days: Reals, counts: Reals, logs: Reals, fades: Reals) -> _Trend:
    """By weighted least squares, the slope with a prior: drifts of ``DRIFT_PER_DAY`` are common, much faster ones are not."""
    n = counts.sum(axis=1)
    weights = n * fades
    total = float(weights.sum())
    means = np.divide(logs, n, out=np.zeros_like(logs), where=n > 0)
    center, mean = float((weights * days).sum() / total), float((weights * means).sum() / total)
    middles = (np.arange(counts.shape[1]) + 0.5) * STEP
    within = float((counts * fades[:, None] * (middles[None, :] - means[:, None]) ** 2).sum()) / total
    spread = float((weights * (days - center) ** 2).sum()) + within / DRIFT_PER_DAY**2
    return _Trend(mean, center, float((weights * (days - center) * (means - mean)).sum()) / spread, total, spread)


def _quantile(weights: Reals, shifts: Reals, p: float) -> float:
    """The ``p`` quantile of log minutes around the trend; within a bin, evenly spread."""
    middles = (np.arange(weights.shape[1]) + 0.5) * STEP
    around = (middles[None, :] - shifts[:, None]).ravel()
    flat = weights.ravel()
    order = np.argsort(around, kind="stable")
    cumulated = np.cumsum(flat[order])
    at = int(np.searchsorted(cumulated, p * cumulated[-1]))
    return float(around[order[min(at, len(order) - 1)]])
