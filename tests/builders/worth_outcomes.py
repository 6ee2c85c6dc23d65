"""What became of people by the truth of the simulated society, never by what Platinum believes.

An outcome is two numbers per person, above and below a line; over people it is the ratio of their sums. A plain mean has 1 below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from platinum.ops.population.draws import Floats
from platinum.ops.population.moments import parse_ms
from platinum.ops.population.visits import MAX_VIEWED
from platinum.ops.society import Society
from platinum.ops.society.decided import words_of
from platinum.ops.society.leaving import p_leaves
from platinum.ops.society.scene import Scene
from platinum.ops.society.shopping import p_buys
from tests.builders.societies import Event
from tests.builders.worth_policy import COST, Json

#: How far what is to be expected looks ahead, and what money loses in a year.
AHEAD_DAYS, A_YEAR = 365, 1.10
_BASKETS = 32


class Outcome(NamedTuple):
    """float[n] above and below the line."""

    over: Floats
    under: Floats

    @property
    def ratio(self) -> float:
        """Of the sums; nan where nobody has anything below the line."""
        below = float(self.under.sum())
        return float(self.over.sum()) / below if below else float("nan")

    def of(self, people: Sequence[int]) -> Outcome:
        """Of some people."""
        return Outcome(self.over[people], self.under[people])


class Promises:
    """Promises of the shop, by what happened: what its orders and desks said, what its decisions said, and what was done by then."""

    def __init__(self) -> None:
        self._due: dict[tuple[str, str], int] = {}
        self._done: dict[tuple[str, str], int] = {}
        self._decided: set[tuple[str, str]] = set()

    def fold(self, event: Event) -> None:
        """Take in one event."""
        name, said, who = event.get("event"), event.get("properties", {}), str(event["userId"])
        if name == "Order Completed":
            self._due[who, said["order_id"]] = parse_ms(said["expected_delivery"])
        elif name == "Order Delivered":
            self._done[who, said["order_id"]] = parse_ms(event["timestamp"])
        elif name == "Order Cancelled":
            self._due.pop((who, said["order_id"]), None)
        elif name == "Promise Made":
            self._due[who, said["promise_id"]] = parse_ms(said["due_at"])
        elif name == "Promise Kept":
            self._done[who, said["promise_id"]] = parse_ms(event["timestamp"])

    def decided(self, decision: Json) -> None:
        """Take in what a decision promises."""
        for word in words_of(decision):
            key = str(decision["customer_id"]), str(word["promise_id"])
            self._due[key] = word["due_ms"]
            self._decided.add(key)

    def outcome(self, numbers: Mapping[str, int], end_ms: int, with_decided: bool) -> Outcome:
        """Kept in time, of those that were due by ``end_ms``."""
        kept, due = np.zeros(len(numbers)), np.zeros(len(numbers))
        for key, due_ms in self._due.items():
            if due_ms < end_ms and (with_decided or key not in self._decided):
                due[numbers[key[0]]] += 1.0
                kept[numbers[key[0]]] += self._done.get(key, due_ms + 1) <= due_ms
        return Outcome(kept, due)


class Sent(NamedTuple):
    """float[n]: contacts, and what they cost."""

    contacts: Floats
    cost: Floats

    def add(self, decisions: Iterable[Json], numbers: Mapping[str, int]) -> None:
        """Count what was sent."""
        for decision in decisions:
            if decision["placement"] is None:
                self.contacts[numbers[decision["customer_id"]]] += 1.0
                self.cost[numbers[decision["customer_id"]]] += COST[decision["channel"]]


def expected_margin(scene: Scene) -> Floats:
    """float[n]: margin to be expected of everybody's own orders in the year ahead if they are left alone, discounted.

    The model's own chances of coming, buying and leaving, day by day, while what people feel fades; no new trouble comes, to anybody, and
    orders for firms are left out. It lets time go by in ``scene``, whose days are over.
    """
    state, model, worth = scene.state, scene.model, order_worth(scene)
    stays: Floats = state.active.astype(np.float64)
    total = np.zeros(stays.shape[0])
    for day in range(AHEAD_DAYS):
        state.begin_day()
        scene.bonds.begin_day()
        visits = model.visits * scene.traits.visits_per_day * (1.0 + model.life_raises * scene.bonds.potential)
        total += stays * visits * p_buys(scene) * worth * A_YEAR ** (-day / 365.0)
        stays *= 1.0 - p_leaves(scene)
    return total


def order_worth(scene: Scene) -> Floats:
    """float[n]: what one order leaves on average, by taste and price level, less what is sent back or has to be paid back."""
    traits, n = scene.traits, scene.traits.customers
    place = np.repeat(np.arange(n, dtype=np.int64), _BASKETS)
    # Visits so far ahead never come: the draws are nobody else's.
    visits = (place << 16) + (1 << 15) + np.tile(np.arange(_BASKETS, dtype=np.int64), n)
    article, quantity = scene.shelf.draw(traits, place, visits, np.zeros_like(place))
    line = (np.array(scene.shelf.prices)[article] * quantity).reshape(n, _BASKETS).mean(axis=1)
    lines = 0.5 * (1.0 + 0.5 * (MAX_VIEWED + 1.0))
    model = scene.model
    left = model.margin * (1.0 - 1.3 * model.changed_mind) - model.damaged
    worth: Floats = lines * line * left
    return worth


def outcomes(world: Society, promises: Promises, sent: Sent, days: int) -> dict[str, Outcome]:
    """Everything that is compared, of everybody; ends the world."""
    scene = world._scene
    n, one = len(world.person_ids()), np.ones(len(world.person_ids()))
    numbers = {customer: number for number, customer in enumerate(world.person_ids())}
    stayed = np.where(scene.state.active, days, np.maximum(scene.state.gone_day, 1)).astype(np.float64)
    earned, given = np.sum(scene.bonds.earned_by_day, axis=0), np.sum(scene.bonds.given_by_day, axis=0)
    end_ms = scene.start_ms + days * 86_400_000
    found = {
        "effort": Outcome(30.0 * world.effort(0, days), stayed),
        "say_do": promises.outcome(numbers, end_ms, True),
        "say_do_others": promises.outcome(numbers, end_ms, False),
        "stays": Outcome(scene.state.active.astype(np.float64), one),
        "contacts": Outcome(sent.contacts, one),
        "money": Outcome(given + sent.cost, one),
        "margin": Outcome(earned, one),
        "unsubscribed": Outcome(scene.state.unsubscribed.astype(np.float64), one),
        "goodwill": Outcome(np.where(scene.state.active, scene.state.goodwill, 0.0), one),
        "trust": Outcome(scene.state.trust.copy(), one),
    }
    ahead = expected_margin(scene)
    found["ahead"] = Outcome(ahead, one)
    found["equity"] = Outcome(earned + ahead - given - sent.cost, one)
    found["equity_gross"] = Outcome(earned + ahead, one)
    assert all(outcome.over.shape == (n,) for outcome in found.values())
    return found
