"""Planted words, categories and sums of one role are nowhere in what `explain` says of a decision for another."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from platinum import Engine
from tests.property.test_role_canaries import FIRM, OF, PERSON, POLICY, a_history, at

HELP: dict[str, Any] = {"type": "help", "channels": ["web"], "value": 9, "p_accept": 0.4, "words": {"en": "Hello."}}
#: What is paid at home and for the account, and what comes of paying it again and again: no other number of a decision is near.
PAID = {"": 77771, FIRM: 33337}
SUMS = {role: [str(times * paid) for times in range(1, 12)] for role, paid in PAID.items()}
ASKS: dict[str, Any] = {
    f"asks-{i}": {**HELP, "when": {field: condition}}
    for i, (field, condition) in enumerate(
        {
            "spend": {"at_least": 10**9},
            "spend_365d": {"at_least": 10**9},
            "cart_value": {"at_least": 10**9},
            "orders": {"at_least": 10**6},
            "monetary_value": {"at_least": 10**9},
            "trigger_category": "rare",
            "open_requests": {"at_least": 99},
            "account.spend": {"at_least": 10**9},
        }.items()
    )
}
EXPLAINED = POLICY | {"categories": [*POLICY["categories"], "rare"], "actions": POLICY["actions"] | ASKS}


def traces(found: dict[str, Any]) -> list[str]:
    """Where something of the other role is, by path."""
    here = FIRM if found["role"] is not None else ""
    words = [word for role in OF if role != here for word in (*OF[role], role, *SUMS[role]) if word]
    return [f"{path}: {text}" for path, text in leaves(found, "") for word in words if word in text]


def leaves(some: Any, path: str) -> list[tuple[str, str]]:
    """Everything that is said, with its path; ids of decisions and customers say nothing."""
    if isinstance(some, dict):
        return [leaf for name, one in some.items() if name != "decision_id" for leaf in leaves(one, f"{path}.{name}")]
    if isinstance(some, list):
        return [leaf for i, one in enumerate(some) for leaf in leaves(one, f"{path}[{i}]")]
    return [(path, str(some))]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_of_one_role_is_in_what_is_explained_in_another(seed: int) -> None:
    rng, told = random.Random(seed), {"": set[str](), FIRM: set[str]()}
    with Engine.open(orjson.dumps(EXPLAINED), partitions=1, buckets=1) as engine:
        for i, (role, call) in enumerate(a_history(rng, 40)):
            if seed % 2 and call.get("event") in ("Case Opened", "Complaint Made"):
                continue  # while a case is open nobody is asked what they bought
            if call.get("event") == "Order Completed":
                call["properties"] |= {"total": PAID[role], "currency": "EUR"}
            event = {**call, "userId": PERSON, "messageId": f"m-{i}", "timestamp": at(i * 43_200), "receivedAt": at(i * 43_200)}
            made = [one["decision_id"] for one in engine.process([event])]
            assert engine.rejected == []
            made += [engine.decide(PERSON, "web", context={"account": one} if one else {})["decision_id"] for one in OF]
            for one in made:
                found = engine.explain(one) or {}
                assert found["reproduced"]
                assert traces(found) == []
                told[FIRM if found["role"] is not None else ""] |= {str(part["was"]) for c in found["candidates"] for part in c["failed"]}

    assert seed % 2 == 0 or any(f"'spend': {paid}.0" in was for was in told[""] for paid in SUMS[""]), told
