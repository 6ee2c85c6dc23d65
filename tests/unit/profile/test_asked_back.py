"""Requests to be called back, and their answers, in whatever order word of them comes."""

from __future__ import annotations

import itertools

import pytest

from platinum.vocabulary.codes import Kind, Obligation
from tests.builders.rows import NOON, Made, an_event
from tests.builders.tables import DAY, HOUR
from tests.property.test_ledger import lived, open_of
from tests.property.test_order_free import TABLES

_PROMISE = int(Obligation.PROMISE)


def asked(ref: int, hours: float) -> Made:
    """A request to be called back."""
    return an_event(Kind.REQUEST_MADE, NOON + int(hours * HOUR), ref=ref, name_a="call_back")


def answered(ref: int, hours: float) -> Made:
    """The call that answers it."""
    return an_event(Kind.REQUEST_ANSWERED, NOON + int(hours * HOUR), ref=ref)


def told(events: tuple[Made, ...]) -> tuple[list[tuple[int, int]], int, int, float]:
    """What is open, outcomes, broken ones and the share kept, where word of everything comes within a day, in this order."""
    late = [{**event, "record_ms": NOON + DAY + i} for i, event in enumerate(events)]
    row, more = lived([*late, an_event(Kind.PAGE, NOON + 20 * DAY)], TABLES)
    return open_of(row, more), int(row["said_ever"]), int(row["broken_ever"]), round(float(row["kept"] / row["said"]), 9)


CASES = {
    "asked twice, one call": ((asked(1, 1), asked(2, 2), answered(2, 5)), ([], 1, 0)),
    "the first of them is answered": ((asked(1, 1), asked(2, 2), answered(1, 5)), ([], 1, 0)),
    "asked again after the call": ((asked(1, 1), answered(1, 3), asked(2, 5)), ([(_PROMISE, 2)], 2, 1)),
    "two calls": ((asked(1, 1), asked(2, 4), answered(1, 3), answered(2, 9)), ([], 2, 0)),
    "nobody calls": ((asked(1, 1), asked(2, 2)), ([(_PROMISE, 1)], 1, 1)),
    "three ask, the second is answered": ((asked(1, 1), asked(2, 2), asked(3, 3), answered(2, 5)), ([], 1, 0)),
    "three ask, the third after the call": ((asked(1, 1), asked(2, 2), answered(2, 3), asked(3, 4)), ([(_PROMISE, 3)], 2, 1)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_order_in_which_word_of_requests_and_answers_comes_does_not_matter(case: str) -> None:
    events, expected = CASES[case]
    found = [told(order) for order in itertools.permutations(events)]

    assert found[0][:3] == expected
    assert all(one == found[0] for one in found)


def test_who_joined_a_call_back_that_was_promised_by_hand_is_forgotten_with_it() -> None:
    by_hand = an_event(Kind.PROMISE_MADE, NOON, ref=9, name_a="call_back", high=float(NOON + DAY))
    row, _ = lived([by_hand, asked(1, 1), an_event(Kind.PROMISE_KEPT, NOON + 5 * HOUR, ref=9), an_event(Kind.PAGE, NOON + 4 * DAY)], TABLES)

    assert (int(row["said_ever"]), int(row["broken_ever"]), int(row["n_obligations"])) == (1, 0, 0)
