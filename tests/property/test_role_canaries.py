"""Planted words and categories of one role are in no content that is decided for another (treatment-formulas 3.16)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from platinum import Engine
from platinum.ops.population.shop import GIFT_SHOP
from platinum.ops.society import Society

PERSON, FIRM = "c-1", "zqfirm"
#: Categories by role; what is looked for is any trace of them, or of the ids that belong to a role.
OF = {"": ("zqhome-a", "zqhome-b"), FIRM: ("zqwork-a", "zqwork-b")}
DAY_S = 86_400
POLICY: dict[str, Any] = {
    "policy": "canaries",
    "currency": "EUR",
    "timezone": "Europe/London",
    "human": {"phone": "1"},
    "languages": ["en"],
    "categories": [*OF[""], *OF[FIRM]],
    "channels": {"web": "inbound", "email": "outbound"},
    "decide_on": ["page", "order_completed", "case_due", "promise_broken", "promise_due"],
    "tiers": {"names": ["basic", "plus"], "margin": [10]},
    "promises": {"repair": {"within": "7d"}},
    "actions": {
        "last": {"type": "help", "channels": ["web", "email"], "value": 5, "p_accept": 0.4, "words": {"en": "More of {last_category}?"}},
        "top": {"type": "help", "channels": ["web", "email"], "value": 4, "p_accept": 0.4, "words": {"en": "You like {top_category}."}},
        "since": {"type": "help", "channels": ["web"], "value": 3, "p_accept": 0.4, "words": {"en": "Since {first_order_date}."}},
        "sorry": {"type": "apology", "channels": ["web", "email"], "words": {"en": "We are sorry."}},
        "thanks": {"type": "thank_you", "channels": ["web", "email"], "words": {"en": "Thank you for {last_order_date}."}},
        "late": {"type": "amends", "pays": ["promise_broken"], "channels": ["web", "email"], "words": {"en": "We are late."}},
    },
}


def at(second: int) -> str:
    """An instant so long after the beginning of March 2026."""
    return f"{datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}"


def a_history(rng: random.Random, n: int) -> list[tuple[str, dict[str, Any]]]:
    """(role, event) of somebody who buys, looks, complains and is promised something in both roles."""
    calls = [("", {"type": "group", "groupId": FIRM, "traits": {"role": "buyer", "basis": rng.choice(["declared", "inferred"])}})]
    for i in range(n):
        role = rng.choice(list(OF))
        category, ref = rng.choice(OF[role]), f"{OF[role][0]}-{i}"
        line = [{"category": category, "price": rng.randrange(5, 90), "quantity": 1}]
        made: list[tuple[str, dict[str, Any]]] = [
            ("Order Completed", {"order_id": ref, "products": line}),
            ("Product Viewed", {"category": category}),
            ("Product Added", {"category": category, "price": 5}),
            (
                "Case Opened",
                {"case_id": ref, "severity": rng.randrange(1, 6), "category": category, "fault": rng.choice(["ours", "theirs"])},
            ),
            ("Complaint Made", {"about": ref, "severity": 2}),
            ("Promise Made", {"promise_id": ref, "class": "repair", "due_at": at(i * DAY_S + 5 * DAY_S)}),
            ("Request Made", {"request_id": ref, "intent": category}),
        ]
        name, properties = rng.choice(made)
        calls.append((role, {"type": "track", "event": name, "properties": properties | ({"account": role} if role else {})}))
        if rng.random() < 0.5:
            role = rng.choice(list(OF))
            calls.append((role, {"type": "page", "properties": {"account": role} if role else {}}))
    consent = {"type": "track", "event": "Consent Changed", "properties": {"purpose": "promotion", "state": "granted"}}
    return [("", consent), *calls]


def leaks(decision: dict[str, Any]) -> list[str]:
    """Traces of the other role in a decision."""
    here = FIRM if decision["role"] is not None else ""
    text = orjson.dumps({name: value for name, value in decision.items() if name != "decision_id"}).decode()
    return [word for role, words in OF.items() if role != here for word in words if word in text]


@pytest.mark.parametrize("seed", range(6))
def test_no_word_or_id_of_one_role_is_in_a_decision_for_another(seed: int) -> None:
    rng = random.Random(seed)
    told = {"": set[str](), FIRM: set[str]()}
    with Engine.open(orjson.dumps(POLICY), partitions=1, buckets=1) as engine:
        for i, (_, call) in enumerate(a_history(rng, 40)):
            event = {**call, "userId": PERSON, "messageId": f"m-{i}", "timestamp": at(i * DAY_S // 2), "receivedAt": at(i * DAY_S // 2)}
            made = engine.process([event])
            assert engine.rejected == []
            for role in OF:
                context = {"account": role} if role else {}
                made.append(engine.decide(PERSON, "web", context=context))
            for one in made:
                assert leaks(one) == [], orjson.dumps(one)
                role = FIRM if one["role"] is not None else ""
                text = orjson.dumps(one["content"]).decode() + str(one["human_path"])
                told[role] |= {word for word in OF[role] if word in text}

    assert told[""], "nothing of their own was ever said: the test looks at nothing"


def test_nothing_that_the_simulated_society_keeps_to_one_role_is_told_in_another() -> None:
    world, decisions = Society(5, 500), list[dict[str, Any]]()
    shop = {**POLICY, "categories": list(GIFT_SHOP.categories), "currency": "EUR"}
    mine = set(world.canaries())
    made: list[tuple[str, str]] = []
    firms: dict[str, str] = {}
    with Engine.open(orjson.dumps(shop), partitions=1, buckets=1) as engine:
        for day in range(12):
            events = [event for event in world.day(day, decisions) if event["userId"] in mine]
            decisions = [one for event in events for one in engine.process([event])]
            firms |= {event["userId"]: event["groupId"] for event in events if event["type"] == "group"}
            asked = [engine.decide(who, "web", context={"account": of} if of else {}) for who, firm in firms.items() for of in ("", firm)]
            for one in (*decisions, *asked):
                said = orjson.dumps([one["content"], one["human_path"], one["offer"], one["promise"]]).decode()
                made.append((f"{one['customer_id']} {'' if one['role'] is None else 'at work'}", said))
        canaries = world.canaries()

    leaked = [(who, word) for who, said in made for word in _others(canaries, *who.split(" ", 1)) if word in said]
    assert len({who for who, said in made if "zq" in said or any(c in said for c in GIFT_SHOP.categories)}) > 20
    assert leaked == []


def _others(canaries: dict[str, Any], customer: str, at_work: str) -> list[str]:
    """What belongs to the other role of somebody."""
    theirs = [told for role, told in canaries[customer].items() if (role != "private") != bool(at_work)]
    return [word for told in theirs for word in (*told["strings"], *told["categories"])]
