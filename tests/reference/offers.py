"""Slow twin of ``profile.offers``: every offer ever made, every use and refusal; what must be answered, where that is certain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

DAY_MS = 86_400_000


class Made(NamedTuple):
    """A decision that offered something; ``until_ms`` 0 = no end."""

    action: str
    made_ms: int
    until_ms: int

    def holds(self, at_ms: int) -> bool:
        """Whether it was said to hold then."""
        return self.until_ms == 0 or self.until_ms > at_ms


class Use(NamedTuple):
    """A use that was honoured."""

    action: str
    receipt: str
    at_ms: int


@dataclass
class Twin:
    """What one customer, who comes to us, was offered, used and refused."""

    made: list[Made] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    refused: list[tuple[str, int]] = field(default_factory=list)

    def must(self, n: int, receipt: str, at_ms: int) -> bool | None:
        """Whether this receipt must be told that it may use the n-th decision's offer; None = either will do."""
        mine = self.made[n]
        use = next((one for one in self.uses if one.action == mine.action and one.at_ms >= mine.made_ms), None)
        if use is not None:
            if use.receipt != receipt:
                return False
            # Whether it was used with the others, if it was over or refused by then, and for how long that is remembered, others say.
            sure = mine.holds(use.at_ms) and not self._was_refused(mine, use.at_ms) and at_ms < use.at_ms + DAY_MS
            return True if sure else None
        if self._was_refused(mine, at_ms):
            return None  # of what had become one, all was refused
        if mine.holds(at_ms):
            return True
        others = [one for one in self.made if one.action == mine.action and one is not mine]
        return None if others else False  # one that became one with another lives as long as that

    def _was_refused(self, mine: Made, until_ms: int) -> bool:
        """Whether the customer said no to this, or to another offer of the action, in the meantime."""
        return any(action == mine.action and mine.made_ms <= when_ms <= until_ms for action, when_ms in self.refused)
