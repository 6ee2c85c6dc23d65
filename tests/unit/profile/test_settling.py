"""What a refund pays, and what it leaves: in the row and beyond it, money adds up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.hashing import hash64, name_hash
from platinum.profile.debts import owed_debts
from platinum.profile.entries import STATE_CLOSED
from platinum.vocabulary.codes import Debt, Kind, Obligation
from tests.builders.rows import NOON, Made, an_event, columns_of, fold_into, fold_with, new_rows, some_more
from tests.builders.tables import DAY, HOUR, some_tables
from tests.unit.profile.test_cases import _fall, cases

TABLES = some_tables()
OURS, CHANGED_MIND = 1, 2


def a_case(ref: int, owed: float, at_ms: int = NOON, severity: float = 3.0) -> Made:
    """A case that the firm opened."""
    return an_event(Kind.CASE_OPENED, at_ms, ref=ref, low=severity, code=OURS, amount=owed)


def a_loss(order: int, loss: float, at_ms: int = NOON) -> Made:
    """A failure of ours that cost something."""
    return an_event(Kind.FAILURE_REPORTED, at_ms, ref=order, low=3.0, code=OURS, amount=loss)


def a_refund(order: int, amount: float, at_ms: int = NOON + DAY, **members: Any) -> Made:
    """Money given back."""
    return an_event(Kind.ORDER_REFUNDED, at_ms, ref=order, amount=amount, **members)


def lived(*events: Made) -> list[Any]:
    """Cases of both rows after these events."""
    rows, more = new_rows(), some_more()
    columns, items = columns_of(events)
    fold_with(rows, np.zeros(len(events), np.int64), columns, items, TABLES, more, np.zeros(len(events), np.int64))
    row = rows[0]
    entries = [*row["obligations"][: row["n_obligations"]], *more[row["more"]]["entries"][: row["more_open"]]]
    return [one for one in entries if one["kind"] == Obligation.CASE]


def owed(*events: Made) -> dict[int, float]:
    """Reference of each case, and the money that is owed for it."""
    return {int(one["ref"]): float(one["amount"]) for one in lived(*events)}


def test_a_refund_pays_the_cases_about_its_order_and_no_other() -> None:
    lost = [a_loss(1, 50.0), a_loss(2, 30.0, NOON + HOUR)]

    assert owed(*lost, a_refund(1, 50.0)) == {1: 0.0, 2: 30.0}
    assert owed(*lost, a_refund(1, 70.0)) == {1: 0.0, 2: 30.0}
    assert owed(*lost, a_refund(3, 80.0)) == {1: 50.0, 2: 30.0}


def test_cases_of_which_nobody_said_the_order_are_paid_oldest_first_but_not_by_a_change_of_mind() -> None:
    opened = [a_case(8, 20.0, NOON + HOUR), a_case(7, 40.0), a_loss(2, 5.0)]

    assert owed(*opened[:2], a_refund(1, 50.0)) == {7: 0.0, 8: 10.0}
    assert owed(*opened[:2], a_refund(1, 50.0, code=CHANGED_MIND)) == {7: 40.0, 8: 20.0}
    assert owed(*opened, a_refund(2, 50.0))[7] == 40.0


def test_a_refund_that_names_its_case_pays_that_one() -> None:
    one, other = hash64(b"k-1"), hash64(b"k-2")

    assert owed(a_case(one, 20.0), a_case(other, 50.0), a_refund(1, 60.0, name_b=name_hash("k-2"))) == {one: 20.0, other: 0.0}


def test_cases_of_the_second_row_are_paid_and_ended_too() -> None:
    grave = [a_case(100 + i, 0.0, severity=5.0) for i in range(12)]
    promises = [an_event(Kind.PROMISE_MADE, NOON, ref=200 + i, name_a="repair", high=float(NOON + 2 * HOUR)) for i in range(12)]
    closed = [*grave, a_loss(7, 0.0, NOON + HOUR), an_event(Kind.CONTACT_RESOLVED, NOON + 2 * HOUR)]

    assert owed(a_case(7, 40.0, severity=1.0), *grave, a_refund(1, 40.0))[7] == 0.0
    assert owed(*grave, a_loss(7, 40.0, NOON + HOUR), *promises, a_refund(7, 15.0))[7] == 25.0
    assert [bool(one["state"] & STATE_CLOSED) for one in lived(*closed) if one["ref"] == 7] == [True]


@pytest.mark.parametrize("end", [Kind.CASE_CLOSED, Kind.CONTACT_RESOLVED])
def test_what_is_owed_outlives_the_end_of_its_case_and_of_its_quarantine(end: Kind) -> None:
    rows = new_rows()
    fold_into(rows, [a_loss(7, 40.0), an_event(end, NOON + DAY, ref=7, amount=-1.0)], TABLES)
    row = rows[0]
    assert owed_debts(row, NOON + DAY, TABLES) == Debt.MONEY

    assert _fall(row, NOON + 15 * DAY, TABLES, some_more()) == Kind.PATIENCE_SHOWN
    assert owed_debts(row, NOON + 100 * DAY, TABLES) == Debt.MONEY
    assert _fall(row, NOON + 100 * DAY, TABLES, some_more()) == 0

    fold_into(rows, [a_refund(7, 40.0, NOON + 20 * DAY)], TABLES)
    assert cases(row) == []


def test_a_closing_that_arrives_before_its_case_says_what_is_owed() -> None:
    late = a_case(9, 40.0) | {"record_ms": NOON + 2 * DAY}
    closed = an_event(Kind.CASE_CLOSED, NOON + DAY, ref=9, amount=-1.0)

    assert owed(closed, late) == {9: 40.0}
    assert owed(closed | {"amount": 10.0}, late) == {9: 10.0}
    assert owed(closed | {"amount": 0.0}, late) == {9: 0.0}


def test_a_case_of_nobodys_fault_stays_for_its_money_alone() -> None:
    opened = an_event(Kind.CASE_OPENED, NOON, ref=9, low=3.0, code=3, amount=40.0)
    closed = an_event(Kind.CASE_CLOSED, NOON + DAY, ref=9, amount=-1.0)

    assert owed(opened, closed) == {9: 40.0}
    assert owed(opened, closed, an_event(Kind.CASE_CONFIRMED, NOON + 2 * DAY, ref=9, amount=0.0)) == {}
