"""A request that is sent again with its idempotency key gets its first answer, and changes nothing."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from platinum.api import repeats as module
from platinum.api.app import problem_of
from platinum.api.problems import Problem
from platinum.api.repeats import Repeats, named
from platinum.api.service import DecisionRequest
from platinum.errors import Unavailable
from platinum.pipeline.engine_records import MAC_HEADER, header
from tests.builders.loops import in_loop
from tests.builders.shops import HandDriven

PLACES = ("home-hero", "basket")


def viewed(customer: str, **members: str) -> bytes:
    return orjson.dumps({"type": "track", "event": "Product Viewed", "userId": customer, "properties": {"category": "candles"}, **members})


def assert_refused(told: Any) -> None:
    assert isinstance(told, Problem)
    problem = orjson.loads(told.body())
    assert problem["status"] == 422
    assert [error["field"] for error in problem["errors"]] == ["idempotency_key"]
    assert "docs/explanation/time-and-ids.md" in problem["detail"]
    assert problem_of(told) is told


async def seen(shop: HandDriven, customer: str) -> Any:
    """Number of events in the customer's profile."""
    await shop.fold()
    profile: Any = await shop.answering.profile(customer)
    return profile["identity"]["events"]


@in_loop
async def test_repeat_gets_the_first_answer_byte_for_byte_and_is_not_appended() -> None:
    shop = HandDriven()
    customer = (await shop.open())[3]
    request: dict[str, Any] = {"idempotency_key": "k", "events": (viewed(customer),), "placements": PLACES}

    shop.ask("first", customer, **request)
    await shop.answer()
    await shop.fold()
    before = await shop.appended(customer)
    shop.now_ms += 3_600_000
    shop.ask("again", customer, **request)
    shop.ask("other key", customer, **(request | {"idempotency_key": "l"}))
    await shop.answer()

    assert shop.told["again"] == shop.told["first"] != shop.told["other key"]
    assert len(shop.told["first"]) == 2
    assert len(await shop.appended(customer)) == len(before) + 3


@in_loop
async def test_two_at_the_same_moment_are_one() -> None:
    shop = HandDriven()
    customer = (await shop.open())[3]
    before = len(await shop.appended(customer))

    for i in range(5):
        shop.ask(f"{i}", customer, idempotency_key="k")
    await shop.answer()

    assert len(shop.told) == 5
    assert len({b"".join(bodies) for bodies in shop.told.values()}) == 1
    assert len(await shop.appended(customer)) == before + 1


@pytest.mark.parametrize("other", [{"channel": "web"}, {"candidates": ()}, {"events": (viewed("someone"),)}, {"placements": PLACES}])
@pytest.mark.parametrize("answered", [True, False])
@in_loop
async def test_key_of_another_body_is_refused(other: dict[str, Any], answered: bool) -> None:
    shop = HandDriven()
    customer = (await shop.open())[3]

    shop.ask("first", customer, idempotency_key="k")
    if answered:
        await shop.answer()
    shop.ask("other", customer, **({"idempotency_key": "k"} | other))
    shop.ask("first again", customer, idempotency_key="k")
    await shop.answer()

    assert_refused(shop.told["other"])
    assert shop.told["first again"] == shop.told["first"]


@in_loop
async def test_key_is_free_for_another_person_or_another_place() -> None:
    shop = HandDriven()
    people = await shop.open()

    shop.ask("first", people[3], idempotency_key="k")
    shop.ask("other person", people[4], idempotency_key="k")
    shop.ask("other place", people[3], idempotency_key="k", placements=("basket",))
    shop.ask("both places", people[3], idempotency_key="k", placements=("home-hero", "basket"))
    await shop.answer()

    assert {type(shop.told[name]) for name in ("first", "other person", "other place")} == {list}
    assert_refused(shop.told["both places"])


@in_loop
async def test_events_sent_along_again_for_another_place_count_once() -> None:
    shop = HandDriven()
    customer = (await shop.open())[3]
    before = await seen(shop, customer)
    for name, places in (("one", PLACES[:1]), ("other", PLACES[1:])):
        shop.ask(name, customer, idempotency_key="k", events=(viewed(customer),), placements=places)
        await shop.answer()
    assert shop.told["one"] != shop.told["other"]
    assert await seen(shop, customer) == before + 1


