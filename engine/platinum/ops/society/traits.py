"""How people differ beyond what ``ops.population`` says of them: arrays, one number per person, drawn from (seed, number)."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from platinum.ops.population.draws import Floats, Ints
from platinum.ops.population.people import WISHES, Population
from platinum.ops.population.shop import Shop

#: Kinds of honesty in what is stated in surveys.
HONEST, OVERSTATES, GRUMBLES = 0, 1, 2


class Traits(Population):
    """A population with temper: patience, honesty, forgiveness, and whether a stated wish is meant."""

    def __init__(self, seed: int, customers: int, shop: Shop) -> None:
        super().__init__(seed, customers, shop)
        self.number: Ints = np.arange(customers, dtype=np.int64)

    @cached_property
    def patience(self) -> Floats:
        """The same draw as ``Person.patience``: 0 leaves after the first nuisance."""
        return self.draw("patience")

    @cached_property
    def temper(self) -> Floats:
        """Factor on every reaction to trouble: 0.5 (patient) to 1.5."""
        return 1.5 - self.patience

    @cached_property
    def strain(self) -> Floats:
        """Factor on the effort that any process costs this person: 0.4 to 1.6, most for the impatient.

        It is the confounder: whoever attracts the impatient looks bad.
        """
        return 0.4 + 1.2 * (1.0 - self.patience)

    @cached_property
    def forgiveness(self) -> Floats:
        """0 never, 1 always confirms that a case is settled."""
        return self.draw("forgives")

    @cached_property
    def honesty(self) -> Ints:
        """60 % say what they felt, 28 % overstate their satisfaction, 12 % understate it."""
        unit = self.draw("honesty")
        return np.where(unit < 0.6, HONEST, np.where(unit < 0.88, OVERSTATES, GRUMBLES)).astype(np.int64)

    @cached_property
    def means_wish(self) -> NDArray[np.bool_]:
        """Three in four mean the wish that they state; the others do not act on it."""
        return self.draw("means wish") < 0.75

    @cached_property
    def thank_liked(self) -> Floats:
        """As ``Person.thank_liked``."""
        return 1.0 - 2.0 * self.draw("thank") ** 2

    @cached_property
    def trust(self) -> Floats:
        """What people begin with: 0.5 to 0.8."""
        return 0.5 + 0.3 * self.draw("trust")

    @cached_property
    def vulnerable_day(self) -> Ints:
        """Day on which this person asks for particular care; -1 for all but 2 in 100."""
        return np.where(self.draw("vulnerable") < 0.02, (self.draw("vulnerable day") * 45).astype(np.int64), -1)

    def wishes(self, *names: str) -> NDArray[np.bool_]:
        """Whether the person states one of these wishes."""
        return np.isin(self.wish, [WISHES.index(name) for name in names])


def normal(one: float, other: float) -> float:
    """A standard normal number from two uniform ones (Box and Muller 1958)."""
    return math.sqrt(-2.0 * math.log1p(-one)) * math.cos(2.0 * math.pi * other)
