"""One event at a time: repeats, purchases, carts, ties, what a row gives up when it is full."""

from __future__ import annotations

import pytest

from platinum.hashing import name_hash
from platinum.profile.entries import MAX_AFFINITIES, MAX_RECENT
from platinum.profile.purchase_days import distinct_days
from platinum.vocabulary.codes import Kind
from tests.builders.rows import NOON, an_event, an_order, fold_into, folded, new_rows
from tests.builders.tables import DAY, HOUR, some_tables


def test_a_message_is_recognised_among_the_last_32_and_not_beyond() -> None:
    sent = [an_order(message=n + 1) for n in range(MAX_RECENT)]

    within, beyond = new_rows(), new_rows()

    assert fold_into(within, [*sent, an_order(message=1)])[-1] == 0
    assert fold_into(beyond, [*sent, an_order(message=99), an_order(message=1)])[-1] == 1
    assert within[0]["orders"] == MAX_RECENT


def test_messages_without_an_id_are_never_repeats() -> None:
    assert folded(an_order(message=0), an_order(message=0))["orders"] == 2


def test_engine_records_are_no_sign_of_life() -> None:
    row = folded(an_order(NOON), an_event(Kind.TIMER_DUE, NOON + DAY))

    assert (row["events"], row["last_seen_ms"]) == (1, NOON)


@pytest.mark.parametrize("amount", [0.0, -3.0, float("nan")])
def test_an_order_worth_nothing_is_a_sign_of_life_and_no_purchase(amount: float) -> None:
    row = folded(an_order(amount=amount, items=[("toys", 1.0)]))

    assert (row["events"], row["orders"], row["n_affinities"], row["earned"]) == (1, 0, 0, 0.0)


def test_purchase_days_are_those_of_the_policys_time_zone() -> None:
    half_past_midnight_in_berlin = NOON - 12 * HOUR - HOUR // 2
    order = an_order(half_past_midnight_in_berlin)

    london, berlin = folded(order), folded(order, tables=some_tables(settings={"zone": "Europe/Berlin"}))

    assert berlin["last_day"] == london["last_day"] + 1


def test_a_day_out_of_reach_of_the_bitmap_counts_as_new_unless_it_is_the_first() -> None:
    row = folded(an_order(NOON - 600 * DAY), an_order(NOON), an_order(NOON - 600 * DAY), an_order(NOON - 550 * DAY))

    assert distinct_days(row) == 3


def test_at_the_same_second_language_does_not_depend_on_the_order_of_arrival() -> None:
    said = [an_event(Kind.PAGE, NOON + 10, language="de"), an_event(Kind.PAGE, NOON + 20, language="en")]

    assert folded(*said)["language"] == folded(*said[::-1])["language"] == max(name_hash("de"), name_hash("en"))


def test_the_cart_follows_what_is_put_in_and_taken_out_until_it_is_bought() -> None:
    filled = [an_event(Kind.PRODUCT_ADDED, NOON, amount=20.0), an_event(Kind.PRODUCT_REMOVED, NOON + 1, amount=5.0)]
    viewed = an_event(Kind.CART_VIEWED, NOON + 2, amount=33.0)
    late = an_event(Kind.PRODUCT_ADDED, NOON + 1, amount=9.0)

    assert folded(*filled)["cart_value"] == 15.0
    assert folded(*filled, viewed)["cart_value"] == 33.0
    assert folded(*filled, an_order(NOON + 3))["cart_value"] == 0.0
    assert folded(*filled, an_order(NOON + 3), late)["cart_value"] == 0.0


def test_the_last_category_is_that_of_the_largest_line_of_the_newest_order() -> None:
    newest = an_order(NOON, items=[("toys", 1.0), ("garden", 9.0), ("candles", 9.0)])

    assert folded(newest, an_order(NOON - DAY, items=[("kitchen", 99.0)]))["last_category"] == name_hash("garden")


def test_a_full_row_gives_up_a_category_the_policy_does_not_know_before_one_it_does() -> None:
    views = [an_event(Kind.PRODUCT_VIEWED, NOON, name_a="candles")]
    views += [an_event(Kind.PRODUCT_VIEWED, NOON, name_a=f"unknown-{n % 40}") for n in range(120)]

    row = folded(*views)

    kept = row["affinities"]["name"].tolist()
    assert row["n_affinities"] == MAX_AFFINITIES
    assert name_hash("candles") in kept
    assert len(set(kept)) == MAX_AFFINITIES


def test_thanks_are_earned_by_what_the_policy_lists() -> None:
    row = folded(an_order(), an_event(Kind.REVIEW_WRITTEN), an_event(Kind.PAGE))

    assert row["earned"] == 3.0
