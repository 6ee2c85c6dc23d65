"""Simulated customers of whom some are better left alone: what ``leaves_alone`` plays beside the real e-mail test.

Everybody buys once a week, which asks whether to remind them of more. Most come back oftener when reminded; three in ten, the sleeping
dogs, stay away. Who is one can be seen, but not for sure, from a trait, and from how they take what they are sent.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import platinum

Json = dict[str, Any]
COST = 0.02
#: Chance of a visit of who is left alone; when reminded, of most and of sleeping dogs.
_ALONE, _REMINDED, _WOKEN = 0.30, 0.38, 0.15
#: Share of sleeping dogs; of those among them, and among the others, who have the trait; who dismiss a reminder.
_DOGS, _TRAIT, _DISMISS = 0.3, (0.15, 0.85), (0.05, 0.4)
_DAYS, _FIRST_DAY = 7, datetime(2026, 1, 5, 10, tzinfo=UTC)

POLICY = f"""
policy: sleeping-dogs
currency: EUR
timezone: UTC
traits: {{by_hand: {{kind: yes_no}}}}
channels: {{email: {{kind: outbound, cost: {COST}, basis: existing_customer}}}}
weights: {{fatigue: 0}}
decide_on: [order_completed]
exploration: {{random: 0, silence: 0, same_for_all: 0, alone: {{visited: 1, window: 8h}}}}
actions:
  reminder:
    {{type: help, channels: [email], value: 1, p_accept: 0.3, words: "There is more.",
     reward: {{accepted: 0, visited: 1, counts: sum, window: 8h}}}}
""".encode()


class Found(NamedTuple):
    """Expected reward per decision, in order; who was a sleeping dog, who was reminded; what never and always would have brought."""

    reward: NDArray[np.float64]
    dog: NDArray[np.bool_]
    reminded: NDArray[np.bool_]
    never: float
    always: float


def play(people: int, weeks: int, seed: int) -> Found:
    """``weeks`` decisions for each of ``people``, spread over the days of the week."""
    with platinum.Engine.open(POLICY, partitions=1, buckets=1) as engine:
        return live(engine, people, weeks, np.random.default_rng(seed))


def live(engine: platinum.Engine, people: int, weeks: int, draws: np.random.Generator) -> Found:
    """The same under any policy that reminds."""
    dog = draws.random(people) < _DOGS
    by_hand = draws.random(people) < np.where(dog, _TRAIT[1], _TRAIT[0])
    made: list[tuple[int, bool]] = []
    for day in range(weeks * _DAYS):
        at, week = _FIRST_DAY + timedelta(days=day), day // _DAYS
        today = range(day % _DAYS, people, _DAYS)
        events = [event for i in today for event in _buys(i, bool(by_hand[i]), week, at)]
        told: list[Json] = []
        for decision in engine.process(events):
            i, reminded = int(decision["customer_id"][1:]), decision["action"] is not None
            made.append((i, reminded))
            told += _told(decision, _visits(bool(dog[i]), reminded), _DISMISS[int(dog[i])] if reminded else 0.0, at, draws)
        told.sort(key=lambda event: str(event["timestamp"]))
        engine.process(told)
        engine.advance(_stamp(at + timedelta(hours=12)))
    who = np.array([i for i, _ in made])
    sent = np.array([one for _, one in made], np.bool_)
    chance = np.array([_visits(bool(dog[i]), one) for i, one in made])
    always = np.where(dog[who], _WOKEN, _REMINDED).mean() - COST
    return Found(chance - COST * sent, dog[who], sent, _ALONE, float(always))


def _visits(dog: bool, reminded: bool) -> float:
    return (_WOKEN if dog else _REMINDED) if reminded else _ALONE


def _buys(i: int, by_hand: bool, week: int, at: datetime) -> list[Json]:
    known = {"type": "identify", "userId": f"p{i}", "messageId": f"i{i}", "timestamp": _stamp(at), "traits": {"by_hand": by_hand}}
    bought = {"order_id": f"o{i}-{week}", "total": 20.0, "products": []}
    return [*([known] if week == 0 else []), _event("Order Completed", f"p{i}", at, bought)]


def _told(decision: Json, visits: float, dismisses: float, at: datetime, draws: np.random.Generator) -> list[Json]:
    """What the person does about a decision."""
    name, of = decision["customer_id"], {"decision_id": decision["decision_id"]}
    told = [] if decision["action"] is None else [_event("Contact Dispatched", name, at, of)]
    if draws.random() < dismisses:
        told.append(_event("Decision Dismissed", name, at + timedelta(hours=1), of))
    if draws.random() < visits:
        told.append({**_event("Home", name, at + timedelta(hours=3), {}), "type": "page", "name": "Home"})
    return told


def _event(event: str, name: str, at: datetime, properties: Json) -> Json:
    said = {"type": "track", "event": event, "userId": name, "messageId": f"{event}-{name}-{at:%j}", "timestamp": _stamp(at)}
    return {**said, "properties": properties}


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
