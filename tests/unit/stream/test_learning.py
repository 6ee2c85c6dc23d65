"""What is learned of promises comes back into decisions: quotes, and classes that may not be promised any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import platinum

POLICY = """
policy: shop
currency: EUR
timezone: UTC
channels: {web: inbound, email: {kind: outbound, basis: existing_customer}}
decide_on: [failure_reported]
promises:
  callback: {within: 72h, kept_by: [contact_started]}
actions:
  sorry: {type: apology, channels: [web], promise: {class: callback, within: quote}, words: "We are sorry and will call."}
  sorry-without: {type: apology, channels: [web], priority: -1, words: "We are sorry."}
"""
START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def at(hours: float) -> str:
    """An instant so long after the beginning."""
    return (START + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def say(who: str, event: str, hours: float, **properties: Any) -> dict[str, Any]:
    """One event."""
    return {
        "type": "track",
        "event": event,
        "userId": who,
        "messageId": f"{who} {event} {hours}",
        "timestamp": at(hours),
        "properties": properties,
    }


def callbacks(n: int, takes_hours: float, kept: float = 1.0) -> list[dict[str, Any]]:
    """Promises of call-backs, one an hour; a share of them is kept after ``takes_hours``, the others never."""
    events = []
    for i in range(n):
        promise = {"promise_id": f"p-{i}", "class": "callback", "due_at": at(i + 48)}
        events.append(say(f"c-{i}", "Promise Made", i, **promise))
        if (i * 7) % 10 < 10 * kept:
            events.append(say(f"c-{i}", "Promise Kept", i + takes_hours, promise_id=f"p-{i}"))
    return sorted(events, key=lambda one: one["timestamp"])


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    """The policy as a file."""
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    return path


def promised_after(policy_file: Path, events: list[dict[str, Any]], hours: float) -> dict[str, Any]:
    """What somebody whose parcel broke is told after these events."""
    with platinum.Engine.open(policy_file, partitions=2) as engine:
        engine.process([*events, say("ann", "Failure Reported", hours, severity=3, fault="ours")])
        return engine.decide(customer_id="ann", placement="web", now=at(hours + 1))


def test_before_anything_is_known_the_policys_own_time_is_promised(policy_file: Path) -> None:
    decision = promised_after(policy_file, [], 0)

    assert decision["model"] == "prior"
    assert decision["promise"]["due_at"] == "2026-03-04T09:00:00.000Z"


def test_a_quote_is_the_time_that_it_really_takes(policy_file: Path) -> None:
    decision = promised_after(policy_file, callbacks(120, takes_hours=5), 24 * 8)

    due = datetime.fromisoformat(decision["promise"]["due_at"])
    quoted_hours = (due - START - timedelta(hours=24 * 8 + 1)) / timedelta(hours=1)
    assert decision["model"] != "prior"
    assert 4.8 <= quoted_hours <= 6.5


def test_what_is_broken_too_often_is_not_promised_any_more(policy_file: Path) -> None:
    decision = promised_after(policy_file, callbacks(120, takes_hours=5, kept=0.5), 24 * 12)

    assert decision["action"] == "sorry-without"
    assert decision["promise"] is None


def test_however_events_are_handed_over_the_same_is_learned_and_decided(policy_file: Path) -> None:
    events = callbacks(80, takes_hours=5)
    failure = say("ann", "Failure Reported", 24 * 7, severity=3, fault="ours")
    with platinum.Engine.open(policy_file, partitions=2) as whole, platinum.Engine.open(policy_file, partitions=2) as single:
        together = whole.process([*events, failure])
        one_by_one = [decision for event in [*events, failure] for decision in single.process([event])]

        assert one_by_one == together
        assert single.customers() == whole.customers()
        assert single.count("platinum.artefacts.v1") == whole.count("platinum.artefacts.v1") > 2
