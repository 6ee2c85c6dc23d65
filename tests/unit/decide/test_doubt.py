"""What is not known well enough is tried out as if it were nearer to the best: SquareCB with the error of what is expected."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from platinum.decide.explore import DOUBT, square_cb
from platinum.jit import kernel
from tests.builders.tables import some_tables
from tests.reference.draw import square_cb as slow

LOW, HIGH, GAMMA = -0.1, 0.3, 200.0


@kernel
def drawn(utility: NDArray[np.float64], n: int, settings: NDArray[np.void], p: NDArray[np.float64]) -> None:
    """``square_cb`` from outside of the kernels."""
    square_cb(utility, n, settings[0], p)


def probabilities(utilities: list[float], variances: list[float]) -> list[float]:
    settings = some_tables().settings.copy()
    settings["utility_low"], settings["utility_high"], settings["gamma"] = LOW, HIGH, GAMMA
    p = np.array(variances)
    drawn(np.array(utilities), len(utilities), settings, p)
    return [float(one) for one in p]


def test_without_doubt_it_is_square_cb() -> None:
    p = probabilities([0.2, 0.1], [0.0, 0.0])

    assert p[1] == pytest.approx(1 / (2 + GAMMA * 0.25))
    assert sum(p) == pytest.approx(1.0)


def test_of_two_that_are_expected_to_be_as_good_the_less_known_is_tried_out_oftener() -> None:
    p = probabilities([0.2, 0.1, 0.1], [0.0, 0.0, 0.01])

    assert p[2] > 1.2 * p[1]
    assert p == pytest.approx(slow([0.2, 0.1, 0.1], [0.0, 0.0, 0.01], LOW, HIGH, GAMMA))


def test_what_is_not_known_of_the_best_counts_for_all_others() -> None:
    assert probabilities([0.2, 0.1], [0.01, 0.0])[1] > 1.2 * probabilities([0.2, 0.1], [0.0, 0.0])[1]


def test_however_little_is_known_the_best_is_drawn_as_often_as_any() -> None:
    gap, enough = 0.1, (0.1 / DOUBT) ** 2

    assert probabilities([0.2, 0.2 - gap, -0.1], [0.0, 2 * enough, 100.0]) == pytest.approx([1 / 3] * 3)
