"""How reactions to contacts become what a contact is worth to a person."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.profile.pending import remember_decision
from platinum.profile.welcome import welcome_factor, welcome_mean
from platinum.vocabulary.codes import Kind, Purpose
from tests.builders.rows import NOON, Made, a_ref, an_event, fold_into, new_rows
from tests.builders.tables import DAY, HOUR, some_tables
from tests.reference import welcome

TABLES = some_tables()
EMAIL, CARD = name_hash("email"), name_hash("card")


def received(*events: Made, contacts: int = 1, outbound: int = 1) -> Any:
    """The row of who was sent so many e-mails, and did this about them; times from ``NOON`` on."""
    rows = new_rows()
    for i in range(contacts):
        remember_decision(rows[0], np.uint64(a_ref(i)), name_hash("planner"), EMAIL, NOON, NOON + 90 * DAY, outbound)
        fold_into(rows, [an_event(Kind.CONTACT_DISPATCHED, NOON, ref=a_ref(i))], TABLES)
    fold_into(rows, list(events), TABLES)
    return rows[0]


def sums(row: Any) -> tuple[float, ...]:
    """(how many, what they were worth, squares) on e-mail."""
    return tuple(round(float(row["received"][0][member]), 4) for member in ("n", "sum", "squares"))


def an_answer(kind: Kind, number: int = 0) -> Made:
    """A reaction at the moment in which it was sent."""
    return an_event(kind, NOON, ref=a_ref(number))


ACCEPTED, DECLINED, DISMISSED = Kind.DECISION_ACCEPTED, Kind.DECISION_DECLINED, Kind.DECISION_DISMISSED


@pytest.mark.parametrize(
    ("kinds", "want"),
    [
        ([], (1.0, -0.1, 0.01)),
        ([ACCEPTED], (1.0, 1.0, 1.0)),
        ([ACCEPTED, ACCEPTED], (1.0, 1.0, 1.0)),
        ([DECLINED, DISMISSED], (1.0, -1.0, 1.0)),
        ([DECLINED, ACCEPTED], (1.0, 1.0, 1.0)),
        ([ACCEPTED, DECLINED], (1.0, -1.0, 1.0)),
        ([Kind.CONTACT_BOUNCED], (0.0, 0.0, 0.0)),
        ([Kind.DECISION_SHOWN, Kind.CONTACT_DELIVERED], (1.0, -0.1, 0.01)),
    ],
)
def test_a_contact_counts_once_and_as_the_last_word_said(kinds: list[Kind], want: tuple[float, ...]) -> None:
    assert sums(received(*map(an_answer, kinds))) == want


def test_who_unsubscribes_or_says_spam_counts_as_three_who_decline() -> None:
    spam = received(an_event(Kind.CONTACT_MARKED_SPAM, NOON, ref=a_ref(0)))
    out = received(an_event(Kind.UNSUBSCRIBED, NOON, code=int(Purpose.PROMOTION), name_b="email"))

    assert sums(spam) == sums(out) == (4.0, -3.1, 3.01)


def test_who_agrees_anew_is_asked_anew() -> None:
    out = an_event(Kind.UNSUBSCRIBED, NOON, code=int(Purpose.PROMOTION), name_b="email")
    again = an_event(Kind.CONSENT_CHANGED, NOON + DAY, code=int(Purpose.PROMOTION), name_b="email", low=1.0)
    before = an_event(Kind.CONSENT_CHANGED, NOON - DAY, code=int(Purpose.PROMOTION), name_b="email", low=1.0)

    assert sums(received(out, again)) == (0.0, 0.0, 0.0)
    assert sums(received(out, before))[0] == 4.0


def test_what_is_shown_to_who_comes_to_us_is_no_contact() -> None:
    assert received(an_answer(DECLINED), outbound=0)["n_received"] == 0


def test_three_refusals_in_a_row_are_enough_and_two_are_not_and_both_fade() -> None:
    three = received(*[an_answer(DECLINED, i) for i in range(3)], contacts=3)
    two = received(*[an_answer(DECLINED, i) for i in range(2)], contacts=2)

    assert welcome_mean(three, EMAIL, NOON, TABLES)[1] < 0 < welcome_mean(two, EMAIL, NOON, TABLES)[1]
    assert welcome_mean(three, EMAIL, NOON + 180 * DAY, TABLES)[1] > 0
    assert welcome_mean(three, CARD, NOON, TABLES)[1] > 0  # elsewhere they count half


def test_who_is_not_known_is_neither_more_nor_less_welcome_than_others() -> None:
    mean, upper = welcome_mean(new_rows()[0], EMAIL, NOON, TABLES)

    assert (float(welcome_factor(mean)), round(float(upper), 3)) == (1.0, 1.812)
    assert [float(welcome_factor(x)) for x in (-1.0, 1.0)] == [0.2, 1.8]


@pytest.mark.parametrize("channel", [EMAIL, CARD])
def test_mean_and_bound_are_what_the_slow_twin_says(channel: int) -> None:
    row = received(an_answer(ACCEPTED), an_answer(DECLINED, 1), an_event(Kind.UNSUBSCRIBED, NOON + HOUR, name_b="card"), contacts=4)

    for days in (0, 100, 1000):
        now = NOON + days * DAY
        assert welcome_mean(row, channel, now, TABLES) == pytest.approx(welcome.mean_and_upper(row, channel, now, TABLES), rel=1e-9)
