"""Doubly robust estimates over decisions of a log, with intervals that know whose decisions they are.

Decisions of one person resemble each other, so an interval as of so many independent decisions would be too narrow: the influence values
of each person are added up first. Whether anything is said at all is judged decision by decision (``learn.off_policy``).
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.learn.off_policy import CLIP, Estimate, Evaluation, anytime_half_width, judged, sums_of
from platinum.ops.evaluation.rows import Rows, Under, Vec

#: A decision says nothing of a policy that would, with more than this probability, have done there what the log never does.
MOST_OUTSIDE = 0.01
#: Fewer people than this do not say how much people differ.
LEAST_PEOPLE = 20
Mask = NDArray[np.bool_]


class Finding(NamedTuple):
    """What a log says of one policy.

    Attributes
    ----------
    n, people : int
        Decisions and people that it rests on.
    unsupported : int
        Decisions left out because the policy would have done there what the log never does.
    value : Estimate or None
        Money per decision; None where ``refused``.
    difference : Estimate or None
        The same less what the policy that made the log achieves on the same decisions.
    evaluation : Evaluation
        As of independent decisions, with the other estimators and what they rest on.
    refused : str or None
        Why there is no estimate.
    """

    n: int
    people: int
    unsupported: int
    value: Estimate | None
    difference: Estimate | None
    evaluation: Evaluation
    refused: str | None


class Judge:
    """Judges policies on some decisions of a log.

    Parameters
    ----------
    mask : bool[N]
        The decisions that are looked at.
    missing : int
        Decisions beside them whose probability is not known.
    """

    def __init__(self, rows: Rows, missing: int = 0, level: float = 0.95) -> None:
        self._rows, self._missing, self._level = rows, missing, level
        # The least probability with which anything was ever tried out: no weight is larger than one over it.
        tried = rows.p[rows.p > 0.0]
        self._clip = max(CLIP, 1.0 / float(tried.min())) if len(tried) else CLIP
        self._expected = rows.q[rows.at]
        self._p = rows.p[rows.at]

    def weights(self, under: Under) -> Vec:
        """Weight of each decision, float64[N]."""
        return under.p[self._rows.at] / self._p

    def doubly_robust(self, under: Under) -> Vec:
        """Value of each decision, float64[N]."""
        clipped = np.minimum(self.weights(under), self._clip)
        return self._rows.summed(under.p * self._rows.q) + clipped * (self._rows.reward - self._expected)

    def find(self, under: Under, mask: Mask) -> Finding:
        """What the decisions of ``mask`` say of a policy."""
        inside = under.outside <= MOST_OUTSIDE
        kept = mask & inside
        reward = self._rows.reward[kept]
        expected = self._rows.summed(under.p * self._rows.q)[kept], self._expected[kept]
        evaluation = judged(sums_of(reward, self.weights(under)[kept], self._clip, expected, self._missing), self._level)
        people = len(np.unique(self._rows.person[kept]))
        refused = evaluation.refused or (
            f"{people} people are too few, at least {LEAST_PEOPLE} are needed" if people < LEAST_PEOPLE else None
        )
        value = difference = None
        if refused is None:
            d = self.doubly_robust(under)
            value = self.mean(d, kept)
            difference = self.mean(d - self.doubly_robust(self._rows.logged), kept)
        return Finding(int(kept.sum()), people, int((mask & ~inside).sum()), value, difference, evaluation, refused)

    def mean(self, values: Vec, mask: Mask) -> Estimate | None:
        """Mean of some decisions, with intervals; None of fewer people than ``LEAST_PEOPLE``."""
        some, who = values[mask], self._rows.person[mask]
        _, whose = np.unique(who, return_inverse=True)
        n, people = len(some), int(whose.max()) + 1 if len(some) else 0
        if people < LEAST_PEOPLE:
            return None
        mean = float(some.mean())
        of_each = np.bincount(whose, some - mean)
        variance = float((of_each**2).sum()) / n**2 * people / (people - 1)
        half = NormalDist().inv_cdf(0.5 + self._level / 2.0) * math.sqrt(variance)
        always = anytime_half_width(variance * n, n, self._level)
        return Estimate(mean, mean - half, mean + half, mean - always, mean + always)

    def achieved(self, mask: Mask) -> Estimate | None:
        """What was achieved: the plain mean of what came of these decisions."""
        return self.mean(self._rows.reward, mask)


def best_action(rows: Rows, judge: Judge, mask: Mask, actions: dict[str, Under]) -> str | None:
    """The action that would be best for everybody, by the decisions of ``mask``; None where nothing can be said of any.

    What it is worth has to be asked of other decisions: the best of several looks better than it is on those by which it was found.
    """
    found = {name: judge.find(under, mask).value for name, under in actions.items()}
    known = {name: value.value for name, value in found.items() if value is not None}
    return max(known, key=lambda name: known[name]) if known else None
