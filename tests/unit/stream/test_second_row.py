"""The second row through the whole engine: kept in the store, read again, refused when it is full, the same for every cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

import platinum
from platinum.ports import LEARNING
from platinum.profile.second_row import second_key
from tests.builders.deployments import read_all

POLICY = """
policy: shop
currency: EUR
timezone: Europe/Berlin
channels: {web: inbound, email: {kind: outbound, basis: existing_customer}}
decide_on: [promise_due]
actions:
  sorry: {type: apology, channels: [web], words: "We are sorry."}
"""


def promise(n: int, minute: int) -> dict[str, Any]:
    """The n-th promise of one person."""
    at = f"2026-03-01T{10 + minute // 60:02d}:{minute % 60:02d}:00Z"
    due = f"2026-05-{1 + n % 28:02d}T10:00:00Z"
    properties = {"promise_id": f"p-{n}", "class": "callback", "due_at": due}
    return {"type": "track", "event": "Promise Made", "userId": "ann", "messageId": f"m-{n}", "timestamp": at, "properties": properties}


def kept(n: int) -> dict[str, Any]:
    """It was kept in April."""
    made, properties = promise(n, 0), {"promise_id": f"p-{n}"}
    return {**made, "event": "Promise Kept", "messageId": f"k-{n}", "timestamp": "2026-04-01T10:00:00Z", "properties": properties}


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    """The policy as a file."""
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    return path


def open_refs(engine: platinum.Engine, customer: str = "ann") -> list[str]:
    """Ids (hashed) of everything open."""
    profile = engine.profile(customer, now="2026-04-02T10:00:00Z")
    assert profile is not None
    return sorted(one["ref"] for one in profile["ledger"]["open"])


def test_two_hundred_open_promises_outlive_a_cache_that_forgets_them(policy_file: Path) -> None:
    others = [{**promise(0, i), "userId": f"other-{i}", "messageId": f"o-{i}"} for i in range(60)]
    with platinum.Engine.open(policy_file) as whole, platinum.Engine.open(policy_file, cache_bytes=1) as forgetful:
        events = [event for n in range(200) for event in (promise(n, n), *others[n : n + 1])]
        whole.process(events)
        for event in events:
            forgetful.process([event])

        expected = open_refs(whole)
        assert len(expected) == 200
        assert open_refs(forgetful) == expected
        whole.process([kept(n) for n in range(0, 200, 2)])
        for n in range(0, 200, 2):
            forgetful.process([kept(n)])

        assert len(open_refs(whole)) == 100
        assert open_refs(forgetful) == open_refs(whole)
        assert forgetful.customers()[b"ann"] == whole.customers()[b"ann"]
        assert second_key(b"ann") not in whole.customers()


def test_what_finds_no_room_is_a_dead_letter_and_not_lost(policy_file: Path) -> None:
    with platinum.Engine.open(policy_file) as engine:
        engine.process([promise(n, n) for n in range(260)])

        open_now = len(open_refs(engine))
        assert open_now == 250
        assert engine.count("platinum.dead-letters.v1") == 260 - open_now


def test_the_learner_is_told_what_became_of_promises_and_cases_and_of_whom_never(policy_file: Path) -> None:
    broken = {"severity": 3, "fault": "ours", "case_id": "c-1"}
    failure = {**promise(0, 0), "event": "Failure Reported", "messageId": "f", "properties": broken}
    closed = {**kept(0), "event": "Case Closed", "messageId": "c", "properties": {"case_id": "c-1"}}
    with platinum.Engine.open(policy_file, partitions=1) as engine:
        engine.process([promise(0, 0), failure, closed, kept(0), promise(1, 1)])

        (records,) = engine._run(read_all(engine._deployment.log, LEARNING))
        told = [orjson.loads(record.value) for record in records]

    assert [(one["fact"], one["said"], one["kept"]) for one in told] == [
        ("recovery", 1.0, 0.0),
        ("case_ended", 1.0, 0.0),
        ("promise_ended", 1.0, 1.0),
    ]
    assert b'"ann"' not in orjson.dumps(told)


def test_what_waits_for_an_answer_that_has_not_come_is_never_shown_as_open(policy_file: Path) -> None:
    early = [
        {**promise(0, 0), "event": "Feedback Acted On", "messageId": f"a-{n}", "properties": {"answer_id": f"unheard-{n}"}}
        for n in range(9)
    ]
    with platinum.Engine.open(policy_file, partitions=1) as engine:
        engine.process([*early, *(promise(n, n) for n in range(3))])
        profile = engine.profile("ann")

    assert profile is not None
    assert sorted(one["kind"] for one in profile["ledger"]["open"]) == ["promise", "promise", "promise"]
