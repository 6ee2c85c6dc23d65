"""What a deployment's decisions mean to people: the tone they speak in, the goal they serve, what they give, what they ask for."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypedDict

import numpy as np

from platinum.ops.population.draws import Floats
from platinum.ops.population.shop import GIFT_SHOP
from platinum.ops.society.character import STYLE

Decided = Mapping[str, Any]

#: The tones of the example policy ``gift-shop``; what is not said is 0.
TONES: Mapping[str, Mapping[str, float]] = {
    "brief": {"detail": -0.8, "pace": 0.6, "assertive": 0.3},
    "warm": {"responsive": 0.8, "formality": -0.5},
    "formal": {"formality": 0.9, "detail": 0.4},
}
#: Between two opposite styles.
_WIDEST = 2.0 * math.sqrt(len(STYLE))
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
#: Of an order, when a saving in money is compared with discounts.
_USUAL_ORDER = 25.0


class Said(TypedDict, total=False):
    """What the deployment says about its decisions; whatever is left out is neutral.

    ``tones``: name to vector, a sequence in the order of ``STYLE`` or a mapping (without it, the vector in the decision counts).
    ``goals_of``: action to the goals that it serves; once given, an action that is not in it serves none.
    ``gives``: action to ``{"cost": money, "cash": bool}``. ``asks_to_sell``: actions that ask people to bring others.
    ``invites``: actions that invite them.
    """

    tones: Mapping[str, Mapping[str, float] | Sequence[float]]
    goals_of: Mapping[str, Collection[str]]
    gives: Mapping[str, Mapping[str, Any]]
    asks_to_sell: Collection[str]
    invites: Collection[str]


class Saving(NamedTuple):
    """What an offer takes off: a share of the order, or money."""

    share: float
    money: float

    def of(self, total: float) -> float:
        """Money taken off one order, never more than its total."""
        return min(total, self.money or self.share * total)

    @property
    def usual_share(self) -> float:
        """Share of a usual order, in [0, 1]."""
        return min(1.0, self.share or self.money / _USUAL_ORDER)


class Meanings:
    """Reads decisions as ``Said`` has it; what the decision itself says stands first where both may."""

    def __init__(self, said: Said, tones: Collection[str] = GIFT_SHOP.tones) -> None:
        given = said.get("tones")
        self._tones = {name: vector_of(vector) for name, vector in (given if given is not None else {}).items()}
        #: What people may state: the deployment's tones, or the shop's.
        self.stated_tones = self._tones or {name: vector_of(TONES[name]) for name in tones}
        self._goals_of = said.get("goals_of")
        self._gives = said.get("gives", {})
        self._asks, self._invites = said.get("asks_to_sell", ()), said.get("invites", ())

    def tone(self, decision: Decided) -> Floats | None:
        """float[5] of the tone it speaks in, None where that is unknown."""
        tone = decision.get("tone")
        name = tone.get("id") if isinstance(tone, Mapping) else tone
        if name in self._tones:
            return self._tones[str(name)]
        vector = tone.get("vector") if isinstance(tone, Mapping) else None
        return vector_of(vector) if vector else None

    def goals(self, decision: Decided) -> Collection[str] | None:
        """Goals that it serves; None where nobody says which actions serve which."""
        if decision.get("goals") is not None:
            return list(decision["goals"])
        if decision.get("goal"):
            return [str(decision["goal"])]
        return None if self._goals_of is None else self._goals_of.get(str(decision.get("action")), ())

    def cost(self, decision: Decided) -> float:
        """What the firm gives away with it whatever the person does."""
        return float(self._gift(decision).get("cost", 0.0))

    def is_cash(self, decision: Decided) -> bool:
        """Whether what it gives is money or as good as money."""
        return bool(self._gift(decision).get("cash"))

    def _gift(self, decision: Decided) -> Mapping[str, Any]:
        own = decision.get("gives")
        return own if isinstance(own, Mapping) else self._gives.get(str(decision.get("action")), {})

    def asks_to_sell(self, decision: Decided) -> bool:
        """Whether it asks the person to bring the firm others."""
        return decision.get("asks") == "sell" or decision.get("action") in self._asks

    def invites(self, decision: Decided) -> bool:
        """Whether it invites them."""
        return bool(decision.get("invites")) or decision.get("action") in self._invites


def vector_of(said: Mapping[str, float] | Sequence[float]) -> Floats:
    """A tone as float[5]; what a mapping does not name is 0."""
    values = [said.get(name, 0.0) for name in STYLE] if isinstance(said, Mapping) else list(said)
    return np.array(values, dtype=np.float64)


def match(style: Floats, tone: Floats) -> float:
    """Tone match in [0, 1], all weights 1 (treatment-formulas 3.2)."""
    return 1.0 - float(np.linalg.norm(style - tone)) / _WIDEST


def nearest(style: Floats, tones: Mapping[str, Floats]) -> str:
    """Name of the tone that matches best; ties in the order of the names."""
    return max(sorted(tones), key=lambda name: match(style, tones[name]))


def saving_of(decision: Decided) -> Saving:
    """``discount`` or ``saving`` of its offer: 0.1, ``"10 %"``, or an amount of money such as 5 or ``"5 off"``."""
    offer = decision.get("offer")
    said = (offer.get("discount") or offer.get("saving")) if isinstance(offer, Mapping) else None
    if said is None:
        return Saving(0.0, 0.0)
    text = str(said)
    number = _NUMBER.search(text)
    value = float(number[0].replace(",", ".")) if number else 0.0
    if "%" in text:
        return Saving(min(1.0, value / 100.0), 0.0)
    is_share = offer.get("discount") is said and value <= 1.0 if isinstance(offer, Mapping) else False
    return Saving(value, 0.0) if is_share else Saving(0.0, value)


def order_shown(decision: Decided) -> tuple[int, int]:
    """How its content is laid out: 1 facts or -1 people first (0 = not both), 1 in detail or -1 in brief (0 = between)."""
    content = decision.get("content")
    blocks = content.get("blocks", ()) if isinstance(content, Mapping) else ()
    parts = [str(block.get("part")) for block in blocks if isinstance(block, Mapping)]
    if "facts" not in parts or "people" not in parts:
        return 0, 0
    return (1 if parts.index("facts") < parts.index("people") else -1), (1 if "detail" in parts else -1)
