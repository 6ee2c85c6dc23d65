"""Arms that are not as large as they are meant to be raise an alarm, and those that are do not."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from scipy.stats import chi2

from platinum.learn.arms import ARMS, LEAST_EXPECTED, Arms, chance_of

SHARES = [0.02, 0.02, 0.01]


def of(seed: int, people: int, lost: float = 0.0) -> dict[str, Any]:
    """Arms of so many people, of whose first arm this share is lost on the way."""
    draw, arms = Random(seed), Arms()
    for _ in range(people):
        place = draw.random()
        arm = next((arm for arm, edge in zip(ARMS, (0.02, 0.04, 0.05), strict=True) if place < edge), None)
        if arm != ARMS[0] or draw.random() >= lost:
            arms.add({"arm": arm, "shares": SHARES})
    return arms.judged()


@pytest.mark.parametrize("freedom", [1, 2, 3])
@pytest.mark.parametrize("square", [0.1, 1.0, 5.0, 16.3, 40.0])
def test_the_chance_is_that_of_chi_squared(square: float, freedom: int) -> None:
    assert chance_of(square, freedom) == pytest.approx(chi2.sf(square, freedom), rel=1e-9)


def test_chance_alone_raises_it_once_in_a_thousand() -> None:
    p = [of(seed, 3000)["p"] for seed in range(300)]

    assert sum(x < 0.1 for x in p) == pytest.approx(30, abs=15)
    assert sum(x < 0.001 for x in p) <= 3


def test_an_arm_that_loses_a_third_of_its_people_raises_it() -> None:
    assert all(of(seed, 20_000, lost=0.35)["alarm"] for seed in range(10))
    assert not any(of(seed, 20_000)["alarm"] for seed in range(10))


def test_before_there_are_enough_nothing_is_said() -> None:
    found = of(1, int(LEAST_EXPECTED / 0.01) - 1)

    assert (found["p"], found["alarm"]) == (None, False)


def test_shares_that_changed_are_each_counted_as_they_were_and_one_that_is_off_is_not_missed() -> None:
    arms, other = Arms(), Arms()
    for _ in range(500):
        arms.add({"arm": "silent", "shares": [0.0, 1.0, 0.0]})
        other.add({"arm": None, "shares": [0.0, 0.0, 0.0]})
    arms.merge(other)

    assert arms.judged() == {
        "met": {"random": 0, "silent": 500, "same_for_all": 0, "none": 500},
        "meant": {"random": 0.0, "silent": 500.0, "same_for_all": 0.0, "none": 500.0},
        "p": 1.0,
        "alarm": False,
    }
