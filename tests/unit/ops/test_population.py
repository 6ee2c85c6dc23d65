"""Simulated people: the same seed, the same people, doing the same things in order."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

import numpy as np
import orjson

from platinum.hashing import mix64
from platinum.ops.population import START_MS, Crowd, Population, simulate, simulate_events
from platinum.ops.population.draws import uniform
from tests.builders.people import a_decision

DAY_MS = 86_400_000


def _events(seed: int = 1, customers: int = 200, events: int = 5_000) -> list[dict[str, Any]]:
    return [orjson.loads(value) for value in simulate_events(seed, customers, events)]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    one, same, other = (list(simulate_events(seed, 200, 2_000)) for seed in (1, 1, 2))

    assert one == same
    assert not set(one) & set(other)


def test_a_person_is_the_same_in_a_village_and_in_a_town() -> None:
    assert Population(1, 10).person(7) == Population(1, 10_000).person(7)


def test_events_come_in_time_order_with_one_id_each() -> None:
    lines = list(islice(simulate(Population(1, 300)), 20_000))

    times = [line.time_ms for line in lines]
    assert times == sorted(times)
    assert len({orjson.loads(line.value)["messageId"] for line in lines}) == len(lines)


def test_received_at_is_the_timestamp() -> None:
    assert all(event["receivedAt"] == event["timestamp"] for event in _events())


def test_days_end_the_stream_and_what_was_told_stays() -> None:
    whole = [line.value for line in islice(simulate(Population(1, 200)), 3_000)]
    two_days = [line.value for line in simulate(Population(1, 200), days=2)]

    assert two_days == whole[: len(two_days)]
    assert len(two_days) > 500


def test_an_order_holds_what_was_put_into_the_cart_before() -> None:
    events = [event for event in _events(events=20_000) if event["type"] == "track"]
    carts: dict[str, list[str]] = {}
    orders = 0
    for event in events:
        properties = event["properties"]
        if event["event"] == "Product Added":
            carts.setdefault(event["userId"], []).append(properties["product_id"])
        elif event["event"] == "Order Completed":
            orders += 1
            bought = [line["sku"] for line in properties["products"]]
            assert not Counter(bought) - Counter(carts.get(event["userId"], []))
            assert abs(sum(line["price"] * line["quantity"] for line in properties["products"]) - properties["total"]) < 0.005

    assert orders > 100


def test_everybody_introduces_themselves_once_and_first() -> None:
    seen: set[str] = set()
    for event in _events(events=10_000):
        assert (event["type"] == "identify") == (event["userId"] not in seen)
        seen.add(event["userId"])


def test_people_differ_in_language_hours_tastes_wishes_and_thanks() -> None:
    people = [Population(1, 400).person(number) for number in range(400)]

    assert {p.language for p in people} == {"en", "de"}
    assert len({p.timezone for p in people}) == 5
    assert {p.consent for p in people} == {-1, 0, 1}
    assert len({p.wish for p in people}) == 9
    assert 0.1 < sum(p.thank_liked < 0 for p in people) / 400 < 0.5
    assert {p.tastes.index(max(p.tastes)) for p in people} == set(range(5))


def test_draws_are_uniform_and_differ_by_purpose() -> None:
    index = np.arange(100_000, dtype=np.int64)
    one, other = uniform(1, "a", index), uniform(1, "b", index)

    assert abs(one.mean() - 0.5) < 0.005
    assert np.abs(np.histogram(one, 20, (0.0, 1.0))[0] / 5_000 - 1.0).max() < 0.06
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.01
    assert mix64(0, 1) != mix64(0, 2)


def test_the_crowd_answers_in_time_order_and_never_in_the_past() -> None:
    crowd = Crowd(Population(1, 100))
    first = crowd.until(START_MS + DAY_MS)
    person = crowd.person(first[0].customer)
    assert person is not None
    late = a_decision(person, decided_at="2026-03-01T00:00:00.000Z", send_at="2026-03-01T00:00:00.000Z")

    crowd.hear(late)
    then = crowd.until(START_MS + 3 * DAY_MS)

    times = [line.time_ms for line in then]
    assert times == sorted(times)
    assert times[0] > START_MS + DAY_MS
    told = [orjson.loads(line.value) for line in then]
    assert any(event.get("event") == "Contact Dispatched" for event in told)


def test_a_decision_about_a_stranger_is_not_heard() -> None:
    crowd = Crowd(Population(1, 10))
    person = crowd.people.person(3)

    crowd.hear(a_decision(person) | {"customer_id": "nobody"})

    assert all(orjson.loads(line.value).get("event") != "Contact Dispatched" for line in crowd.until(START_MS + DAY_MS))
