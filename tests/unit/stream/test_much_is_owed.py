"""What the ledger holds back and what it keeps, when much is open at once or the same is offered twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from platinum.engine import Engine

POLICY = b"""
policy: much
currency: EUR
timezone: UTC
channels:
  web: inbound
  email: {kind: outbound, basis: existing_customer, expires: 5d}
  sms: {kind: outbound, basis: existing_customer, expires: 5d}
decide_on: [page, checkout_started]
exploration: {gamma0: 10000}
actions:
  by-mail:
    {type: offer, channels: [email], value: 90, when: {trigger: page}, words: "Until {ends}.",
     terms: {total_cost: as shown, ends: 30d, cancel: any day, data_use: none}}
  again:
    {type: offer, channels: [email, sms], value: 90, when: {trigger: checkout_started}, words: "Until {ends}.",
     terms: {total_cost: as shown, ends: 30d, cancel: any day, data_use: none}}
"""


def an(name: str, at: str, **properties: Any) -> dict[str, Any]:
    """An event of Ann's in March."""
    event = {"type": "track", "event": name, "userId": "ann", "messageId": f"{name}-{at}-{properties}", "timestamp": f"2026-03-{at}:00Z"}
    return {**event, "properties": properties} if name != "page" else {**event, "type": "page"}


