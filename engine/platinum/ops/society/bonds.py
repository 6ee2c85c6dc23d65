"""What has become between everybody and the firm: goals, money, what was seen before, who was introduced to whom."""

from __future__ import annotations

import numpy as np

from platinum.ops.population.draws import Floats, Ints
from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.character import Character

#: Half-lives in days: of a treatment on the mind, of what a change in life brings (treatment-formulas 3.10).
_SEEN_DAYS, _POTENTIAL_DAYS = 30.0, 90.0


class Bonds:
    """Hidden state beside ``State``.

    Attributes
    ----------
    progress : float[n]
        Share of the goal that is reached, 0 to 1.
    potential : float[n]
        1 when life has just changed; halves in 90 days.
    life_event : list of str
        The last change of life, "" = none yet.
    helped : int[n]
        How often this person has helped others.
    introduced : int[n]
        Introductions to which both sides have replied.
    orders : int[n]
        Orders so far.
    earned_by_day, given_by_day : list of float[n]
        Margin of what was ordered less what was sent back or refunded; what was taken off or given away. In the shop's currency.
    told : dict
        (contact of a firm, role or ``private``) to the categories that events have named in it.
    """

    def __init__(self, traits: Character) -> None:
        n = traits.customers
        self.progress, self.potential = np.zeros(n), np.zeros(n)
        self.life_event = [""] * n
        self.helped, self.introduced, self.orders = (np.zeros(n, dtype=np.int64) for _ in range(3))
        self.earned_by_day: list[Floats] = []
        self.given_by_day: list[Floats] = []
        self.told: dict[tuple[int, str], set[str]] = {}
        self._seen: dict[tuple[int, str, str], tuple[float, int]] = {}
        self._contacts: Ints = traits.account

    def begin_day(self) -> None:
        """Let a night go by."""
        self.potential *= 0.5 ** (1.0 / _POTENTIAL_DAYS)
        self.earned_by_day.append(np.zeros(self.progress.shape[0]))
        self.given_by_day.append(np.zeros(self.progress.shape[0]))

    def earn(self, person: int, margin: float) -> None:
        """Book margin today; below 0 what is lost again."""
        self.earned_by_day[-1][person] += margin

    def give(self, person: int, cost: float) -> None:
        """Book what the firm gives away today."""
        self.given_by_day[-1][person] += cost

    def seen_before(self, person: int, action: str, channel: str, at_ms: int) -> float:
        """How often the same was seen before, decayed to an instant."""
        count, last_ms = self._seen.get((person, action, channel), (0.0, at_ms))
        return float(count * 0.5 ** (max(0, at_ms - last_ms) / (_SEEN_DAYS * DAY_MS)))

    def see(self, person: int, action: str, channel: str, at_ms: int) -> None:
        """Count it as seen once more."""
        self._seen[person, action, channel] = (self.seen_before(person, action, channel, at_ms) + 1.0, at_ms)

    def names(self, person: int, role: str, category: str) -> None:
        """An event of a contact of a firm names a category in a role."""
        if self._contacts[person] >= 0:
            self.told.setdefault((person, role), set()).add(category)
