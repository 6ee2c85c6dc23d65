"""How long things of one class take: sums per day on which they were promised, from which an honest time can be quoted (``quoting``).

Sums only, so that halves merge to the whole, and as much as ``DAYS`` days take, however many are promised.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from platinum.learn.quoting import BINS, LEAST, STEP, known_of, quoted_minutes

DAY_MS = 86_400_000
#: Days kept. Older ones say nothing about how long it takes now.
DAYS = 64


@dataclass(slots=True)
class Durations:
    """Counts of one class.

    Attributes
    ----------
    counts : float64[DAYS, BINS]
        Row d % DAYS holds UTC day d (since 1970) of the last DAYS days: how long those took that were kept.
    logs : float64[DAYS]
        Sum of the logarithms of minutes, exact where bins are not.
    due : float64[DAYS, 3]
        Of those that were kept or broken: how many, the sum of the minutes in which they were due, and of their squares.
    newest : int
        Newest day counted, -1 = none.
    """

    newest: int = -1
    counts: NDArray[np.float64] = field(default_factory=lambda: np.zeros((DAYS, BINS)))
    logs: NDArray[np.float64] = field(default_factory=lambda: np.zeros(DAYS))
    due: NDArray[np.float64] = field(default_factory=lambda: np.zeros((DAYS, 3)))

    def add(self, made_ms: int, took_ms: int) -> None:
        """One that was promised at ``made_ms`` and kept after ``took_ms``; too old ones change nothing."""
        day = made_ms // DAY_MS
        if self._go_on(day):
            log = math.log(max(took_ms, 60_000) / 60_000.0)
            self.counts[day % DAYS, min(BINS - 1, int(log / STEP))] += 1.0
            self.logs[day % DAYS] += log

    def hear(self, made_ms: int, within_ms: int, times: int = 1) -> None:
        """Word that one promised at ``made_ms`` and due ``within_ms`` later was kept or broken; ``times`` -1 takes that back.

        A promise of which there is no word is open, and not due yet. Whole minutes: their sums are the same in any order.
        """
        day = made_ms // DAY_MS
        if self._go_on(day):
            minutes = float(max(within_ms, 0) // 60_000)
            self.due[day % DAYS] += times * np.array([1.0, minutes, minutes * minutes])

    def _go_on(self, day: int) -> bool:
        """Forget the days that leave when ``day`` comes; False = it has left itself."""
        if day > self.newest:
            for gone in range(max(self.newest + 1, day - DAYS + 1), day + 1):
                self.counts[gone % DAYS] = 0.0
                self.logs[gone % DAYS] = 0.0
                self.due[gone % DAYS] = 0.0
            self.newest = day
        return day > self.newest - DAYS

    def merge(self, other: Self) -> None:
        """Add what another counted: of halves, the whole comes out."""
        if other.newest < 0:
            return
        self._go_on(other.newest)
        for day in range(max(0, self.newest - DAYS + 1, other.newest - DAYS + 1), other.newest + 1):
            self.counts[day % DAYS] += other.counts[day % DAYS]
            self.logs[day % DAYS] += other.logs[day % DAYS]
            self.due[day % DAYS] += other.due[day % DAYS]

    def n(self) -> float:
        """How many are counted that were kept."""
        return float(self.counts.sum())

    def quote_ms(self, now_ms: int, p: float) -> int | None:
        """Time in ms within which one promised now will be kept with probability ``p``; None = too little is known.

        Of what takes longer than ``DAYS`` days too little is always known.
        """
        if self.n() < LEAST:
            return None
        now = now_ms / DAY_MS
        days = np.arange(max(0, self.newest - DAYS + 1), self.newest + 1)
        at = days % DAYS
        known = known_of(now - (days + 1.0), days.astype(np.float64), self.counts[at], self.logs[at], self.due[at])
        minutes = quoted_minutes(known, now, p)
        # Whole minutes: mathematical libraries differ in their last bits, and snapshots must not.
        return None if minutes is None else 60_000 * math.ceil(minutes)
