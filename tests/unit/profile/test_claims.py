"""Who may send a planned contact: one claimant at most, and nobody once it was taken back, is over, or is stopped."""

from __future__ import annotations

import pytest

from platinum.pipeline.claim import SEND
from platinum.profile.entries import MAX_PLANNED
from platinum.vocabulary.codes import Kind, Purpose
from tests.builders.claims import Customer, a_claim, stopping
from tests.builders.rows import NOON, a_ref, an_event
from tests.builders.tables import DAY, HOUR


def test_the_first_who_claims_may_send_also_when_it_asks_again_and_nobody_else() -> None:
    customer = Customer()
    customer.plans(1)

    assert customer.asks(1, "one") == SEND
    assert customer.asks(1, "other") == ("drop", "claimed")
    assert customer.asks(1, "one") == SEND
    assert customer.claimed == [1]


def test_what_was_never_planned_for_this_customer_is_dropped() -> None:
    assert Customer().asks(1, "one") == ("drop", "gone")


def test_an_answer_over_http_is_no_contact_to_claim() -> None:
    customer = Customer()
    customer.plans(1, channel="web")

    assert customer.asks(1, "one").answer == "drop"
    assert customer.claimed == []


@pytest.mark.parametrize(
    ("kind", "why"), [(Kind.CONTACT_DISPATCHED, "dispatched"), (Kind.CONTACT_ABORTED, "gone"), (Kind.CONTACT_BOUNCED, "dispatched")]
)
def test_what_was_sent_or_came_to_nothing_is_dropped_also_for_who_had_claimed_it(kind: Kind, why: str) -> None:
    customer = Customer()
    customer.plans(1)
    customer.asks(1, "one")

    customer.hears(an_event(kind, NOON + 2 * HOUR, ref=a_ref(1)))

    assert customer.asks(1, "one", NOON + 3 * HOUR) == ("drop", why)
    assert (customer.planned, customer.claimed) == ([], [])


@pytest.mark.parametrize("kind", [Kind.COMPLAINT_MADE, Kind.UNSUBSCRIBED])
def test_what_an_event_took_back_is_dropped_and_what_is_claimed_is_not_taken_back(kind: Kind) -> None:
    customer = Customer()
    customer.plans(1)
    customer.plans(2, "candle-offer")
    customer.asks(1, "one")

    gone = customer.hears(an_event(kind, NOON + 2 * HOUR, code=Purpose.ALL))

    assert gone == [2]
    assert customer.asks(2, "other", NOON + 3 * HOUR) == ("drop", "gone")
    assert customer.planned == customer.claimed == [1]


def test_what_is_claimed_counts_until_its_end_and_no_claim_succeeds_from_then_on() -> None:
    customer = Customer()
    customer.plans(1, expires_ms=NOON + DAY)
    customer.plans(2, expires_ms=NOON + DAY)
    customer.asks(1, "one", NOON + DAY - 1)

    assert customer.planned == [1, 2]
    assert customer.asks(2, "other", NOON + DAY) == ("drop", "gone")
    assert customer.asks(1, "one", NOON + DAY) == ("drop", "gone")
    assert (customer.planned, customer.claimed) == ([], [])


def test_what_is_held_until_the_morning_is_nobodys_before_and_the_first_ones_then() -> None:
    customer = Customer()
    customer.plans(1, send_ms=NOON + 3 * HOUR)

    assert customer.asks(1, "one", NOON + 3 * HOUR - 1) == ("later", "held")
    assert customer.claimed == []
    assert customer.asks(1, "other", NOON + 3 * HOUR) == SEND
    assert customer.asks(1, "one", NOON + 3 * HOUR) == ("drop", "claimed")


def test_a_claim_goes_with_the_contact_that_gives_way_in_a_full_plan() -> None:
    customer = Customer()
    for n in range(1, MAX_PLANNED + 1):
        customer.plans(n)
        customer.asks(n, "one")

    customer.plans(MAX_PLANNED + 1)

    assert customer.claimed == list(range(2, MAX_PLANNED + 1))
    assert customer.asks(1, "one").answer == "drop"
    assert customer.asks(MAX_PLANNED + 1, "one") == SEND


@pytest.mark.parametrize(
    ("stops", "left"),
    [
        ([("free-delivery", "")], [3, 4]),
        ([("", "email")], [2, 4]),
        ([("free-delivery", ""), ("", "card")], [3]),
        ([("", "")], []),
        ([], [1, 2, 3, 4]),
    ],
)
def test_a_sweep_takes_back_what_is_stopped_and_nobody_has_claimed(stops: list[tuple[str, str]], left: list[int]) -> None:
    customer = Customer()
    planned = [(1, "free-delivery", "email"), (2, "free-delivery", "card"), (3, "candle-offer", "email"), (4, "candle-offer", "card")]
    for n, action, channel in planned:
        customer.plans(n, action, channel)
    customer.plans(5)
    customer.plans(6, channel="web")
    customer.asks(5, "one")

    customer.tables = stopping(*stops)
    gone = customer.hears(an_event(Kind.CONTACTS_SWEPT, NOON + 2 * HOUR))

    assert sorted(gone) == [n for n in (1, 2, 3, 4) if n not in left]
    assert customer.planned == [*left, 5, 6]


def test_what_is_over_is_not_taken_back_by_a_sweep() -> None:
    customer = Customer()
    customer.plans(1, expires_ms=NOON + HOUR)
    customer.tables = stopping(("", ""))

    assert customer.hears(an_event(Kind.CONTACTS_SWEPT, NOON + HOUR)) == []


def test_what_is_stopped_is_given_to_nobody_and_taken_from_who_had_it_and_asks_again() -> None:
    customer = Customer()
    for n in (1, 2, 3):
        customer.plans(n)
    customer.hears(a_claim(1, "one"), a_claim(2, "one"))
    customer.tables = stopping(("free-delivery", ""))

    assert customer.answer(1, "one") == SEND  # it won before the stop
    assert customer.hears(a_claim(1, "one"), a_claim(2, "other"), a_claim(3, "other")) == [1, 3]
    assert customer.answer(1, "one") == customer.answer(3, "other") == ("drop", "stopped")
    assert customer.answer(2, "other") == ("drop", "claimed")
    assert (customer.planned, customer.claimed) == ([2], [2])
