"""Events as the library and `platinum run` take them."""

from __future__ import annotations

from platinum.engine import Engine
from tests.builders.events import an_event
from tests.builders.policy_text import a_policy_text


def test_events_may_come_in_an_envelope() -> None:
    event = an_event(customer="ce-1", order_id="o-ce", total=30.0) | {"timestamp": "2026-03-02T09:00:00Z"}
    del event["messageId"]
    envelope = {"specversion": "1.0", "id": "e-1", "source": "//shop", "type": "order", "data": event}

    with Engine.open(a_policy_text().encode()) as engine:
        engine.process([envelope, envelope, event | {"messageId": "e-1"}, envelope | {"source": ""}])
        profile = engine.profile("ce-1")

        assert [(i, verdict.reason) for i, verdict in engine.rejected] == [(3, "unsupported_envelope")]
        assert profile is not None
        assert profile["value"]["orders"] == 1
        engine.decide("ce-2", "hero", events=[envelope | {"data": event | {"userId": "ce-2"}}])
        assert engine.profile("ce-2") is not None
