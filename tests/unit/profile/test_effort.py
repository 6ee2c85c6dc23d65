"""Points and caps of a journey, and the debt of one that was hard."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from platinum.jit import kernel
from platinum.policy import tables as t
from platinum.policy.tables import Tables
from platinum.profile.contacts import plan
from platinum.profile.debts import owed_debts
from platinum.profile.effort import index_of, points_of
from platinum.vocabulary.codes import ActionType, Debt, Kind
from tests.builders.rows import NOON, Made, a_ref, an_event, fold_into, new_rows
from tests.builders.tables import DAY, HOUR, an_action, records, some_tables

MINUTE = 60_000


def about(kind: Kind, at_ms: int = NOON, **members: Any) -> Made:
    """An event of the journey "return", on the web unless it says otherwise."""
    return an_event(kind, at_ms, **{"name_a": "return", "channel": "web", **members})


def journey_of(*events: Made, tables: Tables | None = None) -> Any:
    """The one journey of these events."""
    rows = new_rows()
    fold_into(rows, events, tables)
    assert int(rows[0]["n_journeys"]) == 1
    return rows[0]["journeys"][0]


def points(*events: Made, **settings: Any) -> float:
    """Points of the one journey of these events."""
    return float(points_of(journey_of(*events), some_tables(settings=settings)))


@pytest.mark.parametrize(
    ("kind", "members", "one", "cap"),
    [
        (Kind.CONTACT_TRANSFERRED, {}, 2.0, 6.0),
        (Kind.ASKED_AGAIN, {}, 2.0, 6.0),
        (Kind.REQUEST_REFUSED, {}, 2.0, 4.0),
        (Kind.SELF_SERVICE_FAILED, {}, 1.5, 4.5),
        (Kind.FORM_ERROR, {}, 0.5, 2.0),
        (Kind.WAITED, {"low": 5.0}, 1.0, 6.0),
    ],
)
def test_each_burden_has_its_points_and_stops_at_its_cap(kind: Kind, members: dict[str, float], one: float, cap: float) -> None:
    events = [about(kind, NOON + i * MINUTE, **members) for i in range(30)]

    assert points(events[0]) == pytest.approx(one)
    assert points(*events[:2]) == pytest.approx(2 * one)
    assert points(*events) == pytest.approx(cap)


def test_every_contact_after_the_first_costs_three_up_to_its_cap() -> None:
    calls = [about(Kind.CONTACT_STARTED, NOON + i * HOUR) for i in range(6)]

    assert [points(*calls[:n]) for n in (1, 2, 4, 6)] == [0.0, 3.0, 9.0, 9.0]


def test_a_call_and_the_request_made_in_it_are_one_contact() -> None:
    call = about(Kind.CONTACT_STARTED, channel="call"), about(Kind.REQUEST_MADE, NOON + MINUTE, channel="call")

    assert points(*call) == 0.0
    assert points(*call, about(Kind.REQUEST_MADE, NOON + HOUR, channel="call")) == 3.0


def test_a_second_channel_is_a_switch_and_a_repeat_contact() -> None:
    assert points(about(Kind.CONTACT_STARTED), about(Kind.CONTACT_STARTED, NOON + HOUR, channel="call")) == 5.0


def test_seven_days_later_it_is_another_journey() -> None:
    rows = new_rows()

    fold_into(rows, [about(Kind.CONTACT_STARTED), about(Kind.CONTACT_STARTED, NOON + 7 * DAY)])

    assert int(rows[0]["n_journeys"]) == 2
    assert points(about(Kind.CONTACT_STARTED), about(Kind.CONTACT_STARTED, NOON + 7 * DAY - 1)) == 3.0


def test_more_than_a_count_can_hold_stays_what_it_was() -> None:
    journey = journey_of(*[about(Kind.FORM_ERROR, NOON + i) for i in range(300)])

    assert int(journey["form_errors"]) == 255


def test_the_index_is_the_formula() -> None:
    assert [index_of(p) for p in (0.0, 6.0, 30.0)] == pytest.approx([0.0, 1 - math.exp(-1), 1 - math.exp(-5)], rel=1e-12)


HARD = [about(Kind.CONTACT_STARTED, NOON + i * HOUR) for i in range(3)]


@kernel
def plan_one(row: Any, ref: Any, action: Any, now_ms: int, tables: Any) -> None:
    """Plan a contact of an action by e-mail."""
    plan(row, ref, action, tables.channels[1]["name"], ActionType.AMENDS, 1, now_ms, now_ms, now_ms + 86_400_000)


def with_a_call_back(**settings: Any) -> Tables:
    """A policy whose only action pays the debt of effort."""
    action = an_action("call-back", ActionType.AMENDS, effort=-2.0, pays=int(Debt.EFFORT))
    return some_tables(actions=records(t.ACTION, action), settings=settings)


def owes(row: Any, at_ms: int, tables: Tables) -> bool:
    """Whether the debt of effort is owed."""
    return bool(owed_debts(row, at_ms, tables) & Debt.EFFORT)


def test_a_hard_journey_is_a_debt_until_a_call_back_met_the_customer_and_once() -> None:
    tables, rows = with_a_call_back(), new_rows()
    fold_into(rows, HARD[:2], tables)
    assert not owes(rows[0], NOON + HOUR, tables)
    fold_into(rows, HARD[2:], tables)
    assert owes(rows[0], NOON + 3 * HOUR, tables)

    plan_one(rows[0], np.uint64(a_ref(1)), tables.actions[0]["name"], NOON + 3 * HOUR, tables)
    assert not owes(rows[0], NOON + 3 * HOUR, tables)  # on its way
    fold_into(rows, [an_event(Kind.CONTACT_DISPATCHED, NOON + 4 * HOUR, ref=a_ref(1))], tables)
    fold_into(rows, [about(Kind.CONTACT_STARTED, NOON + 5 * HOUR)], tables)

    assert not owes(rows[0], NOON + 6 * HOUR, tables)
    fold_into(rows, [{**one, "name_a": HARD[0]["name_a"] + 1} for one in HARD], tables)
    assert owes(rows[0], NOON + 6 * HOUR, tables)  # another journey


def test_a_call_back_that_was_aborted_pays_nothing() -> None:
    tables, rows = with_a_call_back(), new_rows()
    fold_into(rows, HARD, tables)
    plan_one(rows[0], np.uint64(a_ref(1)), tables.actions[0]["name"], NOON + 3 * HOUR, tables)

    fold_into(rows, [an_event(Kind.CONTACT_ABORTED, NOON + 4 * HOUR, ref=a_ref(1))], tables)

    assert owes(rows[0], NOON + 5 * HOUR, tables)


def test_the_debt_lapses_with_its_journey_and_is_none_where_the_rule_is_off() -> None:
    tables, off, rows = with_a_call_back(), with_a_call_back(relief=0), new_rows()
    fold_into(rows, HARD, tables)

    assert owes(rows[0], NOON + 2 * HOUR + 7 * DAY - 1, tables)
    assert not owes(rows[0], NOON + 2 * HOUR + 7 * DAY, tables)
    assert not owes(rows[0], NOON + 3 * HOUR, off)
