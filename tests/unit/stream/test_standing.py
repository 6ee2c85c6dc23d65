"""The learner is told where customers stand: rarely, as each month of theirs began, and the same however events are handed over."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
import pytest

import platinum
from platinum.ports import LEARNING
from platinum.profile.table import persons_of
from tests.builders.deployments import read_all
from tests.reference.cohorts import MONTH_MS, standings

POLICY = b"""
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
traits: {region: {kind: one_of, values: [north, south]}}
channels: {web: inbound}
COHORTS
actions:
  hello: {type: help, channels: [web], words: "Hello."}
"""
START_MS = 1_700_000_000_000
DAY_MS = 86_400_000
NAMES = [f"c-{i}" for i in range(40)]


def event(who: str, at_ms: int, amount: float = 0.0, **more: Any) -> dict[str, Any]:
    """An order, or (without an amount) a view."""
    name, properties = (
        ("Order Completed", {"order_id": f"o-{at_ms}", "total": amount}) if amount else ("Product Viewed", {"category": "lamps"})
    )
    at = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat().replace("+00:00", "Z")
    return {"type": "track", "event": name, "userId": who, "timestamp": at, "properties": properties} | more


def some_lives(seed: int = 1, days: int = 400) -> list[tuple[int, str, float]]:
    """(instant, customer, amount or 0) of people who order and look, in order of time."""
    rng = np.random.default_rng(seed)
    lives = [
        (START_MS + int(at), NAMES[int(rng.integers(len(NAMES)))], round(float(rng.uniform(5, 90)), 2) if rng.random() < 0.3 else 0.0)
        for at in rng.integers(days * DAY_MS, size=1500)
    ]
    return sorted(lives)


def told(events: list[dict[str, Any]], cohorts: str = "", partitions: int = 2, at_once: int = 10_000) -> list[dict[str, Any]]:
    """Facts about standings that these events bring about."""
    with platinum.Engine.open(POLICY.replace(b"COHORTS", cohorts.encode()), partitions=partitions) as engine:
        for i in range(0, len(events), at_once):
            engine.process(events[i : i + at_once])
            assert not engine.rejected
        every = engine._run(read_all(engine._deployment.log, LEARNING))
        facts = [orjson.loads(record.value) for records in every for record in records]
    return [fact for fact in facts if fact["fact"] == "standing"]


def test_everybody_who_has_ordered_is_told_of_once_a_month_as_it_began() -> None:
    lives = some_lives()
    expected = []
    for name in NAMES:
        person = int(persons_of([name.encode()])[0])
        expected += standings(person, [(at_ms, amount) for at_ms, who, amount in lives if who == name], 365.0 * DAY_MS)
    bands = {"under 90d": 0, "90d to 365d": 90, "365d to 1095d": 365}

    facts = told([event(who, at_ms, amount) for at_ms, who, amount in lives])

    assert len(facts) == len(expected) > 300
    for fact, (began, value, since_ms) in zip(sorted(facts, key=lambda one: (one["made_ms"], one["value"])), sorted(expected), strict=True):
        assert (fact["made_ms"], fact["by"], fact["give"]) == (began, "tenure", 0.0)
        assert fact["get"] == pytest.approx(0.3 * value, rel=1e-4, abs=2e-3)  # the margin that a policy has which says none
        assert fact["value"] == pytest.approx(value, rel=1e-5)
        assert fact["cohort"] == max((label for label, days in bands.items() if days * DAY_MS <= since_ms), key=bands.__getitem__)
    assert not any(name in str(facts) for name in NAMES)


def test_months_of_different_people_begin_at_different_times() -> None:
    began = {fact["made_ms"] % MONTH_MS // DAY_MS for fact in told([event(who, at, amount) for at, who, amount in some_lives()])}

    assert len(began) > 15


@pytest.mark.parametrize(("partitions", "at_once"), [(2, 1), (2, 97), (8, 10_000)])
def test_the_same_is_told_however_events_are_handed_over(partitions: int, at_once: int) -> None:
    events = [event(who, at, amount) for at, who, amount in some_lives()[:600]]

    found, expected = told(events, partitions=partitions, at_once=at_once), told(events)

    assert Counter(map(str, found)) == Counter(map(str, expected))
    assert found == expected or partitions != 2


def test_of_who_only_looks_and_of_a_first_order_nothing_is_told_nor_twice_of_a_month_by_what_comes_late() -> None:
    person = int(persons_of([b"ann"])[0])
    began = START_MS // MONTH_MS * MONTH_MS + (person >> 1) % MONTH_MS
    only_looks = [event("ann", began + i * MONTH_MS) for i in range(5)]
    orders = [event("ann", began - DAY_MS, 20.0), event("ann", began + DAY_MS, 30.0)]
    late = [*orders, event("ann", began - 2 * DAY_MS, receivedAt=orders[1]["timestamp"]), event("ann", began + 2 * DAY_MS)]

    assert told(only_looks) == []
    assert told(orders[:1]) == []
    assert [round(fact["value"], 1) for fact in told(orders)] == [20.0]
    assert told(late) == told(orders)


@pytest.mark.parametrize(
    ("cohorts", "expected"),
    [
        ("cohorts: {by: orders, bands: [2]}", ["under 2", "2 and more", "2 and more"]),
        ("cohorts: region", ["not said", "south", "north"]),
        ("cohorts: {by: tenure, bands: [10d, 40 d]}", ["under 10d", "10d to 40d", "40d and more"]),
    ],
)
def test_a_policy_says_whom_a_customer_is_compared_with(cohorts: str, expected: list[str]) -> None:
    person = int(persons_of([b"ann"])[0])
    began = START_MS // MONTH_MS * MONTH_MS + (person >> 1) % MONTH_MS
    orders = [event("ann", began - DAY_MS + i * MONTH_MS, 20.0) for i in range(4)]
    said = [
        {"type": "identify", "userId": "ann", "timestamp": orders[i]["timestamp"], "traits": {"region": region}}
        for i, region in ((1, "south"), (2, "north"))
    ]

    facts = told([orders[0], orders[1], said[0], orders[2], said[1], orders[3]], cohorts)

    assert [fact["cohort"] for fact in facts] == expected
    assert len({fact["by"] for fact in facts}) == 1
    assert all(b["made_ms"] - a["made_ms"] == MONTH_MS for a, b in pairwise(facts))
