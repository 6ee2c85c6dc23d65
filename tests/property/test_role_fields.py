"""No condition sees through the wall: of two people who differ in one role alone, all that is decided in another is the same (3.16)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from platinum import Engine
from platinum.policy.fields import FIELDS

FIRM = "zqfirm"
#: Fields of the person, who is one in every role (docs/reference/roles.md). A new one has to be named here, or with the others.
PERSONS = frozenset(
    {
        *("events", "days_since_seen", "days_since_first_seen", "gratitude", "days_since_thanked", "contacts_7d", "contacts_30d"),
        *("planned_contacts", "language", "country", "trait", "engagement", "reached", "consent_promotion", "hour", "weekday", "say_do"),
        *("trust", "vulnerable", "effort", "journey_contacts", "predicted_ces", "surveyed_ces", "referrals", "reviews", "helped"),
        *("ambassador", "party", "talk_listen", "wishes.tone", "wishes.detail", "wishes.order", "wishes.pace", "wishes.language"),
    }
)
#: ... of the moment, and of the account that it is about.
MOMENTS = frozenset({"trigger", "trigger_category", "trigger_amount", "role", *(name for name in FIELDS if name.startswith("account."))})
#: ... and of the role in which something was bought, wanted or opened.
ROLES = frozenset(
    {
        *("orders", "spend", "frequency", "recency_days", "age_days", "days_since_last", "monetary_value", "spend_365d", "cancellations"),
        *("refunded", "views_30d", "cart_value", "affinity", "open_cases", "case_severity", "days_since_case", "money_owed"),
        *("open_promises", "broken_promises", "hours_to_promise", "open_requests", "open_offers", "open_answers", "p_alive"),
        *("expected_orders", "expected_spend", "equity", "potential", "unrealised", "share_of_potential", "tier", "goal_progress"),
        *("days_to_goal", "has_goal", "give", "get", "balance"),
    }
)
TERMS = {"total_cost": "x", "ends": "14d", "cancel": "n", "data_use": "none"}
#: What is known of each of them where nothing has happened, and would not be once something has.
UNTOUCHED: dict[str, Any] = {
    **{f"known {name}": {name: {"known": False}} for name in ROLES - {"affinity", "tier", "share_of_potential"}},
    **{f"least {name}": {name: {"at_least": 0.001}} for name in ROLES - {"affinity", "tier", "share_of_potential"}},
    **{f"below {name}": {name: {"at_most": 0}} for name in ROLES - {"affinity", "tier", "share_of_potential"}},
    "known affinity": {"affinity.a": {"at_least": 0.001}},
}
POLICY: dict[str, Any] = {
    "policy": "fields",
    "currency": "EUR",
    "timezone": "Europe/London",
    "human": {"phone": "1"},
    "languages": ["en"],
    "categories": ["a", "b"],
    "channels": {"web": "inbound"},
    "decide_on": [],
    "value": {"margin": 0.5},
    "goals": {"g": {"categories": ["a"]}},
    "promises": {"repair": {"within": "7d"}},
    "actions": {
        f"do-{i}": {
            "type": "offer",
            "channels": ["web"],
            "value": 5,
            "p_accept": 0.4,
            "terms": TERMS,
            "words": {"en": "Look."},
            "when": when,
        }
        for i, when in enumerate(UNTOUCHED.values())
    },
}


def at(day: int, hour: int = 9) -> str:
    """An hour of a day of March 2026."""
    return f"2026-03-{day:02d}T{hour:02d}:00:00Z"


def group(who: str) -> dict[str, Any]:
    """Somebody belongs to the firm."""
    return {"type": "group", "userId": who, "groupId": FIRM, "traits": {"role": "buyer"}, "timestamp": at(1), "receivedAt": at(1)}


def track(who: str, name: str, when: str, **properties: Any) -> dict[str, Any]:
    """One event."""
    said = {"type": "track", "event": name, "userId": who, "properties": properties, "timestamp": when, "receivedAt": when}
    return said | {"messageId": f"{who} {name} {when} {properties.get('account')}"}


def a_life(who: str, role: dict[str, str]) -> list[dict[str, Any]]:
    """Somebody buys, looks, wants, is promised something and has trouble, all of it in one role; the quarantine is over."""
    bought = [
        track(
            who,
            "Order Completed",
            at(1 + i),
            order_id=f"o-{i}",
            total=500,
            currency="EUR",
            products=[{"category": "a", "price": 500}],
            **role,
        )
        for i in range(1, 4)
    ]
    return [
        *bought,
        track(who, "Order Cancelled", at(5), order_id="o-3", reason="our_fault", **role),
        track(who, "Order Refunded", at(5, 10), order_id="o-2", total=10, **role),
        track(who, "Product Viewed", at(5, 11), category="a", **role),
        track(who, "Product Added", at(5, 12), category="a", price=7, **role),
        track(who, "Goal Stated", at(5, 13), goal="g", **role),
        track(who, "Promise Made", at(5, 14), promise_id="p", **{"class": "repair"}, due_at=at(30), **role),
        track(who, "Request Made", at(5, 15), request_id="r", intent="x", **role),
        track(who, "Case Opened", at(5, 16), case_id="c", severity=2, fault="ours", **role),
        track(who, "Case Closed", at(6), case_id="c", **role),
    ]


def eligible(engine: Engine, who: str, context: dict[str, str]) -> list[str]:
    """Fields and tests by which somebody qualifies, in one role."""
    decision = engine.decide(who, "web", context=context, now=at(28))
    found = engine.explain(decision["decision_id"]) or {}
    names = list(UNTOUCHED)
    gates = {one["action"]: one["gate"] for one in found["candidates"]}
    return [names[int(action.removeprefix("do-"))] for action, gate in gates.items() if gate != "eligibility"]


def test_every_field_of_conditions_is_said_to_be_the_persons_or_a_roles() -> None:
    kinds = (PERSONS, MOMENTS, ROLES)

    assert {name for kind in kinds for name in kind} == set(FIELDS)
    assert sum(map(len, kinds)) == len(FIELDS)


@pytest.mark.parametrize(("lived_in", "seen_in"), [({}, {"account": FIRM}), ({"account": FIRM}, {})], ids=["at-home", "at-work"])
def test_who_differs_from_another_in_one_role_alone_qualifies_in_the_other_for_the_same(
    lived_in: dict[str, str], seen_in: dict[str, str]
) -> None:
    with Engine.open(orjson.dumps(POLICY), partitions=1, buckets=1) as engine:
        granted = {"purpose": "promotion", "state": "granted"}
        for who in ("lived", "bare"):
            engine.process([group(who), track(who, "Consent Changed", at(1), **granted)])
        engine.process(a_life("lived", lived_in))
        assert engine.rejected == []
        there = [eligible(engine, who, lived_in) for who in ("lived", "bare")]
        elsewhere = [eligible(engine, who, seen_in) for who in ("lived", "bare")]

    assert set(there[0]) != set(there[1])
    assert elsewhere[0] == elsewhere[1], sorted({*elsewhere[0]} ^ {*elsewhere[1]})
