"""Offers in the library: kept whatever the policy says now, by every id, for one receipt and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from platinum import Engine
from platinum.errors import EventRejected, UsageError
from tests.builders.mailing import POLICY, an_order

GARDEN_ONLY_CARD = POLICY.replace(b"garden-week", b"garden-month").replace(b"candle-week", b"candle-month")


def offered(engine: Engine, day: int, *, sent: bool = False) -> str:
    """Id of the offer that an order of this day is answered by."""
    (decision,) = engine.process([an_order("ada", day, at=f"2026-03-{day:02}T10:00:00Z")])
    if sent:
        engine.process([told("Contact Dispatched", decision["decision_id"], f"2026-03-{day:02}T10:00:05Z")])
    return str(decision["decision_id"])


def told(name: str, decision: str, at: str, **said: Any) -> dict[str, Any]:
    properties = {"decision_id": decision, **said}
    return {"type": "track", "event": name, "userId": "ada", "messageId": f"{name} {at}", "timestamp": at, "properties": properties}


def test_what_was_said_is_owed_when_the_policy_knows_it_no_more_and_everything_is_stopped() -> None:
    with Engine.open(POLICY) as engine:
        first, again = offered(engine, 1, sent=True), offered(engine, 2, sent=True)
        engine.activate(GARDEN_ONLY_CARD)
        engine.stop()

        seen = engine.offer(again, "ada")
        used = engine.redeem(again, "ada", "r-1", 12.5, "till", now="2026-03-03T10:00:00Z")
        other = engine.redeem(first, "ada", "r-2")

    assert (seen.answer, seen.action, seen.holds_until) == ("honoured", "garden-week", "2026-03-17T00:00:00.000Z")
    assert seen.terms is not None
    assert seen.terms["ends"] == "2026-03-16"
    assert (used.answer, used.redeemed_at, used.holds_until) == ("honoured", "2026-03-03T10:00:00.000Z", None)
    assert (other.answer, other.reason, other.redeemed_at) == ("refused", "redeemed", "2026-03-03T10:00:00.000Z")


def test_a_look_up_changes_nothing_and_a_refusal_appends_nothing() -> None:
    with Engine.open(POLICY) as engine:
        offer = offered(engine, 1)
        before = engine.customers()
        asked = [engine.offer(offer, "ada"), engine.offer(offer, "bea"), engine.redeem(offer, "bea", "r-1")]
        asked.append(engine.redeem(offer, "ada", "r-1", now="2026-03-16T00:00:00Z"))

        assert [(one.answer, one.reason) for one in asked] == [
            ("honoured", None),
            ("refused", "unknown"),
            ("refused", "unknown"),
            ("refused", "over"),
        ]
        assert engine.customers() == before


def test_a_redemption_is_an_ordinary_event_that_ends_the_offer_and_counts_as_accepted() -> None:
    with Engine.open(POLICY) as engine:
        one = offered(engine, 1)
        used = engine.redeem(one, "ada", "r-1", 12.5, "till")
        profile: Any = engine.profile("ada")

    assert used.answer == "honoured"
    assert profile["ledger"]["open"] == []
    (entry,) = profile["ledger"]["offers_redeemed"]
    assert (entry["name"], entry["redeemed_at"]) == ("garden-week", used.redeemed_at)


def test_an_event_of_a_till_that_only_reports_closes_it_for_everybody_else() -> None:
    with Engine.open(POLICY) as engine:
        one = offered(engine, 1)
        engine.process([told("Offer Redeemed", one, "2026-03-01T12:00:00Z", redeemed_by="r-7")])

        assert engine.redeem(one, "ada", "r-8").reason == "redeemed"
        assert engine.redeem(one, "ada", "r-7").answer == "honoured"


def test_somebody_without_an_account_uses_theirs_too() -> None:
    with Engine.open(POLICY) as engine:
        order = an_order("x", 1, at="2026-03-01T10:00:00Z")
        del order["userId"]
        (decision,) = engine.process([order | {"anonymousId": "tab-1"}])

        assert (engine.redeem(decision["decision_id"], "anon:tab-1", "r-1").answer, engine.rejected) == ("honoured", [])


def test_what_was_stopped_before_it_was_sent_was_never_offered() -> None:
    with Engine.open(POLICY) as engine:
        unsent = offered(engine, 1)
        engine.stop()

        assert engine.redeem(unsent, "ada", "r-1").reason == "gone"


def test_a_decision_that_offers_nothing_is_no_offer() -> None:
    policy = POLICY.replace(b"type: offer", b"type: help").replace(b'    terms: {total_cost: "as marked", ends: 14d', b"#")
    with Engine.open(policy) as engine:
        assert engine.offer(offered(engine, 1), "ada").reason == "unknown"


@pytest.mark.parametrize(
    ("changed", "error", "names"),
    [
        ({"decision_id": "seven"}, UsageError, "'decision_id'"),
        ({"redeemed_by": ""}, ValueError, "'redeemed_by'"),
        ({"redeemed_by": 7}, TypeError, "'redeemed_by'"),
        ({"value": "12"}, TypeError, "'value'"),
        ({"value": float("nan")}, ValueError, "'value'"),
        ({"channel": ""}, ValueError, "'channel'"),
        ({"customer_id": "ada@example.org"}, EventRejected, "customer_id"),
    ],
)
def test_what_cannot_be_a_redemption_is_refused_by_name(changed: dict[str, Any], error: type[Exception], names: str) -> None:
    said: dict[str, Any] = {"decision_id": "d.1.0.5.0", "customer_id": "ada", "redeemed_by": "r-1"} | changed
    with Engine.open(POLICY) as engine, pytest.raises(error, match=names):
        engine.redeem(**said)
