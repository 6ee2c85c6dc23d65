"""A past as it is told to an engine: without the firm's own contacts, with what the engine sends, under numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from platinum.ops.audit.retell import Decided, decisions, retold
from platinum.ops.line import Line
from platinum.vocabulary.limits import LAST_MS

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
NUMBERS = {"ada@example.org": 0, "ben": 1}


def _line(at: datetime, event: str, who: str = "ada@example.org", **properties: Any) -> Line:
    written = {"type": "track", "event": event, "userId": who, "timestamp": _at(at), "properties": properties}
    return Line(round(at.timestamp() * 1000), who, orjson.dumps(written))


def _at(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


class _Engine:
    """Answers every order with one offer by e-mail, sent after ``delay``; remembers what it was told, batch by batch."""

    def __init__(self, delay: timedelta = timedelta()) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self._delay = delay

    def process(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.batches.append(events)
        orders = [event for event in events if event["event"] == "Order Completed"]
        return [self._decision(event, len(self.batches), i) for i, event in enumerate(orders)]

    def _decision(self, event: dict[str, Any], batch: int, i: int) -> dict[str, Any]:
        sent = _at(datetime.fromisoformat(event["timestamp"]) + self._delay)
        chosen = {"type": "offer", "channel": "email", "action": "toy-box", "send_at": sent}
        return {"decision_id": f"d.{batch}.{i}", "customer_id": event["userId"], "decided_at": event["timestamp"], **chosen}

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(event["userId"], event["event"]) for batch in self.batches for event in batch]


def _play(engine: _Engine, *lines: Line) -> list[Decided]:
    return list(decisions(retold(lines, NUMBERS, LAST_MS), engine.process, lambda _: None))


def test_the_firms_own_contacts_and_keys_are_left_out() -> None:
    told = retold([_line(START, "Contact Dispatched", decision_id="x"), _line(START, "Order Delivered", order_id="1")], NUMBERS, LAST_MS)

    assert [(one.event["userId"], one.event["event"]) for one in told] == [("0", "Order Delivered")]
    assert b"ada" not in orjson.dumps([one.event for one in told])


def test_what_goes_out_at_once_is_told_before_the_customers_next_event() -> None:
    engine = _Engine()
    made = _play(engine, *(_line(START + timedelta(minutes=i), "Order Completed", order_id=str(i), total=9) for i in range(3)))

    assert [event for _, event in engine.told] == ["Order Completed", "Contact Dispatched"] * 2 + ["Order Completed"]
    assert [one.type for one in made] == ["offer"] * 3


def test_what_waits_is_told_at_its_time_in_the_order_of_time() -> None:
    engine = _Engine(delay=DAY)
    _play(
        engine,
        _line(START, "Order Completed", order_id="1", total=9),
        _line(START + DAY / 2, "Order Delivered", "ben", order_id="2"),
        _line(START + 2 * DAY, "Order Delivered", order_id="1"),
    )

    assert engine.told == [("0", "Order Completed"), ("1", "Order Delivered"), ("0", "Contact Dispatched"), ("0", "Order Delivered")]


def test_an_offer_that_waits_is_not_sent_after_a_complaint() -> None:
    engine = _Engine(delay=DAY)
    _play(
        engine,
        _line(START, "Order Completed", order_id="1", total=9),
        _line(START + DAY / 2, "Complaint Made"),
        _line(START + 2 * DAY, "Order Delivered", order_id="1"),
    )

    assert ("0", "Contact Dispatched") not in engine.told


def test_events_out_of_order_are_told_in_order() -> None:
    late, early = _line(START + DAY, "Order Delivered", order_id="1"), _line(START, "Order Cancelled", order_id="0")

    assert [one.event["event"] for one in retold([late, early], NUMBERS, LAST_MS)] == ["Order Cancelled", "Order Delivered"]
