"""People who need care are spared what sells, asks and surprises; what is sensitive is used only where it was permitted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import platinum

POLICY = """
policy: shop
currency: EUR
timezone: Europe/Berlin
channels: {web: inbound, email: {kind: outbound, basis: existing_customer}}
traits: {diabetic: {kind: yes_no, sensitive: yes}, pet: yes_no}
actions:
  sorry: {type: apology, channels: [web], words: "We are sorry."}
  sugarfree:
    type: offer
    channels: [web]
    value: 9
    p_accept: 0.9
    when: {diabetic: yes}
    words: "Without sugar."
    terms: {total_cost: "as shown", ends: 14d, cancel: "30 days", data_use: none}
  how-are-we: {type: listen, channels: [web], words: "How are we doing?"}
  toast:
    type: offer
    channels: [web]
    value: 1
    words: "Toast."
    terms: {total_cost: "as shown", ends: 14d, cancel: "30 days", data_use: none}
"""
NOW = "2026-03-10T10:00:00Z"


def say(event: str, at: str = "2026-03-01T10:00:00Z", **properties: Any) -> dict[str, Any]:
    """One event of the customer."""
    return {"type": "track", "event": event, "userId": "ann", "timestamp": at, "properties": properties}


DIABETIC = {"type": "identify", "userId": "ann", "timestamp": "2026-02-01T10:00:00Z", "traits": {"diabetic": True}}


def decided(tmp_path: Path, *events: dict[str, Any], candidates: list[str] | None = None) -> dict[str, Any]:
    """What is decided for the customer after these events."""
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    with platinum.Engine.open(path) as engine:
        engine.process(list(events))
        return engine.decide(customer_id="ann", placement="web", now=NOW, candidates=candidates)


def test_a_sensitive_trait_is_not_used_before_its_use_was_permitted(tmp_path: Path) -> None:
    decision = decided(tmp_path, DIABETIC, candidates=["sugarfree"])

    assert decision["type"] == "silence"
    assert decision["blocked"]["counts"] == {"sensitivity": 1}


@pytest.mark.parametrize(
    ("purpose", "state", "used"),
    [("promotion", "granted", True), ("all", "granted", True), ("service", "granted", False), ("promotion", "denied", False)],
)
def test_it_is_used_for_the_purpose_that_was_permitted_and_no_other(tmp_path: Path, purpose: str, state: str, used: bool) -> None:
    permission = say("Consent Changed", purpose=purpose, state=state, trait="diabetic")

    decision = decided(tmp_path, DIABETIC, permission, candidates=["sugarfree"])

    assert (decision["action"] == "sugarfree") is used
    assert decision["p_chosen"] == 1.0  # never tried out


def test_a_permission_about_a_trait_is_no_consent_to_be_contacted(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    with platinum.Engine.open(path) as engine:
        engine.process([say("Consent Changed", purpose="promotion", state="granted", trait="diabetic")])
        profile = engine.profile("ann", now=NOW)

    assert profile is not None
    assert profile["consent"] == []
    assert profile["care"]["trait_uses"][0]["trait"] == "diabetic"


def test_a_permission_that_was_taken_back_later_counts_no_more(tmp_path: Path) -> None:
    given = say("Consent Changed", "2026-03-01T10:00:00Z", purpose="promotion", state="granted", trait="diabetic")
    taken = say("Consent Changed", "2026-03-02T10:00:00Z", purpose="promotion", state="revoked", trait="diabetic")

    for events in ((given, taken), (taken, given)):
        assert decided(tmp_path, DIABETIC, *events, candidates=["sugarfree"])["type"] == "silence"


def test_whoever_needs_care_is_not_sold_to_nor_asked_and_still_gets_what_is_owed(tmp_path: Path) -> None:
    stated = say("Vulnerability Stated")

    spared = decided(tmp_path, stated, candidates=["toast", "how-are-we"])
    owed = decided(tmp_path, stated, say("Failure Reported", "2026-03-09T10:00:00Z", severity=3, fault="ours"))

    assert spared["type"] == "silence"
    assert spared["blocked"]["counts"] == {"sensitivity": 2}
    assert owed["type"] == "apology"


@pytest.mark.parametrize("end", [{"withdrawn": True}, {"until": "2026-03-05T10:00:00Z"}])
def test_care_ends_when_it_is_taken_back_or_over(tmp_path: Path, end: dict[str, Any]) -> None:
    decision = decided(
        tmp_path, say("Vulnerability Stated"), say("Vulnerability Stated", "2026-03-02T10:00:00Z", **end), candidates=["toast"]
    )

    assert decision["blocked"]["counts"] == {}


def test_what_is_sensitive_is_nothing_to_learn_from(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    with platinum.Engine.open(path) as engine:
        names = {engine.policy.names.get(int(name)) for name in engine.policy.tables.features["name"]}

    assert "pet" in names
    assert "diabetic" not in names
