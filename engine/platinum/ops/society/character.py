"""Who people are beyond their temper: style, presentation, goals, firms, sensitivity to prices, interests.

Arrays, one number per person, drawn from (seed, number); the purposes are new, so no older trait changes.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from platinum.ops.population.draws import Floats, Ints, uniform
from platinum.ops.society.traits import Traits

Flags = NDArray[np.bool_]

#: Dimensions of a style, each from -1 to 1 (treatment-formulas 3.2): asks to tells, controlled to emotive, casual to formal, ...
STYLE = ("assertive", "responsive", "formality", "detail", "pace")
ASSERTIVE, RESPONSIVE, FORMALITY, DETAIL, PACE = range(len(STYLE))
#: What a contact of a firm is there.
ROLES = ("buyer", "user", "manager")
#: What everybody is, contact of a firm or not.
PRIVATE = "private"
#: Neighbours in the order of the ids who may work for the same firm.
FIRM_SIZE = 5


class Character(Traits):
    """People with a style, a goal, a firm, interests and a sense of prices, all of it hidden unless they say so."""

    @cached_property
    def style(self) -> Floats:
        """float[n, 5] in [-1, 1], in the order of ``STYLE``; the middle is rarer than in an even draw."""
        even = np.stack([2.0 * self.draw(f"style {name}") - 1.0 for name in STYLE], axis=1)
        style: Floats = np.sign(even) * np.abs(even) ** 0.7
        return style

    @cached_property
    def says_style(self) -> Flags:
        """Who states a tone: those whose wish it is, and 12 in 100 of the others."""
        return self.wishes("tone") | (self.draw("says style") < 0.12)

    @cached_property
    def objects_to_style(self) -> Flags:
        """6 in 100 do not want how they write to be looked at."""
        return self.draw("objects to style") < 0.06

    @cached_property
    def facts_first(self) -> Flags:
        """Facts first for most of the controlled, people first for most of the emotive; 15 in 100 the other way round."""
        return (self.style[:, RESPONSIVE] < 0.0) ^ (self.draw("facts first") < 0.15)

    @cached_property
    def wants_detail(self) -> Flags:
        """All of it, or in brief: by style, 15 in 100 the other way round."""
        return (self.style[:, DETAIL] > 0.0) ^ (self.draw("wants detail") < 0.15)

    @cached_property
    def says_presentation(self) -> Flags:
        """12 in 100 say in which order and how much."""
        return self.draw("says presentation") < 0.12

    @cached_property
    def goal(self) -> Ints:
        """Category of the shop in which this person wants to get somewhere, by taste; -1 for four in ten, who want to nowhere."""
        category = np.sum(self.draw("goal category")[:, None] >= self.cumulative_tastes[:, :-1], axis=1)
        return np.where(self.draw("has goal") < 0.6, category, -1).astype(np.int64)

    @cached_property
    def says_goal(self) -> Flags:
        """35 in 100 of those who have a goal say so."""
        return (self.goal >= 0) & (self.draw("says goal") < 0.35)

    @cached_property
    def account(self) -> Ints:
        """Number of the firm this person is a contact of, -1 = none: about one in eight.

        A firm is a block of ``FIRM_SIZE`` neighbours, one block in five, so it does not depend on how many people there are (but for
        a block that the last person cuts short).
        """
        block = self.number // FIRM_SIZE
        at_work = (uniform(self.seed, "firm", block) < 0.2) & (self.draw("contact of firm") < 0.65)
        return np.where(at_work, block, -1)

    @cached_property
    def role(self) -> Ints:
        """Index into ``ROLES``; means nothing without an account."""
        return (self.draw("role") * len(ROLES)).astype(np.int64)

    @cached_property
    def price_sensitivity(self) -> Floats:
        """0 does not look at prices, 1 at little else; bargain hunters more."""
        sensitivity: Floats = np.clip(0.35 * (2.0 - self.price_level) / 1.6 + 0.65 * self.draw("price sensitivity"), 0.0, 1.0)
        return sensitivity

    @cached_property
    def advocate(self) -> Flags:
        """8 in 100 tell others about the firm."""
        return self.draw("advocate") < 0.08

    @cached_property
    def interests(self) -> Flags:
        """bool[n, categories]: what they would talk to others about, a quarter of their taste and more."""
        interests: Flags = np.diff(self.cumulative_tastes, prepend=0.0, axis=1) > 0.25
        return interests

    @cached_property
    def opts_in(self) -> Flags:
        """30 in 100 want to be introduced to others who share an interest."""
        return self.draw("opts in") < 0.3

    def colleagues(self, person: int) -> list[int]:
        """The other contacts of the same firm."""
        account = self.account[person]
        if account < 0:
            return []
        block = range(int(account) * FIRM_SIZE, min(self.customers, (int(account) + 1) * FIRM_SIZE))
        return [other for other in block if other != person and self.account[other] == account]

    @property
    def states_tone(self) -> Flags:
        """Who states a tone beside the one wish of the simulated people."""
        return self.says_style & ~self.wishes("tone")
