"""What the profiles say of the firm: one pass over the readable form of everybody."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from platinum.ops.firm.measures import Measure, mean, share
from platinum.ops.firm.talked import Talked

Profile = Mapping[str, Any]
#: Confidence from which on it is known how somebody likes to be spoken to (treatment-formulas 3.2).
_KNOWN = 0.3
#: Trust below it is low (treatment-formulas 3.7).
_LOW = 0.5


class People:
    """Counts while profiles go by.

    Attributes
    ----------
    n : int
    tiers, owed : Counter
        People per tier; and per thing that is owed to them.

    Parameters
    ----------
    alike_known : bool
        Whether the learner knows what look-alikes are worth: else nobody's potential can be said.
    """

    def __init__(self, alike_known: bool = True) -> None:
        self._alike_known = alike_known
        self.n = self.buyers = self.thanked = self.writers = self.readable = self.wishes = 0
        self.tiers: Counter[str] = Counter()
        self._worth: defaultdict[str | None, list[tuple[float, float | None]]] = defaultdict(list)
        self.owed: Counter[str] = Counter()
        self._said: list[float] = []
        self._trust: list[float] = []
        self._effort: list[float] = []
        self._equity: list[float] = []
        self._unrealised: list[float] = []
        self.promises = self.broken = 0
        self._talked = Talked()

    def take(self, profile: Profile) -> None:
        """One profile."""
        self.n += 1
        if profile["value"]["orders"]:
            self.buyers += 1
            self.thanked += profile["gratitude"]["last_thanked_at"] is not None
        self.wishes += bool(profile["preferences"])
        manner, ledger, worth = profile["manner"], profile["ledger"], profile["worth"]
        if manner is not None:
            self.writers += 1
            self.readable += max(manner["confidence"].values()) >= _KNOWN
        self._talked.take(profile["bonds"])
        self.owed.update(ledger["owed"])
        self.promises += ledger["promises_ended"]
        self.broken += ledger["promises_broken"]
        if ledger["promises_ended"]:
            self._said.append(ledger["say_do"])
        if profile["trust"]["index"] is not None:
            self._trust.append(profile["trust"]["index"])
        if profile["effort"]["last_process"] is not None or profile["effort"]["index"] > 0:
            self._effort.append(profile["effort"]["index"])
        if worth["equity"] is not None:
            self._equity.append(worth["equity"])
        growth = worth["unrealised"] if self._alike_known else None
        if growth is not None:
            self._unrealised.append(growth)
        if worth["tier"] is not None:
            self.tiers[worth["tier"]] += 1
        if worth["equity"] is not None:
            self._worth[worth["tier"]].append((worth["equity"], growth))

    def worth(self, tiers: Sequence[str]) -> list[dict[str, Any]]:
        """Customers, mean equity and mean of what is unrealised (None = not known) per tier, highest first; None = the policy has none."""
        order = [*reversed(tiers), None]
        return [_worth_of(tier, self._worth[tier]) for tier in order if tier in self._worth]

    def measures(self) -> list[Measure]:
        """What they come to."""
        low = sum(trust < _LOW for trust in self._trust)
        kept = "A promise kept late counts in part; drawn to what is usual, half forgotten in 180 days."
        return [
            Measure("owed", "Things owed to people now", "Promises due or broken, answers, apologies, money.",
                    float(sum(self.owed.values())), self.n, "people", "number"),
            share("broken_promises", "Promises broken", "Of those whose outcome is known.", self.broken, self.promises, "promises", "ever"),
            mean("say_do", "Say/do ratio", kept, self._said, "people with promises", "share"),
            mean("trust", "Trust index", "How far the firm's deeds allow trust: promises, clear terms, recovery.", self._trust,
                 "people of whom it is known", "share"),
            share("low_trust", "People who have little reason to trust", "Index below 0.5.", low, len(self._trust),
                  "people of whom it is known"),
            mean("effort", "Effort index", "What service has cost people lately, 0 to 1.", self._effort, "people with journeys", "share"),
            share("thanked", "Customers ever thanked", "Of those who have ordered.", self.thanked, self.buyers, "customers", "ever"),
            share("style_known", "People whose way of speaking is known", "Confidence of 0.3 and more.", self.readable, self.n, "people"),
            share("wishes", "People who have stated a wish", "Channel, hours, cadence, tone, presentation and others.", self.wishes,
                  self.n, "people"),
            mean("equity", "Equity per customer", "Expected margin of the months ahead, discounted.", self._equity, "customers", "money"),
            mean("unrealised", "Unrealised per customer", "What the best of their look-alikes are worth more." if self._alike_known
                 else "Unknown: look-alikes are compared where a policy has `value`, `tiers` without limits, or an action that `grows`.",
                 self._unrealised, "customers", "money"),
            *self._talked.measures(),
        ]  # fmt: skip


def _worth_of(tier: str | None, each: Sequence[tuple[float, float | None]]) -> dict[str, Any]:
    growth = [unrealised for _, unrealised in each if unrealised is not None]
    return {
        "tier": tier,
        "customers": len(each),
        "equity": _six(math.fsum(equity for equity, _ in each) / len(each)),
        "unrealised": _six(math.fsum(growth) / len(growth)) if growth else None,
    }


def _six(value: float) -> float:
    return float(f"{value:.6g}")
