"""Goals in a decision, how it is explained, and what a profile says of them."""

from __future__ import annotations

from typing import Any

import pytest

import platinum
from tests.stories.twin import derivation

POLICY = b"""
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
categories: [garden, toys]
channels: {web: inbound}
exploration: {gamma0: 10000, silence: 0}
goals: {garden: {inferred_from: 0.6, confidence: 0.4}}
actions:
  plan: {type: help, channels: [web], p_accept: 0.5, value: 4, goal: garden, words: "Your first bed."}
  chair: {type: help, channels: [web], p_accept: 0.5, value: 4.2, category: garden, words: "A chair."}
  MORE
"""
ASK = b"ask: {type: listen, channels: [web], asks: [goal], EFFORT words: What for?}"


def event(name: str, day: int, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": name, "userId": "c-1", "timestamp": f"2026-03-{day:02d}T09:00:00Z", "properties": properties}


def explained(*events: dict[str, Any], more: bytes = b"") -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """(decision, its derivation, profile) on 30 March, after these events."""
    with platinum.Engine.open(POLICY.replace(b"MORE", more)) as engine:
        engine.process(list(events) or [event("Product Viewed", 1, category="toys")])
        decision = engine.decide("c-1", "web", now="2026-03-30T10:00:00Z")
        return decision, derivation(engine, decision), engine.profile("c-1", now="2026-03-30T10:00:01Z") or {}


V_BAR = 0.5 * (4 + 4.2) / 2


@pytest.mark.parametrize(
    ("events", "need", "state"),
    [
        ([event("Goal Stated", 2, goal="garden")], 1.0, "stated"),
        ([event("Goal Stated", 2, goal="garden"), event("Goal Progressed", 9, goal="garden", progress=0.25)], 0.75, "stated"),
        ([event("Product Viewed", 2, category="garden")], 0.4, "inferred"),
        ([event("Product Viewed", 2, category="garden"), event("Goal Progressed", 9, goal="garden", progress=0.5)], 0.2, "inferred"),
    ],
)
def test_a_goal_adds_its_need_times_the_match_times_what_offers_bring(events: list[dict[str, Any]], need: float, state: str) -> None:
    decision, found, profile = explained(*events)

    terms = {one["action"]: one["terms"] for one in found["candidates"]}
    assert terms["plan"]["goal"] == pytest.approx(V_BAR * need, rel=1e-5)
    assert terms["chair"]["goal"] == pytest.approx(V_BAR * 0.5 * need, rel=1e-5)
    assert found["goals"] == [{"goal": "garden", "need": pytest.approx(need)}]
    chosen = found["chosen"]
    assert (chosen["action"], decision["action"]) == ("plan", "plan")
    assert chosen["utility"] == pytest.approx(chosen["terms"]["value"] + chosen["terms"]["goal"] - chosen["terms"]["fatigue"], rel=1e-5)
    assert {"code": "term_goal", "value": pytest.approx(V_BAR * need, rel=1e-5)} in decision["reasons"]
    assert any(f"+ goal {chosen['terms']['goal']:g}." in line for line in found["lines"])
    assert found["reproduced"]
    assert [(one["goal"], one["state"], one["progress"]) for one in profile["goals"]] == [
        ("garden", state, pytest.approx(1 - need / {"stated": 1, "inferred": 0.4}[state]))
    ]


def test_without_a_goal_nothing_is_added_and_no_reason_says_so() -> None:
    decision, found, profile = explained()

    assert (found["goals"], found["chosen"]["terms"]["goal"], profile["goals"]) == ([], 0.0, [])
    assert decision["action"] == "chair"
    assert "term_goal" not in [reason["code"] for reason in decision["reasons"]]


def test_a_person_without_goals_is_not_weighed_by_those_of_the_one_before() -> None:
    with platinum.Engine.open(POLICY.replace(b"MORE", b"")) as engine:
        engine.process([event("Goal Stated", 2, goal="garden"), event("Product Viewed", 2, category="toys") | {"userId": "c-2"}])
        first, second = (engine.decide(who, "web", now="2026-03-30T10:00:00Z") for who in ("c-1", "c-2"))

    assert (first["action"], second["action"]) == ("plan", "chair")


@pytest.mark.parametrize(
    ("effort", "view", "asked"),
    [
        (b"", "toys", True),
        (b"effort: 10,", "toys", True),  # costs 1.00, and knowing could change 2.05
        (b"effort: 10,", "garden", True),  # 1.23
        (b"effort: 10, ", "both", True),
    ],
)
def test_a_question_is_worth_what_knowing_could_change(effort: bytes, view: str, asked: bool) -> None:
    known = 0.4 if view == "garden" else 0.0
    viewed = [event("Product Viewed", 2, category=name) for name in (("garden", "toys") if view == "both" else (view,))]
    decision, found, _ = explained(*viewed, more=ASK.replace(b"EFFORT", effort))

    assert (decision["type"] == "listen") is asked
    assert found["chosen"]["terms"]["goal"] == pytest.approx(V_BAR * (1 - known), rel=1e-5)


def test_a_question_that_costs_more_than_it_could_change_is_not_asked() -> None:
    """Effort of 10 points at 0.20 is 2.00: less than 2.05, more than 1.23."""
    more = ASK.replace(b"EFFORT", b"effort: 10,") + b"\nweights: {effort: 0.2}"
    unknown, _, _ = explained(event("Product Viewed", 2, category="toys"), more=more)
    guessed, _, _ = explained(event("Product Viewed", 2, category="garden"), more=more)

    assert (unknown["type"], guessed["type"]) == ("listen", "help")


def test_a_decision_is_remembered_as_a_treatment() -> None:
    with platinum.Engine.open(POLICY.replace(b"MORE", b"")) as engine:
        engine.process([event("Goal Stated", 2, goal="garden")])
        for hour in (10, 11, 12):
            engine.decide("c-1", "web", now=f"2026-03-30T{hour}:00:00Z")
        treated = (engine.profile("c-1", now="2026-03-30T13:00:00Z") or {})["treated"]

    assert treated == {"treatments": 3, "different": 1, "in_a_row": 3, "last_surprised_at": None}
