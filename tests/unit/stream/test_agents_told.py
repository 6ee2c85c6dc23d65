"""What employees do is told to the learner once; how long they talk changes no byte of a decision or of the report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

import platinum
from platinum.cli.main import main
from platinum.ports import LEARNING
from platinum.wiring.agents_report import report_agents
from tests.builders.deployments import read_all

POLICY = """
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
channels: {call: inbound, email: {kind: outbound, basis: existing_customer, caps: [8 per 1d]}}
decide_on: [contact_resolved, order_completed]
agents: {teams: [north, south], reasons: [no time], least: 8, individuals: INDIVIDUALS}
actions:
  tips: {type: help, channels: [call, email], value: 1, p_accept: 0.5, words: "Tips."}
  call-back: {type: help, channels: [call], value: 0.1, words: "Shall we call?"}
"""
START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def say(who: str, event: str, hours: float, **properties: Any) -> dict[str, Any]:
    """One event on the phone."""
    at = (START + timedelta(hours=hours)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    named = {"type": "track", "event": event, "userId": who, "messageId": f"{who} {event} {hours}", "timestamp": at}
    return named | {"properties": properties, "context": {"channel": "call"}}


def some_calls(talks_s: float, waits: float = 2.0) -> list[dict[str, Any]]:
    """Calls of 40 people, settled by two teams; some have to call twice. ``talks_s`` is how long the talking took, as systems send it."""
    events = []
    for i in range(40):
        who, at, team = f"c-{i}", i * 5.0, ("north", "south")[i % 2]
        for k in range(2 if i % 4 == 1 else 1):
            call = {"contact_id": f"k-{i}-{k}", "intent": "lamp"}
            events.append(say(who, "Order Completed", at - 1 + k, order_id=f"o-{i}-{k}", total=30.0))
            events.append(say(who, "Contact Started", at + k, **call, talk_seconds=talks_s))
            events.append(say(who, "Waited", at + k + 0.01, minutes=waits))
            done = {"team": team, "agent": f"a-{i % 3}", "handling_seconds": talks_s, "duration": talks_s, "talk_time_ms": talks_s * 1000}
            events.append(say(who, "Contact Resolved", at + k + 0.1, **call, **done))
    return sorted(events, key=lambda one: one["timestamp"])


def played(data: Path, events: list[dict[str, Any]], individuals: str = "no") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(decisions, facts about agents); every third decision for tips is overridden, twice over."""
    with platinum.Engine.open(POLICY.replace("INDIVIDUALS", individuals).encode(), data_dir=data, partitions=2) as engine:
        decisions = engine.process(events)
        chosen = [one for one in decisions if one["action"] == "tips"][::3]
        more = []
        for i, one in enumerate(chosen):
            done = {"decision_id": one["decision_id"], "chose": "call-back", "reason": "no time", "team": "north", "agent": "a-1"}
            more += [say(one["customer_id"], "Decision Overridden", 250 + i + again / 10, **done) for again in (0, 1)]
        decisions += engine.process(more)
        every = engine._run(read_all(engine._deployment.log, LEARNING))
    facts = [orjson.loads(record.value) for records in every for record in records]
    return decisions, [one for one in facts if one["fact"] in ("overridden", "resolved")]


def test_an_override_is_told_once_with_what_was_done_instead(tmp_path: Path) -> None:
    _, facts = played(tmp_path / "data", some_calls(60.0))
    overridden = [one for one in facts if one["fact"] == "overridden"]

    assert len(overridden) >= 10
    assert {(one["action"], one["chose"], one["reason"], one["team"], one["agent"]) for one in overridden} == {
        ("tips", "call-back", "no time", "north", None)
    }
    report = report_agents(tmp_path / "data")
    assert report["overrides"] == [{"action": "tips", "chose": "call-back", "reason": "no time", "n": len(overridden)}]
    teams = {one["team"]: (one["n"], one["settled_at_once"]) for one in report["teams"]}
    assert teams == {"north": (20, 1.0), "south": (30, pytest.approx(2 / 3, rel=1e-5))}
    assert report["individuals"] is None


def test_individuals_are_told_only_if_the_policy_lets_them_be(tmp_path: Path) -> None:
    hidden, told = (played(tmp_path / word, some_calls(60.0), word)[1] for word in ("no", "yes"))

    assert {one["agent"] for one in hidden} == {None}
    assert len({one["agent"] for one in told}) == 3
    assert all(one["agent"].startswith("#") for one in told)
    assert len(report_agents(tmp_path / "yes")["individuals"]) == 3


@pytest.mark.parametrize("talks_s", [0.0, 7200.0])
def test_how_long_they_talk_changes_no_byte_of_decisions_and_report(tmp_path: Path, talks_s: float) -> None:
    usual, _ = played(tmp_path / "usual", some_calls(60.0))
    other, _ = played(tmp_path / "other", some_calls(talks_s))

    assert len(usual) > 60
    assert orjson.dumps(other) == orjson.dumps(usual)
    assert orjson.dumps(report_agents(tmp_path / "other")) == orjson.dumps(report_agents(tmp_path / "usual"))


def test_how_long_customers_wait_changes_no_byte_of_the_report(tmp_path: Path) -> None:
    played(tmp_path / "usual", some_calls(60.0, waits=0.0))
    played(tmp_path / "other", some_calls(60.0, waits=55.0))

    assert orjson.dumps(report_agents(tmp_path / "other")["teams"]) == orjson.dumps(report_agents(tmp_path / "usual")["teams"])


def test_the_command_says_it_in_words_and_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    played(tmp_path / "data", some_calls(60.0))

    assert main(["report", "agents", "--data", str(tmp_path / "data")]) == 0
    words = capsys.readouterr().out
    assert main(["report", "agents", "--data", str(tmp_path / "data"), "--json"]) == 0
    numbers = orjson.loads(capsys.readouterr().out)

    assert "tips" in words
    assert "call-back" in words
    assert numbers["overrides"] == report_agents(tmp_path / "data")["overrides"]
