"""The time to quote, from what is known of each day's promises (``durations``).

A quote follows drift: the days' mean logarithms give a trend, which is carried on to now, and what lies around it gives the quantile.

Of the promises of the last days only the quick ones have been kept, and how many are open nobody says: that is known of a day once its
promises were due, since then all of them were kept or broken. So a quote rests on days that were due (those that are broken count as
slower than all), or are so old that hardly anything can still be open; and only on those that are older than the quote itself. While
these are too few, or too many of theirs are open, nothing is quoted, and the policy's own time holds.

Tried, at 0.95, 25 a day, 16 seeds (``tests/proof/quotes.py`` measures it through decisions):

- the plain quantile of the last 150: 0.88 to 0.92 were kept where times grow by half in 30 days;
- days from when, by what was kept of them, 99 % was over: of the first week's quotes 0.81 to 0.91 were kept where times are wide (sigma
  0.7 to 1.0) or long (10 days); now 0.95 to 0.98;
- without ``_DOUBT``, and with no regard to what younger days have open: 0.92, where the policy's own time is short for wide times.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.floating[Any]]

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
#: What is open for so many times as long as all but 1 % of the kept ones took is never kept: of times with a sigma of 1.0,
#: 0.1 % take longer. Half as long would take wide times for over as soon as their quick ones are.
_PATIENT, _OVER = 0.99, 2.0
#: A class that has just begun is quoted so many standard errors of the share later, and half of that after each week of which it is known:
#: a quote begins when what is known first suffices for one, and that is when chance makes times look quick.
_DOUBT, _DOUBT_DAYS = 0.7, 7.0
_MIDDLES: Reals = (np.arange(BINS) + 0.5) * STEP


class Known(NamedTuple):
    """Days whose promises are known, open ones too, oldest first.

    Attributes
    ----------
    days, ages : float64[N]
        Since 1970; and how long ago they ended.
    from_age : float64[N]
        Age from which they have been known.
    counts, logs : float64[N, BINS], float64[N]
        As in ``Durations``.
    open : float64[N]
        Promises that were due, are not kept, and are expected to be.
    """

    days: Reals
    ages: Reals
    from_age: Reals
    counts: Reals
    logs: Reals
    open: Reals

    def older(self, age: float) -> Known:
        """Those that ended so long ago, or longer."""
        return Known(*(part[self.ages >= age] for part in self))


def known_of(ages: Reals, days: Reals, counts: Reals, logs: Reals, due: Reals) -> Known:
    """The days that are known: due, or over.

    Of those that are over, what is open is taken for never kept. It says which share of the younger ones' is not to be waited for.
    """
    n, fades = due[:, 0], np.exp2((days - days.max()) / HALF_LIFE_DAYS)
    kept = counts.sum(axis=1)
    open_ = np.maximum(0.0, n - kept)
    due_at, over_at = _due_days(due), _over_days(ages, counts * fades[:, None])
    over = ages >= over_at
    young = ~over & (ages >= due_at)
    ended, all_ = float(((kept + open_) * fades)[over].sum()), float(((kept + open_) * fades)[young].sum())
    never = float((open_ * fades)[over].sum()) / ended if ended > 0.0 else 0.0
    late = float((open_ * fades)[young].sum())
    expected = max(0.0, late - never * all_) / late if late > 0.0 else 0.0
    parts = days, ages, np.minimum(due_at, over_at), counts, logs, np.where(young, open_ * expected, 0.0)
    is_known = (over | young) & (kept + open_ > 0.0)
    return Known(*(part[is_known] for part in parts))


def _due_days(due: Reals) -> Reals:
    """Days after which hardly any of a day's promises was not due yet: where times differ, two standard deviations above their mean.

    The largest would make a day wait for a single promise that was moved by months. Where nothing was heard: never.
    """
    n = np.maximum(due[:, 0], 1.0)
    mean = due[:, 1] / n
    spread = np.sqrt(np.maximum(0.0, due[:, 2] / n - mean * mean))
    return np.where(due[:, 0] > 0.0, (mean + 2.0 * spread) / 1440.0, np.inf)


def _over_days(ages: Reals, weights: Reals) -> float:
    """Age from which a day's promises are over, by how long those took that were kept.

    What is known of young days is what was quick. So how long slow ones take is asked again of the days that are old enough by the
    first answer, and again, until the answer stays: it only grows.
    """
    over_days = 0.0
    while True:
        pooled = weights[ages >= over_days].sum(axis=0)
        slow = int(np.searchsorted(np.cumsum(pooled), _PATIENT * pooled.sum()))
        longer = _OVER * math.exp((slow + 1) * STEP) / 1440.0
        if longer <= over_days:
            return over_days
        over_days = longer


def quoted_minutes(known: Known, now: float, p: float) -> float | None:
    """Minutes within which one promised ``now`` (days since 1970) is kept with probability ``p``; None = too little is known.

    A day says nothing about what takes longer than it is old. So days younger than the quote are left out, and it is asked again of the
    others. Where too many of them are open, the quote is longer than the youngest is old, whatever the older ones say.
    """
    from_age = least = 0.0
    while True:
        used = known.older(from_age)
        if float(used.counts.sum() + used.open.sum()) < LEAST:
            return None
        log, youngest = _quote(used, now, p, from_age), float(used.ages.min())
        if log is None:
            least, from_age = youngest, math.nextafter(youngest, math.inf)
            continue
        minutes = max(math.exp(min(log, BINS * STEP)), least * 1440.0)
        if minutes <= youngest * 1440.0:
            return minutes
        from_age = minutes / 1440.0


def _quote(used: Known, now: float, p: float, from_age: float) -> float | None:
    """Logarithm of minutes by these days; None = more than may be are open, or there are too few to say."""
    # A class that has gone quiet is quoted as when it was heard of last: a trend carried on for months says anything.
    now = min(now, float(used.days[-1]) + 1.0 + max(from_age, float(used.from_age[-1])) + QUIET_DAYS)
    fades: Reals = np.exp2((used.days - math.floor(now)) / HALF_LIFE_DAYS)
    n = used.counts.sum(axis=1) + used.open
    weights = used.counts * fades[:, None]
    total = float((n * fades).sum())
    worth = total**2 / float((n * fades**2).sum())
    doubt = _DOUBT * 0.5 ** (float(used.days[-1] - used.days[0]) / _DOUBT_DAYS)
    # Of n seen, the next one is within the (n + 1)·p-th with probability p (conformal prediction, Vovk et al. 2005).
    share = p * (1.0 + 1.0 / worth) + doubt * math.sqrt(p * (1.0 - p) / worth)
    if share * total > float(weights.sum()):
        return None
    trend = _trend(used.days + 0.5, *_cut(used), fades)
    around = _quantile(weights, trend.at(used.days + 0.5), share * total)
    middle_of_use = now + IN_USE_DAYS / 2
    return float(trend.at(middle_of_use)) + around * trend.widened(middle_of_use)


def _cut(used: Known) -> tuple[Reals, Reals]:
    """Counts and sums of logarithms as if all had taken as long as the youngest day is old that took longer, or are open.

    Older days know more of what is slow: with it, times would seem to fall.
    """
    at = min(BINS - 1, int(math.log(max(1.0, float(used.ages.min()) * 1440.0)) / STEP))
    counts = used.counts.copy()
    counts[:, at] = used.counts[:, at:].sum(axis=1) + used.open
    counts[:, at + 1 :] = 0.0
    return counts, used.logs + ((counts - used.counts) * _MIDDLES).sum(axis=1)


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
    within = float((counts * fades[:, None] * (_MIDDLES[None, :] - means[:, None]) ** 2).sum()) / total
    spread = float((weights * (days - center) ** 2).sum()) + within / DRIFT_PER_DAY**2
    return _Trend(mean, center, float((weights * (days - center) * (means - mean)).sum()) / spread, total, spread)


def _quantile(weights: Reals, shifts: Reals, reach: float) -> float:
    """What lies so far from the trend, in log minutes, that ``reach`` of the weight lies below or there; a bin stands for its middle."""
    around = (_MIDDLES[None, :] - shifts[:, None]).ravel()
    order = np.argsort(around, kind="stable")
    at = int(np.searchsorted(np.cumsum(weights.ravel()[order]), reach))
    return float(around[order[min(at, len(order) - 1)]])
