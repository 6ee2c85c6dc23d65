"""A simulated society in which service asks for an order's number and a reason: who is asked for what their open case says already.

What a case says is read from the events alone: ``Case Opened`` and ``Complaint Made`` name it, ``Case Closed`` and the customer's
``Case Confirmed`` end it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, NamedTuple

from platinum.engine import Engine
from platinum.ops.society import Society
from tests.builders.relief_trial import OF_A_JOURNEY, POLICY

#: An action that asks, and what of an open case makes the question one too many.
ASKING = {"which-order": "order_id", "what-about": "reason"}
_ACTIONS = """
  which-order:
    {type: answer, channels: [call], effort: 0.5, asks: [order_id], words: "What is the number of your order?"}
  what-about:
    {type: answer, channels: [call], effort: 0.5, asks: [reason], words: "What is it about?"}
"""


class Asked(NamedTuple):
    """Questions to people with an open case, to people without one, and the decisions of the former."""

    again: int
    fresh: int
    with_case: int


def asked(seed: int, declared: bool, customers: int, days: int) -> Asked:
    """Live through some days; with ``declared`` the policy says what its questions ask for, without it nobody can know."""
    policy = POLICY.replace("EFFORT", "effort: {relief: no}") + (_ACTIONS if declared else re.sub(r"asks: \[\w+\], ", "", _ACTIONS))
    world = Society(seed, customers)
    cases: dict[str, set[str]] = defaultdict(set)
    again = fresh = with_case = 0
    decisions: list[dict[str, Any]] = []
    with Engine.open(policy.encode()) as engine:
        for day in range(days):
            events = world.day(day, decisions)
            decisions = engine.process(events)
            for event in events:
                _note(event, cases)
            about = {event["userId"]: event["properties"]["intent"] for event in events if event.get("event") in OF_A_JOURNEY}
            for customer, intent in sorted(about.items()):
                one = engine.decide(customer, "agent-screen", context={"intent": intent})
                with_case += bool(cases[customer])
                if one["action"] in ASKING:
                    again, fresh = again + bool(cases[customer]), fresh + (not cases[customer])
                decisions.append(one)
            for one in decisions:
                one["effort"] = 0.0
    return Asked(again, fresh, with_case)


def _note(event: dict[str, Any], cases: dict[str, set[str]]) -> None:
    said = event.get("properties", {})
    if event.get("event") in ("Case Opened", "Complaint Made") and "case_id" in said:
        cases[event["userId"]].add(said["case_id"])
    elif event.get("event") in ("Case Closed", "Case Confirmed"):
        cases[event["userId"]].discard(said["case_id"])
