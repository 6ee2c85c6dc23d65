"""An answer over HTTP that nobody ever saw binds nobody, once whoever asked for it says so."""

from __future__ import annotations

from typing import Any

import pytest

from platinum import Engine

POLICY = b"""
policy: desk
currency: EUR
timezone: Europe/Berlin
human: {phone: "+49 30 1"}
channels: {web: inbound}
placements: {web: web}
decide_on: [promise_broken]
promises: {call-back: {within: 24h, kept_by: [contact_resolved]}}
actions:
  call-back: {type: answer, channels: [web], promise: call-back, words: "We call you back."}
"""


def _told(name: str, at: str, decision_id: str) -> dict[str, Any]:
    return {"type": "track", "event": name, "userId": "ada", "messageId": name, "timestamp": at, "properties": {"decision_id": decision_id}}


@pytest.mark.parametrize(("shown", "open_after"), [(False, []), (True, ["promise"])])
def test_what_was_promised_in_it_is_taken_back_unless_it_was_shown(shown: bool, open_after: list[str]) -> None:
    with Engine.open(POLICY) as engine:
        engine.process([{"type": "page", "userId": "ada", "messageId": "p", "timestamp": "2026-03-02T10:00:00Z", "properties": {}}])
        decision = engine.decide("ada", "web", context={"intent": "help"})
        before = _open(engine)
        if shown:
            engine.process([_told("Decision Shown", "2026-03-02T10:00:01Z", decision["decision_id"])])
        engine.process([_told("Contact Aborted", "2026-03-02T10:00:02Z", decision["decision_id"])])
        after = _open(engine)

    assert decision["promise"] is not None
    assert before == ["promise"]
    assert after == open_after


def _open(engine: Engine) -> list[str]:
    profile = engine.profile("ada")
    assert profile is not None
    return [one["kind"] for one in profile["ledger"]["open"]]
