"""Everything that one day of the society needs, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson

from platinum.ops.population.draws import Floats, one, uniform
from platinum.ops.population.people import Person
from platinum.ops.population.products import Shelf
from platinum.ops.population.shop import Shop
from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.agenda import Agenda
from platinum.ops.society.bonds import Bonds
from platinum.ops.society.character import Character
from platinum.ops.society.meanings import Meanings, Said
from platinum.ops.society.model import Model
from platinum.ops.society.processes import Carrier, Desk
from platinum.ops.society.state import State

HOUR_MS, MINUTE_MS = 3_600_000, 60_000


class Scene:
    """The frozen part (people, model, processes, shop, what decisions mean) and the changing one (state, bonds, agenda)."""

    def __init__(
        self, traits: Character, model: Model, processes: Sequence[Desk | Carrier], confounded: bool, start_ms: int, said: Said
    ) -> None:
        self.traits, self.model, self.start_ms = traits, model, start_ms
        self.seed, self.shop = traits.seed, traits.shop
        self.state, self.bonds = State(traits), Bonds(traits)
        self.meanings = Meanings(said)
        self.agenda = Agenda(traits)
        self.desks = tuple(p for p in processes if isinstance(p, Desk))
        self.carriers = tuple(p for p in processes if isinstance(p, Carrier))
        # Weights of the processes for each person: the impatient and the patient choose alike unless they are confounded.
        leans = np.array([desk.lean if confounded else 0.0 for desk in self.desks])
        weights = np.exp(leans * (1.0 - 2.0 * traits.patience)[:, None])
        self.cumulative_desks: Floats = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
        self.cumulative_carriers: Floats = np.cumsum([c.share for c in self.carriers]) / sum(c.share for c in self.carriers)
        self.viewed, self.added, self.lines = _articles(self.shop)
        self.shelf = Shelf(self.shop)
        self._persons: dict[int, Person] = {}
        self._numbers = {customer: number for number, customer in enumerate(traits.ids)}

    def person(self, number: int) -> Person:
        """One person in full."""
        if number not in self._persons:
            self._persons[number] = self.traits.person(number)
        return self._persons[number]

    def number_of(self, customer: str) -> int | None:
        """Number of one person by customer key; None for a stranger."""
        return self._numbers.get(customer)

    def chances(self, purpose: str, day: int) -> Floats:
        """One number in [0, 1) per person for this day; a person's do not depend on how many others there are."""
        return uniform(self.seed, f"society {purpose}", (self.traits.number << 13) + day)

    def chance(self, *purpose: object) -> float:
        """One number in [0, 1) for one purpose."""
        return one(self.seed, "society", *purpose)

    def drift(self, at_ms: int) -> float:
        """Factor on fulfilment times at an instant."""
        return max(0.1, 1.0 + self.model.drift_per_30d * (at_ms - self.start_ms) / (30 * DAY_MS))


def _articles(shop: Shop) -> tuple[list[Any], list[Any], list[Any]]:
    shelf = Shelf(shop)
    viewed = [orjson.loads("{" + text.rstrip(",") + "}")["properties"] for text in shelf.viewed]
    added = [[orjson.loads(text) for text in texts] for texts in shelf.added]
    lines = [[orjson.loads(text) for text in texts] for texts in shelf.lines]
    return viewed, added, lines
