"""Deadlines of many members of an account at one instant: in a history each knows what the one before was sent."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from platinum import Engine

PEOPLE, JOINED, DUE = [f"w{i}" for i in range(6)], "2026-03-01T09:00:00Z", "2026-03-05T09:00:00Z"
POLICY: dict[str, Any] = {
    "policy": "capped",
    "currency": "EUR",
    "timezone": "UTC",
    "human": {"phone": "1"},
    "channels": {"email": "outbound"},
    "caps": [],
    "decide_on": ["promise_due"],
    "promises": {"repair": {"within": "7d"}},
    "exploration": {"gamma0": 10000, "silence": 0},
    "actions": {
        "news": {"type": "help", "channels": ["email"], "value": 5, "p_accept": 0.4, "words": "news"},
        "sorry": {"type": "apology", "channels": ["email"], "words": "sorry"},
    },
}


def call(who: str, kind: str, **said: Any) -> dict[str, Any]:
    base = {"userId": who, "messageId": f"{who} {kind}", "timestamp": JOINED, "receivedAt": JOINED}
    if kind == "group":
        return base | {"type": "group", "groupId": said["account"], "traits": {}}
    return base | {"type": "track", "event": kind, "properties": said}


def contacted(cap: dict[str, Any], accounts: str, partitions: int, together: bool) -> list[str]:
    """Who is sent promotion when what was promised to six people of these accounts (one letter each) is nearly due at one instant."""
    events = []
    for who, account in zip(PEOPLE, accounts, strict=True):
        events += [call(who, "group", account=account)] if account != "-" else []
        events += [call(who, "Consent Changed", purpose="promotion", state="granted")]
        owed = {"promise_id": who, "class": "repair", "due_at": DUE}
        events += [call(who, "Promise Made", **owed, **({"account": account} if account != "-" else {}))]
    with Engine.open(orjson.dumps(POLICY | cap), partitions=partitions, buckets=8) as engine:
        for some in [events] if together else [[one] for one in events]:
            engine.process(some)
            assert engine.rejected == []
        made = engine.advance("2026-03-04T10:00:00Z")
    assert [one["customer_id"] for one in made] == PEOPLE
    return [one["customer_id"] for one in made if one["action"] == "news"]


@pytest.mark.parametrize("partitions", [1, 4])
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("limit", "accounts", "who"),
    [
        (1, "AAAAAA", ["w0"]),
        (2, "AAAAAA", ["w0", "w1"]),
        (1, "AB-AB-", ["w0", "w1", "w2", "w5"]),
    ],
)
def test_the_cap_of_an_account_holds_for_deadlines_at_one_instant(
    partitions: int, together: bool, limit: int, accounts: str, who: list[str]
) -> None:
    assert contacted({"accounts": {"cap": {"limit": limit, "days": 30}}}, accounts, partitions, together) == who


def test_without_a_cap_everybody_is_told() -> None:
    assert contacted({}, "AAAAAA", 1, together=True) == PEOPLE
