"""What the parts of trust are counted from, and what the learner is told of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.jit import kernel
from platinum.profile.due import all_due
from platinum.profile.entries import PENDING_OUTBOUND
from platinum.profile.pending import remember_decision
from platinum.profile.trust import cube_root, kept_part, recovery_part, terms_part, trust_index
from platinum.vocabulary.codes import Fact, Kind
from tests.builders.rows import NOON, Made, a_ref, an_event, columns_of, fold_with, folded, new_rows, some_more
from tests.builders.tables import DAY, HOUR, an_action, records, some_tables
from tests.reference import trust

KNOWN = {"trust_kept": 0.9, "trust_terms": 0.8, "trust_recovery": 0.7}
TABLES = some_tables(settings=KNOWN)
OURS = 1


@kernel
def _fall(row: Any, now_ms: int, tables: Any, more: Any) -> int:
    return all_due(row, more, now_ms, tables)[0]


def a_case(at_ms: int = NOON, **members: Any) -> Made:
    """A case of ours, due within a day."""
    return an_event(Kind.CASE_OPENED, at_ms, **({"ref": 9, "low": 3.0, "code": OURS} | members))


def closed(at_ms: int) -> Made:
    """That case is closed."""
    return an_event(Kind.CASE_CLOSED, at_ms, ref=9)


def confirmed(at_ms: int) -> Made:
    """The customer says that it is right."""
    return an_event(Kind.CASE_CONFIRMED, at_ms, ref=9)


def counted(*events: Made) -> tuple[float, float]:
    """(cases, made right), undone of their fading."""
    row = folded(*events, tables=TABLES)
    return round(float(row["cases"]), 9), round(float(row["righted"]), 9)


def test_a_case_is_right_when_it_was_closed_in_time_and_the_customer_says_so() -> None:
    assert counted(a_case()) == (0.0, 0.0)
    assert counted(a_case(), closed(NOON + HOUR)) == (1.0, 0.0)
    assert counted(a_case(), closed(NOON + HOUR), confirmed(NOON + DAY)) == (1.0, 1.0)
    assert counted(a_case(), closed(NOON + HOUR), confirmed(NOON + DAY), confirmed(NOON + 2 * DAY)) == (1.0, 1.0)
    assert counted(a_case(), confirmed(NOON + HOUR)) == (1.0, 1.0)
    assert counted(a_case(), closed(NOON + 2 * DAY), confirmed(NOON + 3 * DAY)) == (1.0, 0.0)


def test_a_case_that_was_opened_once_more_was_not_right() -> None:
    again = [a_case(), closed(NOON + HOUR), confirmed(NOON + 2 * HOUR), a_case(NOON + 3 * HOUR)]

    assert counted(*again) == (1.0, 0.0)
    assert counted(*again, closed(NOON + 4 * HOUR), confirmed(NOON + 5 * HOUR)) == (1.0, 0.0)


def test_a_case_that_is_nobodys_fault_is_no_recovery() -> None:
    assert counted(a_case(code=2), closed(NOON + HOUR)) == (0.0, 0.0)


def test_a_case_over_its_deadline_counts_and_is_counted_once() -> None:
    rows, more = new_rows(), some_more()
    for event in ([a_case()], [closed(NOON + 2 * DAY)]):
        columns, items = columns_of(event)
        fold_with(rows, np.zeros(1, np.int64), columns, items, TABLES, more, np.zeros(1, np.int64))
        _fall(rows[0], NOON + DAY, TABLES, more)

    assert (float(rows[0]["cases"]), float(rows[0]["righted"])) == (1.0, 0.0)
    told = [more[0]["entries"][i] for i in range(int(more[0]["told"]))]
    assert [(float(one["weight"]), float(one["amount"])) for one in told if one["kind"] == Fact.RECOVERY] == [(1.0, 0.0)]


def test_terms_count_when_the_offer_met_the_customer_and_come_back_with_it() -> None:
    actions = records(some_tables().actions.dtype, an_action("free-delivery", clarity=0.6))
    tables = some_tables(actions=actions, settings=KNOWN)
    rows, more = new_rows(), some_more()
    channel = int(tables.channels[1]["name"])
    remember_decision(rows[0], np.uint64(a_ref()), actions[0]["name"], channel, NOON, NOON + 7 * DAY, PENDING_OUTBOUND)
    said = []
    for kind in (Kind.CONTACT_DISPATCHED, Kind.DECISION_SHOWN, Kind.CONTACT_BOUNCED):
        columns, items = columns_of([an_event(kind, NOON + HOUR, ref=a_ref())])
        fold_with(rows, np.zeros(1, np.int64), columns, items, tables, more, np.zeros(1, np.int64))
        said.append((float(rows[0]["offers"]), round(float(rows[0]["clarity"]), 6)))

    assert said == [(1.0, 0.6), (1.0, 0.6), (0.0, 0.0)]
    told = [more[0]["entries"][i] for i in range(int(more[0]["told"]))]
    assert [int(one["kind"]) for one in told] == [Fact.TERMS, Fact.TERMS]
    assert [float(one["weight"]) for one in told] == [1.0, -1.0]


def test_the_parts_are_what_the_slow_twin_says_and_fade_to_the_rate_of_all() -> None:
    row = folded(a_case(), closed(NOON + 2 * DAY), tables=TABLES)
    row["said"], row["said_as_of_ms"] = 4.0, NOON

    for days in (0, 30, 3000):
        now = NOON + days * DAY
        parts = [float(part(row, now, TABLES)) for part in (kept_part, terms_part, recovery_part)]
        want = trust.parts(row, now, TABLES)
        assert [float(trust_index(*parts)), *parts] == pytest.approx([float(x or 0) for x in want.values()], rel=1e-9)
    assert parts == pytest.approx(list(KNOWN.values()), rel=1e-3)


@pytest.mark.parametrize("x", [0.0, 1e-12, 0.001, 0.125, 0.7, 1.0])
def test_cube_root(x: float) -> None:
    assert float(cube_root(x)) == pytest.approx(x ** (1 / 3), rel=1e-12)
