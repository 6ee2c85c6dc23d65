"""What an answer over HTTP leaves behind, and whether it may leave before that is durable."""

from __future__ import annotations

import orjson
import pytest

from platinum.pipeline.request import Ask, answer
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example

NOW_MS = 1_772_445_600_000  # 2026-03-02 10:00 UTC
STAGES = Stages(compile_policy(example("gift-shop"), "gift-shop"))
_LABEL = b"  return-label:\n"
_HOURS = b"  hours: {type: answer, intent: opening_hours, channels: [web], words: {en: We are open., de: Wir haben offen.}}\n"
ASKING = Stages(compile_policy(example("gift-shop").replace(_LABEL, _HOURS + _LABEL), "gift-shop"))
BOUGHT = {"type": "track", "event": "Order Completed", "messageId": "m-1", "userId": "ada", "timestamp": "2026-03-02T09:00:00Z"}


def first_answer_with(action: str, category: str) -> tuple[dict[str, object], bool]:
    """The first decision that is this action, of a customer who buys in the category; silence may be drawn instead."""
    event = BOUGHT | {"properties": {"order_id": "o-1", "total": 40, "products": [{"category": category, "price": 40}]}}
    for number in range(100):
        ask = Ask("ada", ["home-hero"], NOW_MS, "http", str(number), [orjson.dumps(event)], [action], category=category)
        given = answer(ask, None, 0, STAGES, bytes(32), 1, 0)
        decision = orjson.loads(given.decisions[0])
        if decision["action"] == action:
            return decision, given.binding
    raise AssertionError(f"{action} was never drawn")


@pytest.mark.parametrize(("action", "category"), [("card-stock", "stationery"), ("winter-kitchen", "kitchen"), ("gift-finder", "kitchen")])
def test_an_answer_with_an_offer_binds_whatever_its_terms_are_written_as(action: str, category: str) -> None:
    decision, binding = first_answer_with(action, category)

    assert binding == (decision["offer"] is not None)


def asked_for(*events: tuple[str, str, str], intent: str = "") -> dict[str, object]:
    """A decision about ``events`` of (name, intent, clock time), all sent along with the request."""
    sent = [
        {"type": "track", "event": name, "userId": "ada", "messageId": f"m-{i}", "timestamp": f"2026-03-02T{at}:00Z"}
        | {"properties": {"intent": of, "channel": "web"}}
        for i, (name, of, at) in enumerate(events)
    ]
    ask = Ask("ada", ["account"], NOW_MS, "http", "k", [orjson.dumps(one) for one in sent], intent=intent)
    decision: dict[str, object] = orjson.loads(answer(ask, None, 0, ASKING, bytes(32), 1, 0).decisions[0])
    return decision


@pytest.mark.parametrize("name", ["Request Made", "Contact Started"])
def test_what_an_event_of_the_request_asks_for_is_answered(name: str) -> None:
    by_event, by_context = asked_for((name, "return_parcel", "09:00")), asked_for(intent="return_parcel")

    assert (by_event["lane"], by_event["action"]) == (by_context["lane"], by_context["action"]) == ("asked", "return-label")


def test_the_newest_event_and_before_it_the_context_says_what_is_asked_for() -> None:
    events = (("Request Made", "return_parcel", "09:30"), ("Request Made", "opening_hours", "09:00"))

    assert asked_for(*events)["action"] == "return-label"
    assert asked_for(*events[::-1])["action"] == "return-label"
    assert asked_for(*events, intent="opening_hours")["action"] == "hours"
