"""A derivation tells the best without one part, which condition failed on what, and what would have changed the decision."""

from __future__ import annotations

from typing import Any

import pytest

from platinum.cli.explain_text import tree
from platinum.engine import Engine

POLICY = """
policy: two
currency: EUR
timezone: UTC
human: {email: a@example.org}
channels: {web: inbound, email: {kind: outbound, basis: existing_customer}}
placements: {home: web}
decide_on: [order_completed]
caps: [1 offer per 7d]
exploration: {gamma0: 10000, prior_n: 1000000, silence: 0}
recovery: {quarantine: 0h}
actions:
  sure: {type: help, channels: [web], value: 2, p_accept: 0.5, words: hello}
  dear: {type: help, channels: [web], value: 30, p_accept: 0.05, cost: 0.6, words: hello}
  fewer: {type: help, channels: [web], value: 90, p_accept: 0.5, ramp: 0%, words: hello}
  loyal: {type: help, channels: [web], value: 90, p_accept: 0.5, when: {orders: {at_least: 3}, country: GB}, words: hello}
  sorry: {type: apology, channels: [web], words: sorry}
"""
ORDER = {"type": "track", "event": "Order Completed", "userId": "ada", "messageId": "m1", "timestamp": "2026-03-01T10:00:00Z",
         "properties": {"order_id": "o1", "total": 10.0, "currency": "EUR"}}  # fmt: skip


def lives_in(country: str) -> dict[str, Any]:
    return {"type": "identify", "userId": "ada", "messageId": "m0", "timestamp": "2026-02-01T10:00:00Z", "traits": {"country": country}}


FAILURE = {"type": "track", "event": "Failure Reported", "userId": "ada", "messageId": "m2", "timestamp": "2026-03-02T10:00:00Z",
           "properties": {"severity": 3, "fault": "ours"}}  # fmt: skip


def explained(*events: dict[str, Any]) -> dict[str, Any]:
    with Engine.open(POLICY.encode()) as engine:
        engine.process(events)
        decision = engine.decide("ada", "home", now="2026-03-03T10:00:00Z")
        found = engine.explain(decision["decision_id"])
    assert found is not None
    return found


def winners(found: dict[str, Any], kind: str) -> list[str | None]:
    return [one["winner"]["action"] for one in found["changes"] if one["kind"] == kind]


def test_the_best_without_one_part_is_told() -> None:
    found = explained(ORDER)

    assert found["chosen"]["action"] == "sure"
    assert {one["without"]: one["action"] for one in found["drop_one"]} == {
        "p_accept": "dear",  # 0.275 × 30 - 0.6
        "welcome": "sure",
        "worth": "sure",  # 0.5 × 16
        "lever": "sure",
        "goal": "sure",
        "costs": "dear",  # 1.5, and 1.0
    }
    assert found["runner_up"]["behind_by"] == pytest.approx(0.1, rel=1e-5)


def test_a_condition_that_failed_is_told_with_what_it_met_and_other_peoples_words_are_not() -> None:
    (loyal,) = [one for one in explained(lives_in("SE"), ORDER)["candidates"] if one["action"] == "loyal"]

    assert loyal["failed"] == [
        {"condition": "country is GB", "was": {"country": "another"}},
        {"condition": "orders at least 3", "was": {"orders": 1.0}},
    ]


def test_one_condition_of_two_that_failed_would_have_changed_nothing() -> None:
    assert winners(explained(lives_in("SE"), ORDER), "condition") == []
    assert winners(explained(lives_in("GB"), ORDER), "condition") == ["loyal"]


def test_a_ramp_that_has_not_reached_them_is_told_with_the_share_that_would() -> None:
    (one,) = [one for one in explained(ORDER)["changes"] if one["kind"] == "ramp"]

    assert one["winner"]["action"] == "fewer"
    with Engine.open(POLICY.replace("ramp: 0%", f"ramp: {one['share']:.6f}").encode()) as engine:
        engine.process([ORDER])
        assert engine.decide("ada", "home", now="2026-03-03T10:00:00Z")["action"] == "fewer"
    with Engine.open(POLICY.replace("ramp: 0%", f"ramp: {one['share'] - 0.000002:.6f}").encode()) as engine:
        engine.process([ORDER])
        assert engine.decide("ada", "home", now="2026-03-03T10:00:00Z")["action"] == "sure"


def test_the_case_that_was_open_and_the_lane_that_took_precedence_are_told() -> None:
    found = explained(ORDER, FAILURE)

    assert found["chosen"]["action"] == "sorry"
    assert winners(found, "case") == ["sure"]
    assert winners(found, "lane") == [None], "promotion rests while the case is open"
    assert explained(ORDER)["chosen"]["action"] == "sure"


def test_the_tree_holds_all_of_it() -> None:
    text = tree(explained(ORDER))

    for part in ("why", "what was weighed (money)", "the best without one part", "what was stopped", "what would have changed it"):
        assert f"─ {part}" in text
    assert "without costs: dear by web" in text
    assert "needs orders at least 3 (orders is 1)" in text
    assert "byte for byte" in text
