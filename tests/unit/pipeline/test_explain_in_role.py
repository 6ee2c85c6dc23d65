"""`explain` of a decision in an account's role: what rests there and why, what would have changed it, and nothing of any other role."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from platinum import Engine

PERSON, FIRM = "c-1", "a-17"
HELP: dict[str, Any] = {"type": "help", "channels": ["web"], "value": 5, "p_accept": 0.4, "words": {"en": "Hello."}}
POLICY: dict[str, Any] = {
    "policy": "roles",
    "currency": "EUR",
    "timezone": "Europe/London",
    "human": {"phone": "1"},
    "languages": ["en"],
    "categories": ["lamps", "toys"],
    "channels": {"web": "inbound", "email": "outbound"},
    "decide_on": ["page"],
    "promises": {"reply": {"within": "1d"}},
    "exploration": {"gamma0": 10000, "silence": 0},
    "actions": {
        "news": {**HELP, "channels": ["email", "web"]},
        "rich": {**HELP, "value": 90, "when": {"spend": {"at_least": 100000}}},
        "sorry": {"type": "apology", "channels": ["web"], "words": {"en": "We are sorry."}},
    },
}


def call(who: str, day: int, event: str, **properties: Any) -> dict[str, Any]:
    """An event; ``group`` is a call of its own, ``page`` too."""
    at = f"2026-03-{day:02d}T10:00:00Z"
    base = {"userId": who, "timestamp": at, "receivedAt": at, "messageId": f"{who} {day} {event} {orjson.dumps(properties).decode()}"}
    if event == "group":
        return base | {"type": "group", "groupId": FIRM, "traits": properties}
    if event == "page":
        return base | {"type": "page", "properties": properties}
    return base | {"type": "track", "event": event, "properties": properties}


def explained(*events: dict[str, Any], account: str = FIRM, **changed: Any) -> dict[str, Any]:
    """`explain` of what is decided for the person on the web, ten days on."""
    with Engine.open(orjson.dumps(POLICY | changed), partitions=1, buckets=1) as engine:
        engine.process([call(PERSON, 1, "Consent Changed", purpose="promotion", state="granted"), *events])
        assert engine.rejected == []
        decision = engine.decide(PERSON, "web", context={"account": account} if account else {}, now="2026-03-12T10:00:00Z")
        found = engine.explain(decision["decision_id"])
    assert found is not None
    assert found["reproduced"]
    return found


def change(found: dict[str, Any], kind: str) -> list[tuple[str, str | None]]:
    return [(one["if"], one["winner"]["action"]) for one in found["changes"] if one["kind"] == kind]


ORDER = call(PERSON, 2, "Order Completed", order_id="o", total=1500, currency="EUR", products=[{"category": "toys", "price": 1500}])
JOINED = call(PERSON, 1, "group", role="buyer")


def test_a_condition_is_told_as_it_was_in_the_role_and_turned_there() -> None:
    work, home = explained(JOINED, ORDER), explained(JOINED, ORDER, account="")

    (failed,) = [one["failed"] for one in work["candidates"] if one["action"] == "rich"]
    assert failed == [{"condition": "spend at least 100000", "was": {"spend": 0.0}}]
    assert change(work, "condition") == [("`spend at least 100000` had been true (it was 0)", "rich")]
    assert "1500" not in orjson.dumps(work).decode()
    assert change(home, "condition") == [("`spend at least 100000` had been true (it was 1500)", "rich")]


def test_the_profile_is_the_one_that_may_be_seen_in_the_role() -> None:
    asked = call(PERSON, 3, "Request Made", request_id="r", intent="toys")
    promised = call(PERSON, 4, "Promise Made", promise_id="p", due_at="2026-03-20T10:00:00Z", account=FIRM, **{"class": "reply"})
    work, home = (explained(JOINED, ORDER, asked, promised, account=role)["profile"] for role in (FIRM, ""))

    assert (work["value"]["orders"], work["affinities"], [one["kind"] for one in work["ledger"]["open"]]) == (0, [], ["promise"])
    assert [one["account"] for one in work["roles"]] == [FIRM]
    assert (home["value"]["orders"], home["roles"], [one["kind"] for one in home["ledger"]["open"]]) == (1, [], ["request"])
    assert [one["intent"] for one in (*work["effort"]["journeys"], *home["effort"]["journeys"])] == [None, None]


def test_a_case_at_home_rests_promotion_at_work_and_is_not_named_there() -> None:
    opened = call(PERSON, 11, "Case Opened", case_id="c", severity=3, fault="ours")
    work, home = explained(JOINED, opened), explained(JOINED, opened, account="")

    assert change(work, "case") == [], work["changes"]
    assert change(home, "case") == [("no case had been open", "news")]
    assert [one["profile"]["ledger"]["promotion_rests"] for one in (work, home)] == [True, True]
    assert work["profile"]["ledger"]["open"] == []


def test_a_colleagues_case_is_told_as_the_reason_and_as_what_would_have_changed_it() -> None:
    found = explained(JOINED, call("other", 1, "group"), call("other", 3, "Case Opened", case_id="c", severity=3, account=FIRM))

    assert found["chosen"]["action"] is None
    assert "Promotion rests in this role: a case of the account is open." in found["lines"]
    assert change(found, "case") == [("no case of the account had been open", "news")]


@pytest.mark.parametrize("said", [(), (JOINED, call(PERSON, 2, "group", left=True))])
def test_a_role_that_is_over_or_unheard_of_is_told_so(said: tuple[dict[str, Any], ...]) -> None:
    found = explained(*said)

    assert "Promotion rests in this role: it is over, or nobody said that they have it." in found["lines"]
    assert change(found, "role") == [("the role had been in force", "news")]
    assert change(explained(JOINED), "role") == []


def test_an_account_that_has_had_its_contacts_is_told_so() -> None:
    grant = call("other", 1, "Consent Changed", purpose="promotion", state="granted")
    capped: dict[str, Any] = {"accounts": {"cap": {"limit": 1, "days": 30}}, "caps": []}
    with Engine.open(orjson.dumps(POLICY | capped), partitions=1, buckets=1) as engine:
        engine.process([call(PERSON, 1, "Consent Changed", purpose="promotion", state="granted"), JOINED, call("other", 1, "group"), grant])
        (first,) = engine.process([call("other", 2, "page", account=FIRM)])
        (second,) = engine.process([call(PERSON, 3, "page", account=FIRM)])
        found = engine.explain(second["decision_id"])

    assert (first["action"], second["action"], second["reasons"][-1]["code"]) == ("news", None, "account_cap")
    assert found is not None
    (line,) = [one for one in found["lines"] if "accounts.cap" in one]
    assert line.startswith("The account has had as many contacts as it may, until 2026-04-01T10:00:00")
    assert change(found, "account") == [("the account had had no contact", "news")]
