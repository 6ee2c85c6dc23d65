"""From a request, an event or a timer in the role for an account to what is decided, remembered and explained there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from platinum import Engine
from platinum.api.problems import Problem
from platinum.api.repeats import Repeats
from platinum.api.requests import decision_request
from platinum.api.service import DecisionRequest

PERSON, FIRM = "c-1", "a-17"
POLICY: dict[str, Any] = {
    "policy": "roles",
    "currency": "EUR",
    "timezone": "Europe/London",
    "human": {"phone": "1"},
    "languages": ["en"],
    "categories": ["lamps", "toys"],
    "channels": {"web": "inbound", "email": {"kind": "outbound", "expires": "5d"}},
    "decide_on": ["page", "promise_broken", "order_completed", "product_viewed"],
    "promises": {"reply": {"within": "1d"}},
    "exploration": {"gamma0": 10000, "silence": 0},
    "actions": {
        "answer": {"type": "answer", "channels": ["web"], "promise": "reply", "words": {"en": "We reply within a day."}},
        "late": {"type": "amends", "pays": ["promise_broken"], "channels": ["web", "email"], "words": {"en": "We are late."}},
        "for-buyers": {
            "type": "help",
            "channels": ["web"],
            "value": 9,
            "p_accept": 0.5,
            "when": {"role": "buyer"},
            "words": {"en": "Hello."},
        },
        "lamps": {
            "type": "help",
            "channels": ["web", "email"],
            "value": 9,
            "p_accept": 0.5,
            "when": {"trigger_category": "lamps"},
            "words": {"en": "Lamps."},
        },
    },
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine.open(orjson.dumps(POLICY), partitions=1, buckets=1) as opened:
        yield opened


def sent(engine: Engine, customer: str, day: int, event: str = "", **properties: Any) -> list[dict[str, Any]]:
    """What was decided about an event; without a name, a ``group`` call."""
    at = f"2026-03-{day:02d}T10:00:00Z"
    call: dict[str, Any] = {"userId": customer, "timestamp": at, "receivedAt": at, "messageId": f"{customer} {day} {event}"}
    call |= (
        {"type": "track", "event": event, "properties": properties} if event else {"type": "group", "groupId": FIRM, "traits": properties}
    )
    made = engine.process([call])
    assert engine.rejected == []
    return made


def test_a_request_names_its_account_in_either_word_and_what_is_promised_stays_there(engine: Engine) -> None:
    sent(engine, "asks", 1, role="buyer")

    context = {"intent": "where"}
    answered = engine.decide("asks", "web", context=context | {"account": FIRM})
    again = engine.decide("asks", "web", context=context | {"groupId": FIRM})

    assert (answered["action"], answered["role"]) == ("answer", {"account": FIRM, "name": "buyer"})
    assert again["role"] == answered["role"]
    roles = engine.profile("asks")["roles"]  # type: ignore[index]
    assert (roles[0]["account"], roles[0]["open_here"] >= 1, roles[0]["over"]) == (FIRM, True, False)
    at_home = engine.decide("asks", "web")
    assert at_home["role"] is None


def test_what_falls_due_is_decided_in_the_role_in_which_it_was_promised(engine: Engine) -> None:
    sent(engine, "waits", 2, role="buyer")
    sent(engine, "waits", 2, "Promise Made", promise_id="p", **{"class": "reply"}, due_at="2026-03-03T10:00:00Z", account=FIRM)

    made = [one for one in engine.advance("2026-03-05T10:00:00Z") if one["customer_id"] == "waits"]

    assert [(one["action"], one["role"]["account"]) for one in made] == [("late", FIRM)]


def test_an_order_for_an_account_is_about_what_was_ordered_and_not_about_what_they_like(engine: Engine) -> None:
    grant = {"purpose": "promotion", "state": "granted"}
    sent(engine, "buys", 6, "Consent Changed", **grant)
    sent(engine, "buys", 6, "Order Completed", order_id="1", products=[{"category": "lamps", "price": 5}])
    sent(engine, "buys", 7, role="buyer")

    other = sent(engine, "buys", 8, "Order Completed", order_id="2", products=[{"category": "toys", "price": 5}], account=FIRM)
    same = sent(engine, "buys", 9, "Order Completed", order_id="3", products=[{"category": "lamps", "price": 5}], account=FIRM)

    assert [one["action"] for one in (*other, *same)] == [None, "lamps"], same


def test_a_decision_in_a_role_is_made_again_byte_for_byte_and_says_what_rests(engine: Engine) -> None:
    sent(engine, "left", 10, role="buyer")
    sent(engine, "left", 11, left=True)
    sent(engine, "left", 11, "Product Viewed", category="lamps")

    decision = engine.decide("left", "web", context={"account": FIRM})
    found = engine.explain(decision["decision_id"]) or {}

    assert [reason["code"] for reason in decision["reasons"]] == ["nothing_eligible"]
    assert found["reproduced"]
    assert found["role"] == {"account": FIRM, "name": None, "promotion_rests": "role_over", "full_until": None}
    assert f"in the role of somebody for {FIRM}" in found["lines"][0]


def test_a_colleagues_case_takes_back_what_was_planned_to_sell_to_the_others_there_and_not_at_home(engine: Engine) -> None:
    grant, viewed = {"purpose": "promotion", "state": "granted"}, {"category": "lamps"}
    sent(engine, "one", 12, role="buyer")
    sent(engine, "two", 12, role="buyer")
    sent(engine, "one", 12, "Consent Changed", **grant)
    (work,) = sent(engine, "one", 13, "Product Viewed", account=FIRM, **viewed)
    (home,) = sent(engine, "one", 14, "Product Viewed", **viewed)

    case = {"type": "track", "event": "Case Opened", "userId": "two", "messageId": "case", "timestamp": "2026-03-14T11:00:00Z"}
    engine.process([case | {"receivedAt": "2026-03-14T11:00:00Z", "properties": {"case_id": "c", "severity": 3, "account": FIRM}}])

    assert [work["action"], home["action"]] == ["lamps", "lamps"]
    assert engine.withdrawn == [work["decision_id"]]
    roles = (engine.profile("one") or {})["roles"]
    assert roles[0]["account_stands"]["open_cases"] == 1
    (after,) = sent(engine, "one", 15, "Product Viewed", account=FIRM, **viewed)
    assert (after["action"], after["reasons"][-1]["code"]) == (None, "account_case")
    sent(engine, "two", 16, "Case Closed", case_id="c", account=FIRM)
    (again,) = sent(engine, "one", 17, "Product Viewed", account=FIRM, **viewed)
    assert again["action"] == "lamps"


@pytest.mark.parametrize(("context", "account"), [({"account": "a", "groupId": "b"}, "a"), ({"groupId": "b"}, "b"), ({}, "")])
def test_a_body_over_http_names_the_account_as_events_do(context: dict[str, str], account: str) -> None:
    body = {"customer_id": "c", "placement": "web", "context": context}

    assert decision_request(orjson.dumps(body), accepts_now=False).account == account


@pytest.mark.parametrize("name", ["account", "groupId"])
def test_an_account_with_control_characters_is_refused_by_the_name_of_its_member(name: str) -> None:
    body = {"customer_id": "ada", "placement": "web", "context": {name: "a\t"}}

    with pytest.raises(Problem, match=rf"context\.{name}"):
        decision_request(orjson.dumps(body), accepts_now=False)


def test_an_idempotency_key_is_that_of_one_role_and_requests_without_one_are_what_they_were() -> None:
    plain = DecisionRequest("c", ("web",), (), None, "", "", "", "k", None)
    kept = [Repeats("http", 4).begin(one, lambda _: None) for one in (plain, plain._replace(account=FIRM))]

    prints = [one[0].fingerprint for one in kept if one is not None]
    assert len(set(prints)) == 2
