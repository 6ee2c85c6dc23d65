"""Cases that are closed and taken up again are what they are, in whatever order word of it comes."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from platinum.profile.entries import STATE_AGAIN, STATE_CLOSED
from platinum.vocabulary.codes import Kind
from tests.builders.rows import NOON, Made, an_event
from tests.builders.tables import DAY, HOUR
from tests.property.test_ledger import lived

OPENED, COMPLAINED, CLOSED, CONFIRMED = Kind.CASE_OPENED, Kind.COMPLAINT_MADE, Kind.CASE_CLOSED, Kind.CASE_CONFIRMED


def told(kind: Kind, hour: int, came: int) -> Made:
    """An event about case 5."""
    about: dict[str, Any] = {"code": 1, "low": 2.0} if kind in (OPENED, COMPLAINED) else {"amount": -1.0}
    return an_event(kind, NOON + hour * HOUR, ref=5, record_ms=NOON + came * HOUR, channel="web", **about)


def after(*events: tuple[Kind, int]) -> set[tuple[bool, int, int, int]]:
    """What is found after every order of arrival of (kind, hour): whether it is open, its due time, last closing, cases that count."""
    found = set()
    for order in permutations(events):
        row, _ = lived([told(kind, hour, 30 + i) for i, (kind, hour) in enumerate(order)])
        (case,) = row["obligations"][: int(row["n_obligations"])]
        closed_ms, due_ms = int(row["case_closed_ms"]), int(case["due_ms"])
        is_open = not int(case["state"]) & STATE_CLOSED
        found.add((is_open, (due_ms - NOON) // HOUR, (closed_ms - NOON) // HOUR if closed_ms else 0, int(case["made_ms"]) - NOON))
    return found


@pytest.mark.parametrize("ends", [CLOSED, CONFIRMED])
def test_a_complaint_that_the_last_close_followed_leaves_the_case_closed(ends: Kind) -> None:
    assert after((OPENED, 0), (CLOSED, 2), (COMPLAINED, 6), (ends, 12)) == {(False, 12 + 14 * 24, 12, 0)}


def test_a_complaint_after_the_last_close_leaves_it_open() -> None:
    assert after((OPENED, 0), (CLOSED, 2), (COMPLAINED, 6)) == {(True, 6 + 72, 2, 0)}


def test_a_complaint_before_its_close_or_confirmation_takes_nothing_up_again() -> None:
    assert after((OPENED, 0), (COMPLAINED, 6), (CLOSED, 12)) == {(False, 12 + 14 * 24, 12, 0)}
    assert after((COMPLAINED, 6), (CONFIRMED, 12)) == {(False, 12 + 14 * 24, 12, 6 * HOUR)}


def test_a_close_of_which_word_comes_after_the_complaint_starts_the_time_anew() -> None:
    row, _ = lived([told(OPENED, 0, 0), told(COMPLAINED, 80, 80), told(CLOSED, 40, 81)])

    (case,) = row["obligations"][: int(row["n_obligations"])]
    assert int(case["state"]) & STATE_AGAIN
    assert int(case["due_ms"]) == NOON + (80 + 72) * HOUR


def test_a_closing_of_another_case_does_not_keep_a_complaint_from_taking_this_one_up() -> None:
    other = [an_event(Kind.CASE_OPENED, NOON, ref=6, code=1, low=2.0), an_event(Kind.CASE_CLOSED, NOON + 9 * HOUR, ref=6, amount=-1.0)]
    row, _ = lived([told(OPENED, 0, 0), told(CLOSED, 2, 2), *other, told(COMPLAINED, 6, 10), an_event(Kind.PAGE, NOON + DAY)])

    open_cases = [int(one["ref"]) for one in row["obligations"][: int(row["n_obligations"])] if not int(one["state"]) & STATE_CLOSED]
    assert open_cases == [5]
