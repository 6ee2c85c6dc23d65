"""Journeys against their slow twin, in every order of arrival that the lateness window allows, and merged from halves."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

from platinum.decide.record import TRIGGER
from platinum.hashing import name_hash
from platinum.jit import kernel
from platinum.profile.journeys import take_over
from platinum.vocabulary.codes import Field, Kind
from tests.builders.rows import NOON, Made, an_event, fold_into, new_rows, read_field
from tests.builders.tables import DAY, HOUR, some_tables
from tests.reference.effort import KINDS, effort, journeys_of, surveyed

TABLES = some_tables()
INTENTS = ("return", "where", "bill")
CHANNELS = ("web", "call", "chat", "")
FIELDS = (Field.EFFORT, Field.JOURNEY_CONTACTS, Field.PREDICTED_CES, Field.SURVEYED_CES)


@kernel
def merge(row: Any, other: Any, tables: Any) -> None:
    """``profile.journeys.take_over``, callable from tests."""
    take_over(row, other, tables)


def a_history(rng: random.Random, n: int, days: int = 80) -> list[Made]:
    """Contacts of one person about three things, in order of time, no two in one second."""
    times = sorted(rng.sample(range(days * 86_400), n))
    events = []
    for at_s in times:
        kind = rng.choice([*KINDS, Kind.CONTACT_STARTED, Kind.REQUEST_MADE, Kind.SURVEY_ANSWERED, Kind.PAGE])
        high = rng.choice([0.0, 5.0, 10.0])
        survey = {"name_a": rng.choice(["ces", "nps"]), "low": float(rng.randrange(0, 9)), "high": high, "ref": 1 + at_s}
        about = {"name_a": rng.choice(INTENTS), "name_b": rng.choice(["desk", "form", ""]), "low": rng.randrange(0, 1200) / 60.0}
        members = survey if kind == Kind.SURVEY_ANSWERED else about
        events.append(an_event(kind, NOON + at_s * 1000, channel=rng.choice(CHANNELS), **{"high": 0.0, **members}))
    return events


def late(rng: random.Random, events: list[Made]) -> list[Made]:
    """The same, each up to two days late, in their order of arrival."""
    moved = [{**one, "record_ms": one["occurred_ms"] + (rng.randrange(2 * DAY) if rng.random() < 0.6 else 0)} for one in events]
    return sorted(moved, key=lambda one: one["record_ms"])


def row_of(events: list[Made], now_ms: int) -> Any:
    """The row after them, and a page at ``now_ms``."""
    rows = new_rows()
    fold_into(rows, [*events, an_event(Kind.PAGE, now_ms)], TABLES)
    return rows[0]


def fields_of(row: Any, now_ms: int) -> list[float]:
    """The order-free fields about effort."""
    trigger = np.zeros(1, TRIGGER)
    trigger["now_ms"] = now_ms
    return [read_field(int(one), 0, row, trigger[0], TABLES) for one in FIELDS]


def counts_of(row: Any) -> list[tuple[int, ...]]:
    """What the journeys of a row have counted, with the channels in order of their names."""
    members = (
        "intent",
        "first_ms",
        "last_ms",
        "process",
        "waited_s",
        "transfers",
        "asked_again",
        "refusals",
        "self_service",
        "form_errors",
    )
    found = []
    for journey in row["journeys"][: row["n_journeys"]]:
        began = sorted(zip(*(journey[m].tolist() for m in ("channels", "started", "requests")), strict=True))
        found.append((*(int(journey[m]) for m in members), *(x for channel in began for x in channel)))
    return sorted(found)


@pytest.mark.parametrize("seed", range(40))
def test_effort_is_what_the_slow_twin_says_at_any_instant(seed: int) -> None:
    rng = random.Random(seed)
    events = a_history(rng, rng.choice([3, 20, 120]))
    now_ms = NOON + rng.randrange(79, 100) * DAY + 11 * HOUR

    index, contacts, predicted, said = fields_of(row_of(events, now_ms), now_ms)

    want = effort(events, now_ms)
    open_ = [one for one in journeys_of(events) if now_ms - one.last < 7 * DAY]
    assert index == pytest.approx(want, rel=1e-9)
    assert contacts == max((one.contacts for one in open_), default=0)
    assert predicted == pytest.approx(7 - 6 * want, rel=1e-9) or (math.isnan(predicted) and not journeys_of(events))
    assert said == pytest.approx(surveyed(events), rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("seed", range(40))
def test_any_order_of_arrival_gives_the_same_journeys_and_effort(seed: int) -> None:
    rng = random.Random(seed)
    events = a_history(rng, 60)
    now_ms = NOON + 84 * DAY

    in_order, arrived = row_of(events, now_ms), row_of(late(rng, events), now_ms)

    assert counts_of(arrived) == counts_of(in_order)
    assert fields_of(arrived, now_ms) == pytest.approx(fields_of(in_order, now_ms), rel=1e-9, nan_ok=True)
    assert int(arrived["last_process"]) == int(in_order["last_process"])


@pytest.mark.parametrize("seed", range(20))
def test_halves_of_open_journeys_merged_are_the_whole(seed: int) -> None:
    rng = random.Random(seed)
    events = a_history(rng, 40, days=8)
    half = [event for event in events if rng.random() < 0.5]
    rest = [event for event in events if event not in half]
    now_ms = NOON + 8 * DAY

    one, other = row_of(half, now_ms), row_of(rest, now_ms)
    merge(one, other, TABLES)

    whole = row_of(events, now_ms)
    assert counts_of(one) == counts_of(whole)
    assert fields_of(one, now_ms) == pytest.approx(fields_of(whole, now_ms), rel=1e-9, nan_ok=True)
    assert int(one["last_process"]) == int(whole["last_process"])


def test_a_fifth_open_journey_closes_the_oldest_and_loses_none_of_its_effort() -> None:
    events = [an_event(Kind.SELF_SERVICE_FAILED, NOON + i * HOUR, name_a=f"intent-{i}") for i in range(5)]

    row = row_of(events, NOON + 5 * HOUR)

    assert int(row["n_journeys"]) == 4
    assert name_hash("intent-0") not in row["journeys"]["intent"].tolist()
    assert float(row["effort"]) == pytest.approx(1 - math.exp(-1.5 / 6))


def test_an_event_that_names_no_intent_belongs_to_the_journey_that_was_the_last_then() -> None:
    about = [an_event(Kind.CONTACT_STARTED, NOON, name_a="return"), an_event(Kind.CONTACT_STARTED, NOON + HOUR, name_a="bill")]

    row = row_of([*about, an_event(Kind.CONTACT_TRANSFERRED, NOON + 2 * HOUR)], NOON + 3 * HOUR)

    assert [(int(j["intent"]), int(j["transfers"])) for j in row["journeys"][:2]] == [(name_hash("return"), 0), (name_hash("bill"), 1)]
    assert int(row["n_journeys"]) == 2


def test_a_late_event_between_two_journeys_makes_one_of_both() -> None:
    first, last = an_event(Kind.CONTACT_STARTED, NOON, name_a="return"), an_event(Kind.CONTACT_STARTED, NOON + 8 * DAY, name_a="return")
    between = an_event(Kind.CONTACT_STARTED, NOON + 6 * DAY + 12 * HOUR, record_ms=NOON + 8 * DAY + HOUR, name_a="return")

    apart, one = row_of([first, last], NOON + 9 * DAY - HOUR), row_of([first, last, between], NOON + 9 * DAY - HOUR)

    assert (int(apart["n_journeys"]), int(one["n_journeys"])) == (2, 1)
    assert fields_of(one, NOON + 9 * DAY)[1] == 3.0
    assert int(one["journeys"][0]["first_ms"]) == NOON
