"""Own arithmetic against exact arithmetic."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.numeric import decay, exp, exp2, sigmoid


def exactly(base: Decimal, exponent: float) -> Decimal:
    """``base`` to the power ``exponent`` with 50 digits."""
    with localcontext() as context:
        context.prec = 50
        return base ** Decimal(exponent)


def error(got: float, want: Decimal) -> Decimal:
    """Relative error."""
    with localcontext() as context:
        context.prec = 50
        return abs(Decimal(got) / want - 1)


@given(st.floats(-1000.0, 1000.0))
def test_exp2_is_right_to_1e_12(x: float) -> None:
    assert error(exp2(x), exactly(Decimal(2), x)) <= Decimal("1e-12")


@given(st.integers(-1000, 1000))
def test_exp2_of_a_whole_number_is_exact(x: int) -> None:
    assert exp2(float(x)) == 2.0**x


@given(st.floats(-300.0, 300.0))
def test_exp_is_right_to_1e_12(x: float) -> None:
    with localcontext() as context:
        context.prec = 50
        want = Decimal(x).exp()

    assert error(exp(x), want) <= Decimal("1e-12")


@pytest.mark.parametrize(("x", "want"), [(-1000.1, 0.0), (-1e300, 0.0), (1000.5, 2.0**1000), (1e300, 2.0**1000)])
def test_exp2_ends_instead_of_overflowing(x: float, want: float) -> None:
    assert exp2(x) == want


@given(st.floats(-1e6, 1e6))
def test_sigmoid_of_both_signs_sums_to_one(log_odds: float) -> None:
    assert 0.0 <= sigmoid(log_odds) <= 1.0
    assert sigmoid(log_odds) + sigmoid(-log_odds) == pytest.approx(1.0, abs=1e-15)


def test_half_is_left_after_a_half_life() -> None:
    day_ms = 86_400_000.0

    assert decay(0.0, day_ms) == 1.0
    assert decay(day_ms, day_ms) == 0.5
    assert decay(10 * day_ms, day_ms) == 2.0**-10
