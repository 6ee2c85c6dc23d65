"""What a person says after a contact was planned, and what it takes out of the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import platinum

POLICY = """
policy: shop
currency: EUR
timezone: Europe/Berlin
channels: {mail: {kind: outbound, basis: existing_customer, expires: 5d}}
traits: {diabetic: {kind: yes_no, sensitive: yes}}
decide_on: [page]
actions:
  sugarfree:
    type: offer
    channels: [mail]
    value: 9
    p_accept: 0.9
    when: {WHEN}
    words: "Without sugar."
    terms: {total_cost: "as shown", ends: 14d, cancel: "30 days", data_use: none}
"""
MAY = {"purpose": "promotion", "trait": "diabetic"}


def _say(event: str, at: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "userId": "ann", "timestamp": f"2026-03-02T{at}Z", "properties": properties}


@pytest.mark.parametrize(
    ("when", "said", "answer"),
    [
        ("orders: {at_least: 1}", _say("Page Liked", "12:00:00"), "send"),
        ("orders: {at_least: 1}", _say("Vulnerability Stated", "12:00:00"), "drop"),
        ("orders: {at_least: 1}", _say("Vulnerability Stated", "12:00:00", withdrawn=True), "send"),
        ("orders: {at_least: 1}", _say("Objection Made", "12:00:00", purpose="profiling"), "drop"),
        ("orders: {at_least: 1}", _say("Objection Made", "12:00:00", purpose="relationship"), "send"),
        ("orders: {at_least: 1}", _say("Consent Changed", "12:00:00", **MAY, state="revoked"), "send"),
        ("diabetic: yes", _say("Consent Changed", "12:00:00", **MAY, state="revoked"), "drop"),
        ("diabetic: yes", _say("Page Liked", "12:00:00"), "send"),
    ],
)
def test_what_was_planned_heeds_what_is_said_afterwards(tmp_path: Path, when: str, said: dict[str, Any], answer: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY.replace("WHEN", when))
    with platinum.Engine.open(path) as engine:
        identify = {"type": "identify", "userId": "ann", "timestamp": "2026-03-02T09:00:00Z", "traits": {"diabetic": True}}
        ordered = _say("Order Completed", "09:10:00", order_id="o-1", total=20.0, products=[{"product_id": "p", "quantity": 1}])
        allowed = _say("Consent Changed", "09:20:00", **MAY, state="granted")
        page = {"type": "page", "userId": "ann", "timestamp": "2026-03-02T10:00:00Z", "properties": {}}
        (planned,) = [d for d in engine.process([identify, ordered, allowed, page]) if d["type"] == "offer"]

        engine.process([said])
        claimed = engine.claim(planned["decision_id"], "mailer", "n-1", "ann", "2026-03-02T13:00:00Z")

    assert claimed.answer == answer
