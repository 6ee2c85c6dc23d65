"""The intervals of the trial of worth hold what they should, and no more; and they find what is there."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.builders.worth_intervals import between, over_seeds
from tests.builders.worth_outcomes import Outcome

TRIES, PEOPLE = 1_500, 80


def kept_and_due(draws: np.random.Generator, better: float = 0.0) -> Outcome:
    """Promises kept of those due, nobody's or many, as in the society."""
    due = draws.poisson(1.2, PEOPLE).astype(np.float64)
    return Outcome(draws.binomial(due.astype(np.int64), 0.8 + better).astype(np.float64), due)


def spent(draws: np.random.Generator, better: float = 0.0) -> Outcome:
    """Money with a long tail."""
    return Outcome(draws.lognormal(3.0, 1.0, PEOPLE) + better, np.ones(PEOPLE))


@pytest.mark.parametrize("people", [kept_and_due, spent])
def test_in_95_of_100_tries_two_equal_groups_differ_by_0(people: object) -> None:
    draws = np.random.default_rng(5)

    found = [between(people(draws), people(draws)) for _ in range(TRIES)]  # type: ignore[operator]

    assert 0.93 <= np.mean([one is not None and one.holds_zero for one in found]) <= 0.97


@pytest.mark.parametrize(("people", "better"), [(kept_and_due, 0.15), (spent, 25.0)])
def test_a_difference_that_is_there_is_found(people: object, better: float) -> None:
    draws = np.random.default_rng(6)

    found = [between(people(draws, better), people(draws)) for _ in range(300)]  # type: ignore[operator]

    assert np.mean([one is not None and one.holds_zero for one in found]) < 0.3
    assert np.mean([one.mean for one in found if one is not None]) == pytest.approx(better, rel=0.15)


def test_where_nothing_varies_there_is_no_interval() -> None:
    everybody = Outcome(np.ones(PEOPLE), np.ones(PEOPLE))

    assert between(everybody, everybody) is None


def test_an_interval_over_seeds_is_that_of_student() -> None:
    # 4 seeds: mean 2.5, standard deviation 1.29099, t(0.975, 3) = 3.18245.
    found = over_seeds([1.0, 2.0, 3.0, 4.0])

    half = 3.182446 * 1.2909944 / 2.0
    assert tuple(found) == pytest.approx((2.5, 2.5 - half, 2.5 + half, 4), rel=1e-5)


def test_one_seed_says_nothing_about_how_seeds_differ() -> None:
    assert over_seeds([1.0])[1:3] == (-math.inf, math.inf)
