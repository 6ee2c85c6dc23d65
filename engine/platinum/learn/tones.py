"""Which tone is taken oftener than was expected, for everybody and per cohort (design 8).

Learned only of words whose tone was ours to choose: a tone that somebody stated, or seems to like, is taken by people who like it.
Against what was expected, because actions differ: one that everybody takes would make its tone the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from platinum.learn.example import Example
from platinum.learn.fading import Fading

#: What is known of a tone counts like so many acceptances as expected; of a cohort, like so many as everybody's (treatment-formulas 3.9).
LIKE_ALL = 20.0
#: Cohorts that are told apart while counting, and those whose tones decisions look at: the largest.
MOST_COHORTS, SHOWN_COHORTS = 64, 16
#: Tones of a policy (design 4); more are of a policy before.
MOST_TONES = 16
_EVERYBODY = ""


class Tones:
    """Acceptances that there were and those expected, fading, per cohort and tone."""

    def __init__(self, half_life_ms: int) -> None:
        self._sums = Fading((1 + MOST_COHORTS) * MOST_TONES, 2, half_life_ms)
        self._tones: dict[str, int] = {}
        self._cohorts: dict[str, int] = {_EVERYBODY: 0}

    def add(self, examples: Sequence[Example]) -> None:
        """Of one partition, in order."""
        for cohorted in (False, True):
            told = [(self._row(one.cohort or _EVERYBODY if cohorted else _EVERYBODY, one.tone), one) for one in examples if one.tone]
            told = [(row, one) for row, one in told if row >= (MOST_TONES if cohorted else 0)]
            rows = np.array([row for row, _ in told], np.int64)
            values = np.array([(float(one.accepted), one.p_accept) for _, one in told]).reshape(-1, 2)
            self._sums.add(rows, values, np.array([one.made_ms for _, one in told], np.int64))

    def _row(self, cohort: str, tone: str | None) -> int:
        """Place of a cohort's tone, −1 where there is no room for another."""
        t, c = _place(self._tones, tone or "", MOST_TONES), _place(self._cohorts, cohort, 1 + MOST_COHORTS)
        return -1 if t < 0 or c < 0 else c * MOST_TONES + t

    def merge(self, other: Self) -> None:
        """Add another's."""
        moved = Fading(len(self._sums.table), 2, self._sums.half_life_ms)
        moved.base = other._sums.base
        for cohort, c in other._cohorts.items():
            for tone, t in other._tones.items():
                row = self._row(cohort, tone)
                if row >= 0:
                    moved.table[row] = other._sums.table[c * MOST_TONES + t]
        self._sums.merge(moved)

    def judged(self, now_ms: int) -> dict[str, Any]:
        """How much oftener than expected each tone is taken: ``all``, and ``cohorts``, the largest; nothing that was never used."""
        table = self._sums.as_of(now_ms)
        everybody = {tone: _lift(table[t], 1.0) for tone, t in sorted(self._tones.items())}
        found: dict[str, Any] = {
            "expected": {tone: _six(float(table[t, 1])) for tone, t in sorted(self._tones.items())},
            "all": {tone: _six(lift) for tone, lift in everybody.items()},
        }
        sizes = {cohort: float(table[c * MOST_TONES : (c + 1) * MOST_TONES, 1].sum()) for cohort, c in self._cohorts.items() if c > 0}
        largest = sorted(sizes, key=lambda cohort: (-sizes[cohort], cohort))[:SHOWN_COHORTS]
        found["cohorts"] = {
            cohort: {
                tone: _six(_lift(table[self._cohorts[cohort] * MOST_TONES + t], everybody[tone])) for tone, t in sorted(self._tones.items())
            }
            for cohort in sorted(largest)
        }
        return found


def _place(places: dict[str, int], name: str, most: int) -> int:
    if name not in places and len(places) < most:
        places[name] = len(places)
    return places.get(name, -1)


def _lift(sums: NDArray[np.float64], like: float) -> float:
    accepted, expected = float(sums[0]), float(sums[1])
    return (accepted + LIKE_ALL * like) / (expected + LIKE_ALL)


def _six(x: float) -> float:
    return float(f"{x:.6g}")
