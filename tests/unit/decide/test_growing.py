"""Growth in a decision, and how it is explained."""

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
channels: {web: inbound}
value: {orders: {r: 0.5, alpha: 20, a: 0.1, b: 3}, spend: {p: 6, q: 4, v: 15}}
tiers: {names: [basic, top], margin: [40]}
exploration: {gamma0: 10000, silence: 0}
actions:
  club: {type: help, channels: [web], p_accept: 0.5, lever: 50, GROWS, words: Join.}
"""


def explained(grows: str, orders: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """(explanation of a decision about somebody with so many orders, their profile)."""
    events = [
        {
            "type": "track",
            "event": "Order Completed",
            "userId": "c-1",
            "timestamp": f"2026-03-{2 + 7 * i:02d}T09:00:00Z",
            "properties": {"order_id": f"o-{i}", "total": 40.0},
        }
        for i in range(orders)
    ]
    with platinum.Engine.open(POLICY.replace(b"GROWS", grows.encode())) as engine:
        engine.process(events)
        decision = engine.decide("c-1", "web", now="2026-03-30T10:00:00Z")
        return derivation(engine, decision), engine.profile("c-1", now="2026-03-30T10:00:00Z") or {}


@pytest.mark.parametrize("orders", [1, 4])
def test_the_value_of_growth_is_what_it_changes_in_what_the_person_is_worth(orders: int) -> None:
    found, profile = explained("grows: {money: 1, of_equity: 0.1}", orders)

    equity = profile["worth"]["equity"]
    assert found["worth"] == {"equity": equity, "potential": equity, "tier": profile["worth"]["tier"]}
    assert found["chosen"]["terms"]["value"] == pytest.approx(0.5 * 1.5 * (1.0 + 0.1 * equity), rel=1e-5)
    (candidate,) = (one for one in found["candidates"] if one["action"] == "club")
    assert candidate["terms"]["value"] == found["chosen"]["terms"]["value"]
    assert found["reproduced"]


def test_of_who_has_ordered_nothing_the_money_alone_counts() -> None:
    found, _ = explained("grows: {money: 1, of_equity: 0.1}", 0)

    assert found["chosen"]["terms"]["value"] == pytest.approx(0.75)
    assert found["worth"] == {"equity": 0.0, "potential": 0.0, "tier": "basic"}


def test_nothing_is_computed_that_no_action_asks_for() -> None:
    found, _ = explained("grows: 1", 4)

    assert found["worth"]["equity"] is None
    assert found["worth"]["tier"] == "top"
