"""BG/NBD and Gamma-Gamma: the kernels against the published forms in 60 digits, against people who are drawn, at their limits."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.profile.lifetime import expected_orders, expected_spend, orders_if_alive, p_alive
from tests.builders.tables import some_settings
from tests.reference import lifetime as slow

MEMBERS = ("bg_r", "bg_alpha", "bg_a", "bg_b", "gg_p", "gg_q", "gg_v")
RETAIL = (1.3232552264396855, 9.146285434742873, 0.004894572014366323, 0.5757841631403569, 3.939, 0.926, 3.92)
GROCER = (0.8089691758103081, 69.26353681910042, 0.008296686315867793, 6.258047964012712, 2.1157, 3.582, 492.59)


def a_model(*numbers: float) -> Any:
    """SETTINGS with these parameters."""
    return some_settings(**dict(zip(MEMBERS, numbers, strict=True)))[0]


MODELS = st.builds(
    a_model,
    st.floats(0.05, 5.0),
    st.floats(1.0, 300.0),
    st.floats(0.001, 3.5).filter(lambda a: abs(a - 1.0) > 1e-3),
    st.floats(0.05, 50.0),
    st.floats(0.5, 20.0),
    st.floats(1.01, 10.0),
    st.floats(0.1, 1000.0),
)
REPEATS = st.one_of(st.integers(0, 3), st.integers(0, 400))
AGES = st.integers(0, 2500)
DAYS = st.floats(1.0, 1100.0)


def close(want: float) -> Any:
    """Equal to nine digits; orders of less than a billionth are as good as none."""
    return pytest.approx(want, rel=1e-9, abs=1e-9)


@settings(max_examples=400)
@given(MODELS, REPEATS, AGES, st.floats(0.0, 1.0))
def test_the_chance_that_somebody_is_still_there_is_the_published_one(model: Any, x: int, age: int, share: float) -> None:
    recency = math.floor(age * share) if x else 0

    assert p_alive(float(x), float(recency), float(age), model) == close(slow.p_alive(x, recency, age, model))


@settings(max_examples=400)
@given(MODELS, REPEATS, AGES, DAYS)
def test_the_orders_to_be_expected_are_the_published_ones(model: Any, x: int, age: int, days: float) -> None:
    assert orders_if_alive(float(x), float(age), days, model) == close(slow.orders_if_alive(x, age, days, model))


@settings(max_examples=400)
@given(MODELS, st.integers(1, 400), st.floats(0.01, 1e4))
def test_the_spend_to_be_expected_is_the_published_one(model: Any, x: int, mean: float) -> None:
    assert expected_spend(float(x), mean, 1.0, model) == pytest.approx(slow.expected_spend(x, mean, model), rel=1e-9)


@pytest.mark.parametrize("model", [a_model(*RETAIL), a_model(*GROCER), a_model(0.243, 30.898, 0.793, 2.426, 6.25, 3.74, 15.44)])
def test_people_who_are_drawn_buy_as_much_as_is_expected_of_them(model: Any) -> None:
    people = 60_000
    drawn = slow.simulated_orders({name: float(model[name]) for name in MEMBERS}, 180.0, people, 3)

    expected = float(orders_if_alive(0.0, 0.0, 180.0, model))

    assert drawn == pytest.approx(expected, rel=6.0 / math.sqrt(people) * 3.0)


@given(REPEATS, AGES, DAYS)
def test_nothing_happens_at_a_equal_to_1(x: int, age: int, days: float) -> None:
    below, at, above = (a_model(0.8, 30.0, a, 2.4, 6.0, 3.7, 15.0) for a in (1.0 - 1e-6, 1.0, 1.0 + 1e-6))
    middle = orders_if_alive(float(x), float(age), days, at)

    assert middle == pytest.approx(
        (orders_if_alive(float(x), float(age), days, below) + orders_if_alive(float(x), float(age), days, above)) / 2
    )


@pytest.mark.parametrize("x", [0, 1, 50, 5_000, 1_000_000])
@pytest.mark.parametrize("age", [0, 10, 36_500])
@pytest.mark.parametrize(
    ("r", "alpha", "a", "b"), [(0.01, 1.0, 1e-4, 1e-4), (10.0, 1.0, 4.0, 1e-4), (10.0, 1e5, 4.0, 1e4), (0.01, 1.0, 4.0, 0.5)]
)
def test_at_the_bounds_of_a_policy_numbers_stay_numbers(x: int, age: int, r: float, alpha: float, a: float, b: float) -> None:
    model = a_model(r, alpha, a, b, 0.01, 1.0, 1.0)
    alive = p_alive(float(x), float(age) if x else 0.0, float(age), model)
    orders = [float(orders_if_alive(float(x), float(age), days, model)) for days in (0.0, 30.0, 365.0, 1825.0)]

    assert 0.0 <= alive <= 1.0
    assert orders[0] == 0.0
    assert all(math.isfinite(n) and later >= n * (1.0 - 1e-9) for n, later in pairwise(orders))


def test_who_has_stayed_away_for_long_has_probably_left_and_nobody_buys_more_than_they_would_if_alive() -> None:
    model = a_model(0.243, 30.898, 0.793, 2.426, 6.25, 3.74, 15.44)
    chances = [p_alive(12.0, 300.0, float(age), model) for age in (300, 330, 400, 700)]

    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.9
    assert chances[-1] < 0.01
    assert expected_orders(12.0, 300.0, 400.0, 90.0, model) == chances[2] * orders_if_alive(12.0, 400.0, 90.0, model)


def test_where_customers_have_no_mean_the_first_purchase_stands_in() -> None:
    assert expected_spend(0.0, 0.0, 38.0, a_model(*RETAIL)) == 38.0
    assert expected_spend(0.0, 0.0, 38.0, a_model(*GROCER)) == pytest.approx(2.1157 * 492.59 / 2.582)
