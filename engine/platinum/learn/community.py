"""How many people want to be introduced to others who share an interest; who they are is not told (treatment-formulas 3.18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from platinum.policy.tables import MOST_INTERESTS


@dataclass(slots=True)
class Community:
    """Statistics of one partition, or of all: interest → people. Whole numbers, so that neither order nor division matters."""

    people: dict[str, int] = field(default_factory=dict)

    def add(self, fact: Mapping[str, Any]) -> None:
        """A fact ``interest``: one more, or one less."""
        name = str(fact["name"])
        self.people[name] = self.people.get(name, 0) + (1 if fact["said"] > 0.0 else -1)

    def merge(self, other: Self) -> None:
        """Add another's."""
        for name, n in sorted(other.people.items()):
            self.people[name] = self.people.get(name, 0) + n

    def judged(self) -> dict[str, int]:
        """People per interest that the policy names, the 64 with most."""
        known = {name: n for name, n in self.people.items() if n > 0 and not name.startswith("#")}
        most_first = sorted(known, key=lambda name: (-known[name], name))[:MOST_INTERESTS]
        return {name: known[name] for name in sorted(most_first)}