@in_loop
async def test_a_request_that_was_not_answered_leaves_its_key_free() -> None:
    shop = HandDriven()
    customer = (await shop.open())[3]

    for name in ("first", "waits too"):
        shop.ask(name, customer, idempotency_key="k", placements=("nowhere",))
    await shop.answer()
    shop.ask("then", customer, idempotency_key="k")
    await shop.answer()

    assert shop.told["first"] is shop.told["waits too"]
    assert isinstance(shop.told["first"], Exception)
    assert isinstance(shop.told["then"], list)


@in_loop
async def test_first_answers_are_known_again_after_a_restart() -> None:
    shop = HandDriven()
    people = await shop.open()
    for customer in people[:30]:
        shop.ask(customer, customer, placements=PLACES, events=(viewed(customer),))
    await shop.answer()
    again = HandDriven(shop.log, shop.store)
    again.now_ms += 60_000

    await again.answering.recall()
    for customer in people[:30]:
        again.ask(customer, customer, placements=PLACES, events=(viewed(customer),))
    again.ask("other", people[0], idempotency_key=people[0])
    await again.answer()

    assert_refused(again.told.pop("other"))
    assert again.told == shop.told


@in_loop
async def test_events_of_a_forgotten_request_do_not_count_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECALLED", 0)
    shop = HandDriven()
    customer = (await shop.open())[3]
    events = tuple(viewed(customer, **members) for members in ({}, {}, {"messageId": "mine"}))
    shop.ask("first", customer, events=events)
    await shop.answer()
    before = await seen(shop, customer)
    again = HandDriven(shop.log, shop.store)

    await again.answering.recall()
    again.ask("first", customer, events=events)
    await again.answer()

    assert await seen(again, customer) == before
    made = [r for r in await again.appended(customer) if header(r.headers, MAC_HEADER)]
    assert len(made) == 2  # it was decided again, under the same id
    assert len([body for bodies in (await again.state()).decisions for body in bodies if b'"placement":"home-hero"' in body]) == 1


@in_loop
async def test_what_was_kept_of_half_an_answer_is_not_taken_for_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECALLED", 1)
    shop = HandDriven()
    customer = (await shop.open())[3]
    shop.ask("first", customer, placements=PLACES)
    await shop.answer()
    again = HandDriven(shop.log, shop.store)

    await again.answering.recall()
    again.ask("first", customer, placements=PLACES)
    await again.answer()

    assert len(again.told["first"]) == 2


@in_loop
async def test_a_request_without_a_key_leaves_no_fingerprint() -> None:
    shop = HandDriven()
    customer = (await shop.open())[3]

    shop.ask("with", customer)
    shop.ask("without", customer, idempotency_key=None)
    await shop.answer()

    made = [orjson.loads(r.value) for r in await shop.appended(customer) if header(r.headers, MAC_HEADER)]
    assert ["request" in one for one in made] == [True, False]


@in_loop
async def test_the_oldest_answers_are_forgotten_first() -> None:
    repeats, told = Repeats("http", 256, most_bytes=3_000), list[str]()
    for name in "abcd":
        begun = repeats.begin(a_request(name), lambda _: None)
        assert begun is not None
        begun[1]([b"x" * 400])

    known = [name for name in "abcd" if repeats.begin(a_request(name), lambda _: told.append("known")) is None]

    assert known == ["b", "c", "d"]


def a_request(customer: str) -> DecisionRequest:
    return DecisionRequest(customer, ("home-hero",), (), None, "", "", "", "k", None)


@in_loop
async def test_an_error_reaches_everybody_who_waits() -> None:
    repeats, told = Repeats("http", 256), list[object]()
    begun = repeats.begin(a_request("a"), told.append)
    assert begun is not None
    assert repeats.begin(a_request("a"), told.append) is None

    begun[1](Unavailable("away"))

    assert [type(one) for one in told] == [Unavailable, Unavailable]


@pytest.mark.parametrize(
    ("event", "want"),
    [
        (b'{"type":"track"}', b'{"messageId":"m","type":"track"}'),
        (b" { } ", b'{"messageId":"m" } '),
        (b'{"messageId":null,"a":1.50}', b'{"messageId":"m","a":1.50}'),
        (b'{"messageId":"own"}', b'{"messageId":"own"}'),
        (b'{"messageId":7}', b'{"messageId":7}'),
        (b"[]", b"[]"),
        (b"{", b"{"),
    ],
)
def test_only_an_event_without_an_id_gets_one(event: bytes, want: bytes) -> None:
    assert named(event, "m") == want
