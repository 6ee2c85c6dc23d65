"""Offers in the row: open until over, used once, remembered after that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.decide.record import TRIGGER
from platinum.hashing import name_hash
from platinum.profile.obligations import MOST_OPEN
from platinum.vocabulary.codes import Field, Kind
from tests.builders.claims import Customer
from tests.builders.offers import made, many_offers, offers, used
from tests.builders.rows import NOON, a_ref, an_event, read_field
from tests.builders.tables import DAY, HOUR

MANY = many_offers(256)
TILL, OTHER = name_hash("r-1"), name_hash("r-2")


def test_an_offer_is_used_once_and_the_same_receipt_is_the_same_use() -> None:
    customer = Customer()
    customer.hears(made(1, until_ms=NOON + 5 * DAY))

    customer.hears(used(1, TILL, NOON + HOUR))
    first = offers(customer.row)
    customer.hears(used(1, OTHER, NOON + 2 * HOUR), used(1, TILL, NOON + 3 * HOUR))

    assert first == [(1, TILL, NOON + HOUR, NOON + 5 * DAY)]
    assert offers(customer.row) == first


def test_one_without_an_end_is_remembered_for_thirty_days_and_one_that_ends_now_for_a_day() -> None:
    customer = Customer()
    customer.hears(made(1, until_ms=0), made(2, "candle-offer", until_ms=NOON + 2 * HOUR))

    customer.hears(used(1, TILL, NOON + HOUR), used(2, TILL, NOON + HOUR))
    kept = offers(customer.row)
    customer.hears(an_event(Kind.PAGE, NOON + DAY + HOUR))
    a_day_later = offers(customer.row)
    customer.hears(an_event(Kind.PAGE, NOON + 30 * DAY + HOUR))

    assert [one[3] for one in kept] == [NOON + 30 * DAY + HOUR, NOON + DAY + HOUR]
    assert [one[0] for one in a_day_later] == [1]
    assert offers(customer.row) == []


def test_what_is_over_when_it_is_used_is_not_used_and_what_is_told_late_was_used_in_time() -> None:
    over, late = Customer(), Customer()
    for customer in (over, late):
        customer.hears(made(1, until_ms=NOON + DAY))

    over.hears(used(1, TILL, NOON + DAY))
    late.hears(used(1, TILL, NOON + HOUR, record_ms=NOON + DAY + HOUR))

    assert offers(over.row) == []
    assert [one[:3] for one in offers(late.row)] == [(1, TILL, NOON + HOUR)]


def test_what_the_customer_has_of_an_action_is_used_together_and_what_is_offered_afterwards_is_another() -> None:
    customer = Customer()
    customer.hears(made(1, until_ms=NOON + 5 * DAY), made(2, at_ms=NOON + HOUR, until_ms=NOON + 9 * DAY))

    customer.hears(used(2, TILL, NOON + 2 * HOUR, offered_ms=NOON + HOUR))
    customer.hears(made(3, at_ms=NOON + 3 * HOUR, until_ms=NOON + 9 * DAY))
    customer.hears(used(1, OTHER, NOON + 4 * HOUR, offered_ms=NOON))
    still_open = offers(customer.row)
    customer.hears(used(3, OTHER, NOON + 4 * HOUR, offered_ms=NOON + 3 * HOUR))

    assert still_open == [(2, TILL, NOON + 2 * HOUR, NOON + 9 * DAY), (3, 0, 0, NOON + 9 * DAY)]
    assert [one[1] for one in offers(customer.row)] == [TILL, OTHER]


def test_two_answers_of_the_same_minute_are_one_offer_and_the_receipt_that_used_it_may_show_either_id() -> None:
    customer = Customer()
    customer.hears(made(1), made(2, at_ms=NOON + 1))

    customer.hears(used(2, TILL, NOON + 2, offered_ms=NOON + 1, amount=3.0))
    customer.hears(used(1, OTHER, NOON + 3, offered_ms=NOON, amount=9.0))

    assert [one[:2] for one in offers(customer.row)] == [(2, TILL)]
    assert int(customer.row["obligations"][0]["made_ms"]) == NOON  # so that the first is found by its action
    assert [float(one["reward"]) for one in customer.row["pending"][:2]] == [0.0, 3.0]


def test_what_is_still_to_be_sent_is_not_used_with_what_the_customer_has() -> None:
    customer = Customer()
    customer.hears(made(1), made(2, at_ms=NOON + 1))
    customer.row["planned"]["outbound"][1] = 1  # the second is an e-mail that has not left

    customer.hears(used(1, TILL, NOON + 2))
    customer.hears(used(7, OTHER, NOON + 2, offered_ms=NOON + 1))  # an id that is another's by now

    assert [one[:2] for one in offers(customer.row)] == [(1, TILL), (2, 0)]


def test_a_decision_that_is_told_again_does_not_open_what_was_used() -> None:
    customer = Customer()
    customer.hears(made(1, until_ms=NOON + 5 * DAY), used(1, TILL, NOON))
    customer.hears(*(made(n, "candle-offer", until_ms=NOON + DAY) for n in range(2, 20)))  # nobody remembers its answer now

    customer.hears(made(1, until_ms=NOON + 5 * DAY))

    assert [one[:2] for one in offers(customer.row, customer.more) if one[0] == 1] == [(1, TILL)]


@pytest.mark.parametrize("kind", [Kind.CONTACT_ABORTED, Kind.CONTACT_BOUNCED, Kind.DECISION_DECLINED])
def test_what_was_used_stays_used_whatever_is_said_of_its_message(kind: Kind) -> None:
    customer, unused = Customer(), Customer()
    customer.hears(made(1), used(1, TILL, NOON))
    unused.hears(made(1))

    for one in (customer, unused):
        one.hears(an_event(kind, NOON + HOUR, ref=a_ref(1)))

    assert [one[:2] for one in offers(customer.row)] == [(1, TILL)]
    assert offers(unused.row) == []


def test_an_offer_that_became_one_with_another_outlives_the_bounce_of_either() -> None:
    customer = Customer()
    customer.hears(made(1, until_ms=NOON + 5 * DAY), made(2, until_ms=NOON + 6 * DAY), an_event(Kind.DECISION_SHOWN, NOON, ref=a_ref(1)))
    customer.hears(an_event(Kind.DECISION_SHOWN, NOON, ref=a_ref(2)), made(3, at_ms=NOON + HOUR, until_ms=NOON + DAY))  # two are one now

    customer.hears(*(an_event(Kind.CONTACT_BOUNCED, NOON + HOUR, ref=a_ref(n)) for n in (1, 2, 3)))
    (kept,) = offers(customer.row)
    customer.hears(*(used(n, TILL + n, NOON + 2 * HOUR, offered_ms=NOON) for n in (1, 2)))

    assert kept[1:] == (0, 0, NOON + 6 * DAY)
    assert [one[1] for one in offers(customer.row)] == [TILL + 1]


def test_a_use_that_somebody_else_was_told_of_counts_for_nothing() -> None:
    customer = Customer()
    customer.hears(made(1), used(1, TILL, NOON, amount=5.0))

    customer.hears(used(1, OTHER, NOON, amount=50.0))

    assert customer.row["pending"][0]["reward"] == 5.0


def test_without_a_receipt_the_message_is_the_use() -> None:
    customer = Customer()
    customer.hears(made(1))

    customer.hears(used(1, 0, NOON, message=(7 << 32) + 9))

    assert offers(customer.row)[0][1] == 7 ^ 9


def test_used_offers_make_room_for_what_is_open_and_nothing_open_is_lost() -> None:
    customer = Customer(MANY)
    for n in range(1, MOST_OPEN + 1):
        customer.hears(made(n, f"offer-{n}", until_ms=NOON + (9 + n) * DAY))
    customer.hears(*(used(n, TILL, NOON, action=f"offer-{n}") for n in range(3, 6)))

    customer.hears(made(MOST_OPEN + 1, f"offer-{MOST_OPEN + 1}"), made(MOST_OPEN + 2, f"offer-{MOST_OPEN + 2}"))

    known = {n: receipt for n, receipt, _, _ in offers(customer.row, customer.more)}
    assert {n for n, receipt in known.items() if receipt} == set()  # each made room for one, and the last for the next
    assert set(known) == set(range(1, MOST_OPEN + 3)) - {3, 4, 5}


def test_what_lies_in_the_second_row_is_used_with_the_others_of_its_action() -> None:
    customer = Customer(MANY)
    customer.hears(*(made(n, f"offer-{n}", until_ms=NOON + n * DAY) for n in range(1, 13)))
    second = {one[0] for one in offers(customer.row, customer.more)} - {one[0] for one in offers(customer.row)}
    customer.hears(made(20, "offer-12", at_ms=NOON + HOUR, until_ms=NOON + 30 * DAY))

    customer.hears(used(20, TILL, NOON + 2 * HOUR, action="offer-12", offered_ms=NOON + HOUR))

    everything = offers(customer.row, customer.more)
    assert 12 in second
    assert len(everything) == 12
    assert (20, TILL, NOON + 2 * HOUR, NOON + 30 * DAY) in everything
    assert 12 not in [one[0] for one in everything]


def test_a_used_one_is_not_open() -> None:
    customer = Customer()
    customer.hears(made(1))
    before = _open_offers(customer.row, NOON)
    customer.hears(used(1, TILL, NOON))

    assert (before, _open_offers(customer.row, NOON)) == (1.0, 0.0)


def _open_offers(row: Any, now_ms: int) -> float:
    trigger = np.zeros(1, TRIGGER)[0]
    trigger["now_ms"] = now_ms
    return float(read_field(int(Field.OPEN_OFFERS), 0, row, trigger, MANY))
