"""What is usual in how a firm's customers write, and how the tone differs between cohorts (treatment-formulas 3.2).

Sums of z-scores and of their squares per cohort, fading from when each was told, so that halves merge to the whole and the order of
arrival does not matter. Until enough people are known, what the build starts with stays (``policy.style_norms``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from platinum.numeric import decay
from platinum.policy.style_norms import FEATURES, MOST_STYLE_COHORTS, WEIGHTS

HALF_LIFE_MS = 180.0 * 86_400_000
#: People's months from which on the norms are taken over; what a cohort's tone is drawn to neutral with.
LEAST, SHRINK = 100.0, 20.0
#: A spread is not taken to be less: people who all write alike are not to be told apart by noise.
LEAST_SPREAD = 0.25
_N = len(FEATURES)


@dataclass(slots=True)
class Sums:
    """n, sums and sums of squares of z-scores as of ``as_of_ms``."""

    n: float = 0.0
    z: list[float] = field(default_factory=lambda: [0.0] * _N)
    squares: list[float] = field(default_factory=lambda: [0.0] * _N)
    as_of_ms: int = 0

    def move(self, to_ms: int) -> None:
        """Let it be as of ``to_ms`` if that is later."""
        if to_ms <= self.as_of_ms:
            return
        fade = decay(float(to_ms - self.as_of_ms), HALF_LIFE_MS) if self.n else 0.0
        self.n, self.as_of_ms = self.n * fade, to_ms
        self.z, self.squares = [x * fade for x in self.z], [x * fade for x in self.squares]

    def add(self, other: Self) -> None:
        """Add another's sums."""
        self.move(other.as_of_ms)
        fade = decay(float(self.as_of_ms - other.as_of_ms), HALF_LIFE_MS)
        self.n += other.n * fade
        for k in range(_N):
            self.z[k] += other.z[k] * fade
            self.squares[k] += other.squares[k] * fade


@dataclass(slots=True)
class Writing:
    """All cohorts of one partition, or of all."""

    known: dict[str, Sums] = field(default_factory=dict)

    def add(self, fact: Mapping[str, Any]) -> None:
        """A fact ``writing``; one of another build's features is not understood, and changes nothing."""
        z = [float(x) for x in fact["z"]]
        if len(z) != _N:
            return
        cohort = str(fact["cohort"])
        if cohort not in self.known and len(self.known) >= MOST_STYLE_COHORTS:
            cohort = max(self.known)  # a trait with many values: those that come late share one
        self.known.setdefault(cohort, Sums()).add(Sums(1.0, z, [x * x for x in z], int(fact["made_ms"])))

    def merge(self, other: Self) -> None:
        """Add another's."""
        for cohort, sums in sorted(other.known.items()):
            self.known.setdefault(cohort, Sums()).add(sums)

    def judged(self, now_ms: int) -> dict[str, Any]:
        """``n`` people's months, and once they are enough: ``mean`` and ``spread`` of each feature, and the tone of each cohort."""
        whole = Sums()
        for _, sums in sorted(self.known.items()):
            whole.add(sums)
        whole.move(now_ms)
        if whole.n < LEAST:
            return {"n": _six(whole.n), "mean": None, "spread": None, "cohorts": {}}
        mean = [x / whole.n for x in whole.z]
        spread = [max(LEAST_SPREAD, math.sqrt(max(0.0, s / whole.n - m * m))) for s, m in zip(whole.squares, mean, strict=True)]
        largest = sorted(self.known, key=lambda name: (-self.known[name].n, name))[:MOST_STYLE_COHORTS]
        cohorts = {name: _cohort(self.known[name], now_ms, mean, spread) for name in sorted(largest)}
        return {"n": _six(whole.n), "mean": [_six(x) for x in mean], "spread": [_six(x) for x in spread], "cohorts": cohorts}


def _cohort(sums: Sums, now_ms: int, mean: list[float], spread: list[float]) -> dict[str, Any]:
    """How many, and their usual tone."""
    sums.move(now_ms)
    n = sums.n
    z = [(x / n - m) / s if n else 0.0 for x, m, s in zip(sums.z, mean, spread, strict=True)]
    drawn = n / (n + SHRINK)
    tone = [drawn * min(1.0, max(-1.0, 0.5 * math.fsum(w * x for w, x in zip(row, z, strict=True)))) for row in WEIGHTS.tolist()]
    return {"n": _six(n), "tone": [_six(x) for x in tone]}


def _six(x: float) -> float:
    return float(f"{x:.6g}")
