"""Are the always-on arms as large as they are meant to be? If not, something loses people on one side, and no arm can be trusted.

Each person counts once a month, with the first example of theirs that ended, whatever came of it (``decide.arms``, ``profile.examples``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Self

from platinum.vocabulary.arms import Arm

#: An alarm is raised where chance alone would make arms differ so much this rarely (treatment-formulas 5.4).
LEAST_P = 0.001
#: ... and from so many people expected in the smallest arm on: before, the approximation is poor.
LEAST_EXPECTED = 10.0
ARMS = tuple(arm.name.lower() for arm in (Arm.RANDOM, Arm.SILENT, Arm.SAME_FOR_ALL))


class Arms:
    """People counted so far.

    Attributes
    ----------
    met : dict of arm to int
        ``"none"`` are those who are in none.
    meant : dict of arm to float
        As many as the shares of the policy, as it was at each, make of them.
    """

    def __init__(self) -> None:
        self.met = dict.fromkeys((*ARMS, "none"), 0)
        self.meant = dict.fromkeys((*ARMS, "none"), 0.0)

    def add(self, counted: Mapping[str, Any]) -> None:
        """``counted`` of a fact ``example`` or ``no_example``."""
        self.met[counted["arm"] or "none"] += 1
        for arm, share in zip(ARMS, counted["shares"], strict=True):
            self.meant[arm] += share
        self.meant["none"] += 1.0 - sum(counted["shares"])

    def merge(self, other: Self) -> None:
        """Add another's."""
        for arm in self.met:
            self.met[arm] += other.met[arm]
            self.meant[arm] += other.meant[arm]

    def judged(self) -> dict[str, Any]:
        """What is reported: counts, and how likely it is that chance alone makes them differ so much; None before that can be said."""
        some = {arm: meant for arm, meant in self.meant.items() if meant > 1e-9}
        p = None
        if len(some) > 1 and min(some.values()) >= LEAST_EXPECTED:
            square = sum((self.met[arm] - meant) ** 2 / meant for arm, meant in some.items())
            p = float(f"{chance_of(square, len(some) - 1):.6g}")
        return {
            "met": dict(self.met),
            "meant": {arm: float(f"{meant:.6g}") for arm, meant in self.meant.items()},
            "p": p,
            "alarm": p is not None and p < LEAST_P,
        }


def chance_of(square: float, freedom: int) -> float:
    """Probability that χ² with 1 to 3 degrees of freedom is larger than ``square``."""
    if freedom == 2:
        return math.exp(-square / 2)
    tail = math.erfc(math.sqrt(square / 2))
    return tail if freedom == 1 else tail + math.sqrt(2 * square / math.pi) * math.exp(-square / 2)
