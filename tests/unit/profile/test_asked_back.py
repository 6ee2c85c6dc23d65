"""Requests to be called back, and their answers, in whatever order word of them comes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from platinum.jit import kernel
from platinum.profile.commit import take_back
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


def met(*events: Made) -> tuple[list[tuple[int, int]], int, int]:
    """What is open, outcomes and broken ones after these events in their order of arrival, and three weeks."""
    row, more = lived([*sorted(events, key=lambda one: int(one["record_ms"])), an_event(Kind.PAGE, NOON + 20 * DAY)], TABLES)
    return open_of(row, more), int(row["said_ever"]), int(row["broken_ever"])


def by_hand(ref: int, hours: float, due_hours: float) -> Made:
    """A call-back that an agent promised."""
    return an_event(Kind.PROMISE_MADE, NOON + int(hours * HOUR), ref=ref, name_a="call_back", high=float(NOON + int(due_hours * HOUR)))


def late(event: Made, hours: float) -> Made:
    """The same, of which word comes so late."""
    return {**event, "record_ms": NOON + int(hours * HOUR)}


@pytest.mark.parametrize("what", [Kind.CONTACT_RESOLVED, Kind.REQUEST_ANSWERED])
def test_whoever_asks_after_a_call_that_is_told_late_is_owed_one(what: Kind) -> None:
    called = an_event(what, NOON + HOUR, ref=1 if what == Kind.REQUEST_ANSWERED else 0)

    assert met(asked(1, 0), asked(2, 2), late(called, 3)) == met(asked(1, 0), called, asked(2, 2)) == ([(_PROMISE, 2)], 2, 1)


def test_whoever_asks_after_a_call_that_an_agent_had_promised_is_owed_one() -> None:
    kept = an_event(Kind.PROMISE_KEPT, NOON + 10 * HOUR, ref=1)

    assert met(by_hand(1, 0, 30), asked(2, 11), late(kept, 12)) == met(by_hand(1, 0, 30), kept, asked(2, 11)) == ([(_PROMISE, 2)], 2, 1)


def test_a_promise_is_kept_by_the_id_of_a_request_that_joined_it() -> None:
    kept = an_event(Kind.PROMISE_KEPT, NOON + 10 * HOUR, ref=2)

    assert met(asked(1, 0), asked(2, 5), kept) == met(late(asked(1, 0), 11), asked(2, 5), kept) == ([], 1, 0)


def test_of_two_call_backs_a_request_joins_the_older_one() -> None:
    rest = [by_hand(2, 12, 30), asked(3, 20), answered(3, 25)]

    assert met(by_hand(1, 0, 40), *rest) == met(late(by_hand(1, 0, 40), 13), *rest) == ([(_PROMISE, 2)], 2, 1)


def test_another_time_that_was_agreed_with_one_who_asks_anew_holds() -> None:
    moved = an_event(Kind.PROMISE_RENEGOTIATED, NOON + 42 * HOUR, ref=2, high=float(NOON + 30 * DAY))

    assert met(asked(1, 0), asked(2, 40), moved, late(answered(1, 30), 44)) == ([(_PROMISE, 2)], 1, 1)


def test_another_time_that_was_agreed_with_who_asked_first_holds_though_word_of_the_asking_is_late() -> None:
    moved = an_event(Kind.PROMISE_RENEGOTIATED, NOON + 12 * HOUR, ref=1, high=float(NOON + 30 * DAY))

    assert met(asked(2, 5), moved, late(asked(1, 0), 14)) == met(asked(1, 0), asked(2, 5), moved) == ([(_PROMISE, 1)], 0, 0)


def test_a_request_that_joined_one_that_was_written_off_is_still_owed() -> None:
    ever = [asked(1, 0), asked(2, 24 * 179), an_event(Kind.PAGE, NOON + 184 * DAY)]
    row, more = lived(ever, TABLES)

    assert open_of(row, more) == [(_PROMISE, 2)]


def test_who_asked_is_owed_a_call_though_what_a_decision_promised_is_taken_back() -> None:
    row, more = lived([by_hand(9, 0, 30), asked(2, 5)], TABLES)

    undo(row, more, np.uint64(9), TABLES)

    assert open_of(row, more) == [(_PROMISE, 2)]


@kernel
def undo(row: Any, more: Any, ref: Any, tables: Any) -> None:
    """A decision came to nothing."""
    take_back(row, more, ref, tables)