def promised(n: int, due: str) -> dict[str, Any]:
    """The n-th promise."""
    return an("Promise Made", f"02T10:{n:02d}", promise_id=f"p-{n}", **{"class": "by-hand"}, due_at=due)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Ann is a customer."""
    with Engine.open(POLICY) as opened:
        opened.process([an("Order Completed", "01T10:00", order_id="o-1", total=30)])
        yield opened


def asked(engine: Engine, *events: dict[str, Any]) -> str:
    """Type of the last decision."""
    return str(engine.process(events)[-1]["type"])


def offers(engine: Engine) -> int:
    """Offers that are open."""
    profile = engine.profile("ann")
    assert profile is not None
    return sum(one["kind"] == "offer" for one in profile["ledger"]["open"])


def test_a_case_that_was_closed_lately_is_remembered_beside_twenty_promises(engine: Engine) -> None:
    engine.process([promised(n, "2026-06-01T10:00:00Z") for n in range(20)])
    assert asked(engine, an("page", "02T11:00")) == "offer"
    engine.process([an("Case Opened", "03T10:00", case_id="k-1", fault="ours"), an("Case Closed", "03T12:00", case_id="k-1")])

    assert asked(engine, an("page", "16T11:00")) == "silence"
    assert asked(engine, an("page", "18T11:00")) == "offer"


def test_ten_promises_broken_long_ago_do_not_hide_the_one_of_yesterday(engine: Engine) -> None:
    engine.process([promised(n, "2026-03-03T10:00:00Z") for n in range(10)] + [promised(11, "2026-03-25T10:00:00Z")])

    assert asked(engine, an("page", "18T11:00")) == "offer"
    assert asked(engine, an("page", "26T11:00")) == "silence"


def test_what_keeps_the_oldest_keeps_it_beside_ten_that_broke_later(engine: Engine) -> None:
    calls = [
        an("Promise Made", f"02T10:{n:02d}", promise_id=f"p-{n}", **{"class": "call_back"}, due_at=f"2026-03-{3 + n:02d}T10:00:00Z")
        for n in range(12)
    ]
    engine.process([*calls, an("Contact Resolved", "20T10:00", intent="question")])

    profile = engine.profile("ann")
    assert profile is not None
    left = sorted(one["made_at"] for one in profile["ledger"]["open"] if one["kind"] == "promise")
    assert left == [f"2026-03-02T10:{n:02d}:00.000Z" for n in range(1, 12)]


def test_what_is_planned_when_a_promise_is_broken_is_withdrawn(engine: Engine) -> None:
    engine.process([promised(1, "2026-03-03T10:00:00Z")])
    (planned,) = engine.process([an("page", "03T09:00")])
    engine.advance("2026-03-03T11:00:00Z")

    assert planned["type"] == "offer"
    assert engine.claim(planned["decision_id"], "mailer", "n-1", "ann").answer == "drop"


def test_what_is_planned_is_nobodys_once_a_promise_is_broken_though_no_timer_has_said_so(engine: Engine) -> None:
    engine.process([promised(1, "2026-03-03T10:05:00Z")])
    (planned,) = engine.process([an("page", "03T09:00")])

    # Timers of a played history fire as the next hour begins.
    assert engine.claim(planned["decision_id"], "mailer", "n-1", "ann", now="2026-03-03T10:30:00Z").answer == "later"
    assert engine.claim(planned["decision_id"], "mailer", "n-1", "ann", now="2026-03-03T11:30:00Z").answer == "drop"


def test_what_is_claimed_when_a_promise_is_broken_is_being_sent(engine: Engine) -> None:
    engine.process([promised(1, "2026-03-03T10:00:00Z")])
    (planned,) = engine.process([an("page", "03T09:00")])
    assert engine.claim(planned["decision_id"], "mailer", "n-1", "ann").answer == "send"
    engine.advance("2026-03-03T11:00:00Z")

    assert engine.claim(planned["decision_id"], "mailer", "n-1", "ann").answer == "send"


@pytest.mark.parametrize("first_is_sent", [True, False])
def test_an_offer_that_was_sent_outlives_the_withdrawal_of_another_of_the_same_action(engine: Engine, first_is_sent: bool) -> None:
    first, second = engine.process([an("Checkout Started", "02T10:00"), an("Checkout Started", "02T11:00")])
    assert first["action"] == second["action"] == "again"
    sent = first if first_is_sent else second
    engine.process(
        [an("Contact Dispatched", "02T12:00", decision_id=sent["decision_id"]), an("Order Completed", "02T13:00", order_id="o-2", total=5)]
    )
    left = second if first_is_sent else first

    assert engine.claim(left["decision_id"], "mailer", "n-1", "ann").answer == "drop"
    assert offers(engine) == 1
    engine.process([an("Offer Redeemed", "02T14:00", decision_id=sent["decision_id"])])
    assert offers(engine) == 0


@pytest.mark.parametrize("promises", [0, 20])
def test_offers_that_cannot_be_taken_back_any_more_become_one(engine: Engine, promises: int) -> None:
    engine.process([promised(n, "2026-06-01T10:00:00Z") for n in range(promises)])
    for day in range(3, 9):
        (made,) = engine.process([an("Checkout Started", f"{day:02d}T10:00")])
        engine.process([an("Contact Dispatched", f"{day:02d}T11:00", decision_id=made["decision_id"])])

    assert offers(engine) == 2
    engine.process([an("Decision Declined", "09T10:00", decision_id=made["decision_id"])])
    assert offers(engine) == 0


def one_of_many(n: int, name: str, **properties: Any) -> dict[str, Any]:
    """The n-th of many such events, one a minute."""
    event = an(name, f"02T{10 + n // 60:02d}:{n % 60:02d}", **properties)
    return {**event, "messageId": f"{name}-{n}"}


def test_who_has_the_most_that_can_be_open_can_still_be_kept_to(engine: Engine) -> None:
    due = {"class": "by-hand", "due_at": "2026-06-01T10:00:00Z"}
    engine.process([one_of_many(n, "Promise Made", promise_id=f"p-{n}", **due) for n in range(260)])
    opened = ledger(engine)["open"]
    engine.process([one_of_many(300 + n, "Promise Kept", promise_id=f"p-{n}") for n in range(len(opened))])

    assert len(opened) == 250
    assert ledger(engine)["open"] == []
    assert (ledger(engine)["promises_ended"], ledger(engine)["promises_broken"]) == (250, 0)


def test_deliveries_of_orders_that_nobody_knows_keep_no_complaint_out(engine: Engine) -> None:
    engine.process([one_of_many(n, "Order Delivered", order_id=f"unknown-{n}") for n in range(252)])
    engine.process([an("Complaint Made", "02T20:00", severity=5, fault="ours"), an("Order Completed", "02T20:01", order_id="o-2", total=9)])

    assert engine.rejected == []
    assert [one["kind"] for one in ledger(engine)["open"]] == ["case"]


def ledger(engine: Engine) -> dict[str, Any]:
    """What Ann's profile says of what is owed."""
    profile = engine.profile("ann")
    assert profile is not None
    found: dict[str, Any] = profile["ledger"]
    return found
