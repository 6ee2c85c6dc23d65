"""How many people a day could have had one of a budget, and so the share of them for whom there is one (design 8)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from platinum.numeric import decay

HALF_LIFE_MS = 7.0 * 86_400_000
_DAY_MS = 86_400_000.0
#: The first people came within an hour, as far as is known: until a day has gone by, demand is taken for larger than it is.
_LEAST_MS = 3_600_000.0


@dataclass(slots=True)
class Demand:
    """People (each once a day) as of ``as_of_ms``, fading with 7 days; ``first_ms``: the first of them, 0 = nobody."""

    people: float = 0.0
    first_ms: int = 0
    as_of_ms: int = 0

    def add(self, people: float, at_ms: int) -> None:
        """Somebody more."""
        self.move(at_ms)
        self.people += people * decay(float(self.as_of_ms - at_ms), HALF_LIFE_MS)
        self.first_ms = at_ms if self.first_ms == 0 else min(self.first_ms, at_ms)

    def move(self, to_ms: int) -> None:
        """Let it be as of ``to_ms`` if that is later."""
        if to_ms > self.as_of_ms:
            self.people = self.people * decay(float(to_ms - self.as_of_ms), HALF_LIFE_MS) if self.people else 0.0
            self.as_of_ms = to_ms

    def merge(self, other: Self) -> None:
        """Add another's."""
        if other.first_ms == 0:
            return
        self.move(other.as_of_ms)
        self.people += other.people * decay(float(self.as_of_ms - other.as_of_ms), HALF_LIFE_MS)
        self.first_ms = other.first_ms if self.first_ms == 0 else min(self.first_ms, other.first_ms)

    def per_day(self, now_ms: int) -> float:
        """People a day, of late: their sum over what one a day would have summed up to since the first."""
        self.move(now_ms)
        since_ms = max(float(now_ms - self.first_ms), _LEAST_MS)
        one_a_day = HALF_LIFE_MS / math.log(2.0) / _DAY_MS * (1.0 - decay(since_ms, HALF_LIFE_MS))
        return self.people / one_a_day
