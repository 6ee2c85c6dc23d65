"""What was called off is remembered by its newest time, whatever the order of arrival."""

from __future__ import annotations

import itertools

import pytest

from platinum.hashing import name_hash
from platinum.profile.entries import MAX_CALLED_OFF
from platinum.vocabulary.codes import Kind
from tests.builders.rows import NOON, Made, an_event, an_order, folded
from tests.builders.tables import DAY


def _refund(days: int, *categories: str) -> Made:
    return an_event(Kind.ORDER_REFUNDED, NOON + days * DAY, amount=5.0, items=[(one, 5.0) for one in categories])


def _remembered(*events: Made) -> dict[int, int]:
    row = folded(*events)
    return {int(one["category"]): (int(one["at_s"]) * 1000 - NOON) // DAY for one in row["called_off"][: row["n_called_off"]]}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_each_category_keeps_its_newest_time_in_any_order_of_arrival(order: tuple[int, ...]) -> None:
    told = [_refund(1, "toys"), _refund(3, "toys", "garden"), _refund(2, "garden", "candles")]

    found = _remembered(*[told[i] for i in order])

    assert found == {name_hash("toys"): 3, name_hash("garden"): 3, name_hash("candles"): 2}


def test_without_categories_it_is_taken_to_be_what_was_ordered_last() -> None:
    ordered = an_order(NOON, items=[("toys", 1.0), ("garden", 9.0)])

    assert _remembered(ordered, an_event(Kind.ORDER_CANCELLED, NOON + DAY)) == {name_hash("garden"): 1}
    assert _remembered(an_event(Kind.ORDER_CANCELLED, NOON + DAY)) == {}


@pytest.mark.parametrize("backwards", [False, True])
def test_a_full_list_gives_up_what_is_oldest(backwards: bool) -> None:
    told = [_refund(n, f"category-{n}") for n in range(MAX_CALLED_OFF + 2)]

    found = _remembered(*(told[::-1] if backwards else told))

    assert found == {name_hash(f"category-{n}"): n for n in range(2, MAX_CALLED_OFF + 2)}
