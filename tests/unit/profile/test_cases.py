"""Recovery cases: what opens one, what closes it, and how long promotion rests."""

from __future__ import annotations

from typing import Any

import pytest

from platinum.jit import kernel
from platinum.profile.debts import owed_debts
from platinum.profile.due import all_due
from platinum.profile.entries import STATE_AGAIN, STATE_CLOSED, STATE_OURS
from platinum.profile.quarantine import quarantine_end_ms
from platinum.vocabulary.codes import Debt, Kind, Obligation
from tests.builders.rows import NOON, Made, an_event, folded, some_more
from tests.builders.tables import DAY, HOUR, some_tables

TABLES = some_tables()
OURS, THEIRS = 1, 2
CASE = int(Obligation.CASE)


@kernel
def _fall(row: Any, now_ms: int, tables: Any, more: Any) -> int:
    return all_due(row, more, now_ms, tables)[0]


def a_failure(at_ms: int = NOON, **members: Any) -> Made:
    """A failure of ours, severity 3, about order 7."""
    return an_event(Kind.FAILURE_REPORTED, at_ms, **({"low": 3.0, "code": OURS, "ref": 7} | members))


def cases(row: Any) -> list[Any]:
    """Cases of a row."""
    return [row["obligations"][i] for i in range(int(row["n_obligations"])) if row["obligations"][i]["kind"] == CASE]


@pytest.mark.parametrize(("severity", "hours"), [(1, 72), (2, 72), (3, 24), (4, 24), (5, 4)])
def test_a_failure_of_ours_opens_a_case_with_the_deadline_of_its_severity(severity: int, hours: int) -> None:
    (case,) = cases(folded(a_failure(low=float(severity)), tables=TABLES))

    assert case["due_ms"] == NOON + hours * HOUR
    assert case["state"] & STATE_OURS


def test_a_mere_change_of_mind_opens_no_case_and_nothingquarantine_end_ms() -> None:
    row = folded(a_failure(code=THEIRS), an_event(Kind.COMPLAINT_MADE, NOON, code=THEIRS), an_event(Kind.ORDER_CANCELLED, NOON, code=2))

    assert cases(row) == []
    assert quarantine_end_ms(row, NOON, TABLES) == -1


def test_promotion_rests_while_a_case_of_ours_is_open_and_two_weeks_after() -> None:
    opened = folded(a_failure(), tables=TABLES)
    closed = folded(a_failure(), an_event(Kind.CASE_CLOSED, NOON + DAY, ref=7), tables=TABLES)

    assert quarantine_end_ms(opened, NOON + 300 * DAY, TABLES) == 0
    assert quarantine_end_ms(closed, NOON + 15 * DAY - 1, TABLES) == NOON + 15 * DAY
    assert quarantine_end_ms(closed, NOON + 15 * DAY, TABLES) == -1
    assert closed["timer_due_ms"] == NOON + 15 * DAY


def test_a_case_that_the_firm_opens_is_the_one_that_the_failure_had_opened() -> None:
    row = folded(a_failure(), an_event(Kind.CASE_OPENED, NOON + HOUR, ref=99, low=4.0, code=OURS), tables=TABLES)

    (case,) = cases(row)
    assert (int(case["ref"]), float(case["weight"])) == (99, 4.0)
    assert case["due_ms"] == NOON + 24 * HOUR  # the earlier of the two deadlines


def test_a_closed_case_that_is_opened_again_has_a_new_deadline_and_rests_again() -> None:
    events = [an_event(Kind.CASE_OPENED, NOON, ref=9, low=3.0, code=OURS), an_event(Kind.CASE_CLOSED, NOON + DAY, ref=9)]
    row = folded(*events, an_event(Kind.CASE_OPENED, NOON + 3 * DAY, ref=9, low=3.0, code=OURS), tables=TABLES)

    (case,) = cases(row)
    assert case["due_ms"] == NOON + 4 * DAY
    assert case["state"] & STATE_AGAIN
    assert not case["state"] & STATE_CLOSED


def test_a_case_closed_before_its_opening_arrived_is_closed() -> None:
    late = an_event(Kind.CASE_OPENED, NOON, ref=9, low=3.0, code=OURS, record_ms=NOON + 2 * DAY)
    row = folded(an_event(Kind.CASE_CLOSED, NOON + DAY, ref=9), late, tables=TABLES)

    (case,) = cases(row)
    assert case["state"] & STATE_CLOSED
    assert case["due_ms"] == NOON + 15 * DAY


def test_a_case_of_the_firm_that_is_nobodys_fault_rests_nothing_and_is_gone_when_closed() -> None:
    opened = an_event(Kind.CASE_OPENED, NOON, ref=9, low=3.0, code=3)

    assert quarantine_end_ms(folded(opened, tables=TABLES), NOON, TABLES) == -1
    assert cases(folded(opened, an_event(Kind.CASE_CLOSED, NOON + DAY, ref=9), tables=TABLES)) == []


def test_a_refund_pays_what_is_owed_and_ends_the_case_that_a_failure_opened() -> None:
    owing = folded(a_failure(amount=30.0), an_event(Kind.ORDER_REFUNDED, NOON + HOUR, ref=7, amount=10.0), tables=TABLES)
    paid = folded(a_failure(amount=30.0), an_event(Kind.ORDER_REFUNDED, NOON + HOUR, ref=7, amount=30.0), tables=TABLES)

    assert float(cases(owing)[0]["amount"]) == 20.0
    assert owed_debts(owing, NOON + HOUR, TABLES) & Debt.MONEY
    assert not cases(owing)[0]["state"] & STATE_CLOSED
    assert not owed_debts(paid, NOON + HOUR, TABLES)
    assert cases(paid)[0]["state"] & STATE_CLOSED


def test_patience_has_earned_a_thank_you_when_the_quarantine_is_over() -> None:
    row = folded(a_failure(), an_event(Kind.CASE_CLOSED, NOON + DAY, ref=7), tables=TABLES)
    trigger = _fall(row, NOON + 15 * DAY, TABLES, some_more())

    assert trigger == Kind.PATIENCE_SHOWN
    assert float(row["earned"]) == 4.5
    assert cases(row) == []


def test_a_promise_over_its_time_rests_promotion_until_it_is_kept_or_two_weeks_have_gone() -> None:
    promise = an_event(Kind.PROMISE_MADE, NOON, ref=5, name_a="callback", high=float(NOON + DAY))
    row = folded(promise, tables=TABLES)
    kept = folded(promise, an_event(Kind.PROMISE_KEPT, NOON + 2 * DAY, ref=5), tables=TABLES)

    assert quarantine_end_ms(row, NOON + DAY, TABLES) == -1
    assert quarantine_end_ms(row, NOON + 2 * DAY, TABLES) == NOON + 15 * DAY
    assert quarantine_end_ms(row, NOON + 15 * DAY, TABLES) == -1
    assert quarantine_end_ms(kept, NOON + 3 * DAY, TABLES) == -1
