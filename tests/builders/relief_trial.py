"""A simulated society treated by an engine with the rule of relief on, or off: the same people, the same seed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from platinum.engine import Engine
from platinum.ops.society import MODEL, Model, Society

THRESHOLD = 0.6
#: A shop that sells by e-mail and on the agent's screen, and can call back or hand the agent what was said before.
POLICY = """
policy: relief-trial
currency: GBP
timezone: Europe/London
categories: [candles, garden, kitchen, stationery, toys]
human: {phone: "+44 20 7946 0000"}
channels:
  call: inbound
  email: {kind: outbound, cost: 0.01, quiet: "21:00-08:00", caps: [2 per 7d], basis: existing_customer}
  phone: {kind: outbound, cost: 0.50, quiet: "20:00-08:00", caps: [2 per 7d]}
placements: {agent-screen: call}
decide_on: [contact_started, contact_transferred, request_made, waited, asked_again, form_error, self_service_failed, request_refused,
  order_completed, order_delivered]
weights: {effort: 0.20}
exploration: {random: 0, silence: 0, same_for_all: 0}
EFFORT
actions:
  call-back:
    {type: amends, channels: [phone], pays: [effort], effort: -3, words: "We call you: nothing has to be said twice."}
  what-was-said: {type: help, channels: [call], effort: -2, value: 0.1, p_accept: 0.3, words: "What this customer has told us so far: ..."}
  candle-offer:
    {type: offer, channels: [email, call], value: 8, p_accept: 0.06, category: candles, words: "Candles.",
     terms: {total_cost: as shown, ends: 14d, cancel: any time, data_use: none}}
"""
OF_A_JOURNEY = {
    "Contact Started", "Contact Transferred", "Request Made", "Waited", "Asked Again", "Form Error", "Self Service Failed",
    "Request Refused",
}  # fmt: skip


class Lived(NamedTuple):
    """A society at the end, on which day each customer's effort first came over the threshold, and how often which action was decided."""

    world: Society
    hard: dict[str, int]
    decided: dict[str, int]


def lived(seed: int, relief: bool, customers: int, days: int, model: Model = MODEL) -> Lived:
    """Live through some days under ``POLICY``; whoever was in touch is asked about on the agent's screen in the evening."""
    policy = POLICY.replace("EFFORT", f"effort: {{relief: {'yes' if relief else 'no'}}}").encode()
    world = Society(seed, customers, model)
    hard: dict[str, int] = {}
    decided: dict[str, int] = {}
    decisions: list[dict[str, Any]] = []
    with Engine.open(policy) as engine:
        effort = {name: float(engine.policy.tables.actions[a]["effort"]) for a, name in enumerate(x.name for x in engine.policy.actions)}
        for day in range(days):
            events = world.day(day, decisions)
            decisions = engine.process(events)
            in_touch = sorted({event["userId"] for event in events if event.get("event") in OF_A_JOURNEY})
            for customer in in_touch:
                decisions.append(engine.decide(customer, "agent-screen"))
                profile = engine.profile(customer)
                if profile and profile["effort"]["index"] >= THRESHOLD:
                    hard.setdefault(customer, day)
            for one in decisions:
                one["effort"] = effort.get(one["action"], 0.0)  # what the shop knows of its own actions
                decided[str(one["action"])] = decided.get(str(one["action"]), 0) + 1
    return Lived(world, hard, decided)


class Saved(NamedTuple):
    """Effort points over seven days after a hard journey, of the same people: with the rule, without it."""

    people: int
    with_rule: float
    without: float
    decided: tuple[dict[str, int], dict[str, int]]

    @property
    def share(self) -> float:
        """By how much it is lower with the rule."""
        return 1.0 - self.with_rule / self.without


def saved(seed: int, customers: int, days: int, model: Model = MODEL) -> Saved:
    """Compare the seven days after the first hard journey of everybody for whom it fell on the same day in both lives."""
    on, off = lived(seed, True, customers, days, model), lived(seed, False, customers, days, model)
    numbers = {customer: i for i, customer in enumerate(on.world.person_ids())}
    after = [(numbers[c], day) for c, day in off.hard.items() if on.hard.get(c) == day and day + 8 <= days]
    sums = [float(np.sum([run.world.effort(day + 1, day + 8)[i] for i, day in after])) for run in (on, off)]
    return Saved(len(after), sums[0], sums[1], (on.decided, off.decided))
