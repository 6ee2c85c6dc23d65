"""A request may say what the person is to the firm: it counts in the answer, and stays known."""

from __future__ import annotations

import orjson
import pytest

from platinum import Engine
from platinum.api.problems import Problem
from platinum.api.requests import decision_request
from platinum.errors import UsageError

POLICY = b"""
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
channels: {web: inbound}
actions:
  hours: {type: notice, for: [employee], channels: [web], words: "The workshop is closed on Friday."}
"""


@pytest.mark.parametrize("customer", ["ada", "anon:d-7"])
def test_what_a_request_says_counts_in_its_answer_and_afterwards(customer: str) -> None:
    with Engine.open(POLICY) as engine:
        assert engine.decide(customer, "web", now="2026-03-01T08:00:00Z")["action"] is None
        assert engine.decide(customer, "web", now="2026-03-01T09:00:00Z", context={"party": "employee"})["action"] == "hours"
        assert engine.decide(customer, "web", now="2026-03-01T10:00:00Z")["action"] == "hours"
        assert engine.decide(customer, "web", now="2026-03-01T11:00:00Z", context={"party": "customer"})["action"] is None


def test_a_party_that_there_is_not_is_refused() -> None:
    with Engine.open(POLICY) as engine, pytest.raises(UsageError, match="must be one of customer, employee"):
        engine.decide("ada", "web", context={"party": "boss"})
    with pytest.raises(Problem, match=r"context\.party"):
        decision_request(b'{"customer_id":"ada","placement":"web","context":{"party":"boss"}}', accepts_now=False)


@pytest.mark.parametrize(("body", "named"), [(b'"customer_id":"ada"', ("userId", "ada")), (b'"anonymousId":"d-7"', ("anonymousId", "d-7"))])
def test_over_http_it_comes_behind_the_events_of_the_request(body: bytes, named: tuple[str, str]) -> None:
    asked = decision_request(b'{%b,"placement":"web","context":{"party":"supplier"},"events":[{"type":"page"}]}' % body, accepts_now=False)

    assert orjson.loads(asked.events[0]) == {"type": "page"}
    assert [orjson.loads(event) for event in asked.events[1:]] == [
        {"type": "identify", named[0]: named[1], "traits": {"party": "supplier"}}
    ]
