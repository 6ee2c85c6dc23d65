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
