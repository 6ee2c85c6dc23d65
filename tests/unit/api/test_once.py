"""Nobody is thanked, or given the same offer, twice because two answered at once: the API and the stream."""

from __future__ import annotations

from typing import NamedTuple

import orjson

from platinum.policy.load import example
from platinum.ports import DECISIONS, contacts_topic
from tests.builders.deployments import read_all
from tests.builders.loops import in_loop
from tests.builders.shops import HandDriven

#: Two orders are worth a thank-you, which may go out by e-mail and on the website.
SOURCE = example("gift-shop").replace(b"threshold: 3", b"threshold: 1")
THANKS = ("thanks-mail",)
#: Each has an interval of weeks and both channels.
OFFERS = ("winter-kitchen", "toy-box", "card-stock")


def two_orders(customer: str) -> tuple[bytes, ...]:
    """The stream decides about each of them."""
    return tuple(_an_order(customer, f"{customer}-{n}") for n in range(2))


def _an_order(customer: str, name: str) -> bytes:
    properties = {"order_id": name, "total": 80, "currency": "GBP", "products": [{"category": "candles", "price": 80}]}
    event = {"type": "track", "event": "Order Completed", "messageId": name, "userId": customer}
    return orjson.dumps(event | {"timestamp": "2026-09-21T14:00:00Z", "properties": properties})


class Given(NamedTuple):
    """One action that a customer was given: over HTTP, or by a contact of the stream that was not withdrawn."""

    customer: str
    action: str
    answered: bool


async def given(shop: HandDriven, since_ms: int) -> tuple[list[Given], int]:
    """What everybody was given from an instant on, and how many contacts were withdrawn because of an answer."""
    letters = [orjson.loads(r.value) for records in await read_all(shop.log, contacts_topic("email")) for r in records]
    withdrawn = {one["decision_id"]: one["reason"] for one in letters if one["type"] == "withdrawal"}
    decided = [orjson.loads(r.value) for records in await read_all(shop.log, DECISIONS) for r in records if r.time_ms >= since_ms]
    kept = [one for one in decided if one["action"] is not None and one["decision_id"] not in withdrawn]
    found = [Given(one["customer_id"], one["action"], one["decision_id"].startswith("h.")) for one in kept]
    return found, sum(reason == "decision_made" for reason in withdrawn.values())


async def a_shop() -> tuple[HandDriven, list[str], int]:
    """With its people, a second after what happened before."""
    shop = HandDriven(source=SOURCE)
    people = await shop.open()
    shop.now_ms += 1_000
    return shop, people, shop.now_ms


@in_loop
async def test_orders_sent_along_with_a_question_are_thanked_for_once() -> None:
    shop, people, since = await a_shop()

    for customer in people:
        shop.ask(customer, customer, placements=("account",), events=two_orders(customer), candidates=THANKS)
    await shop.answer()
    await shop.fold()

    found, withdrawn = await given(shop, since)
    thanked = [one.customer for one in found if one.action in THANKS]
    assert len(thanked) == len(set(thanked)) > 100
    assert withdrawn == 0  # the stream knew


@in_loop
async def test_an_offer_is_not_sent_after_the_answer_that_held_it() -> None:
    shop, people, since = await a_shop()

    for customer in people:
        shop.ask(customer, customer, placements=("account",), events=two_orders(customer)[:1], candidates=OFFERS)
    await shop.answer()
    await shop.fold()

    found, _ = await given(shop, since)
    offered = [(one.customer, one.action) for one in found if one.action in OFFERS]
    assert len(offered) == len(set(offered)) > 40
    assert any(not one.answered for one in found)  # others were sent


@in_loop
async def test_a_thank_you_that_was_planned_unseen_by_the_answer_is_withdrawn() -> None:
    shop, people, since = await a_shop()
    for customer in people:
        await shop.answering.track([_an_order(customer, f"{customer}-{n}") for n in (7, 8)], history=True)
    await shop.fold()  # owed, and nobody has decided about it

    for customer in people:
        await shop.answering.track([_an_order(customer, f"{customer}-9")])
        shop.ask(customer, customer, placements=("account",), candidates=THANKS)
    await shop.answer()
    await shop.fold()

    found, withdrawn = await given(shop, since)
    thanked = [one for one in found if one.action in THANKS]
    assert withdrawn > 20
    assert len(thanked) == len({one.customer for one in thanked}) > 100
    assert all(one.answered for one in thanked)


@in_loop
async def test_what_was_asked_in_an_event_and_answered_is_not_answered_again_by_the_stream() -> None:
    shop, people, since = await a_shop()
    asks = {"type": "track", "event": "Request Made", "properties": {"intent": "return_parcel"}}

    for customer in people:
        events = (orjson.dumps(asks | {"userId": customer, "messageId": f"{customer}-r"}),)
        shop.ask(customer, customer, placements=("account",), events=events)
    await shop.answer()
    await shop.fold()
    both, _ = await given(shop, since)
    shop.now_ms += 1_000
    for customer in people:
        await shop.answering.track([orjson.dumps(asks | {"userId": customer, "messageId": f"{customer}-s"})])
    await shop.fold()
    alone, _ = await given(shop, since + 1_000)

    assert sum(one.answered and one.action == "return-label" for one in both) > 20
    assert [one for one in both if one.action == "return-label" and not one.answered] == []
    assert sum(one.action == "return-label" for one in alone) > 20


@in_loop
async def test_an_answer_keeps_its_interval_while_the_clock_of_the_bucket_is_days_ahead() -> None:
    shop, people, since = await a_shop()
    day_ms = 86_400_000
    some = people[:40]
    for customer in some:
        await shop.answering.track([_an_order(customer, f"{customer}-{n}") for n in (7, 8)], history=True)
    shop.now_ms += 3 * day_ms  # a clock that was wrong for a while
    for customer in some:
        await shop.answering.track([_a_view(customer, 0)])
    await shop.fold()
    shop.now_ms -= 3 * day_ms

    for n in range(1, 4):
        for customer in some:
            shop.ask(f"{customer}-{n}", customer, placements=("account",), candidates=THANKS)
        await shop.answer()
        await shop.fold()
        for customer in some:
            await shop.answering.track([_a_view(customer, n)])
        await shop.fold()

    found, _ = await given(shop, since)
    thanked = [one.customer for one in found if one.action in THANKS and one.answered]
    assert len(thanked) == len(set(thanked)) > 20


def _a_view(customer: str, n: int) -> bytes:
    event = {"type": "track", "event": "Product Viewed", "messageId": f"v-{customer}-{n}", "userId": customer}
    return orjson.dumps(event | {"properties": {"category": "candles"}})
