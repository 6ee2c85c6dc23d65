"""``log1p``, ``log`` and ``growth_per`` against ``math``."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from platinum.numeric import growth_per, log, log1p


@given(st.floats(0.0, 1e15) | st.floats(0.0, 10.0) | st.floats(0.0, 1e-6))
def test_log1p_is_within_1e12_of_the_true_value(x: float) -> None:
    assert math.isclose(log1p(x), math.log1p(x), rel_tol=1e-12, abs_tol=0.0)


@given(st.floats(1e-15, 1e15) | st.floats(0.5, 2.0))
def test_log_is_within_1e12_of_the_true_value(x: float) -> None:
    assert math.isclose(log(x), math.log(x), rel_tol=1e-12, abs_tol=1e-12)


@given(st.floats(-40.0, 40.0) | st.floats(-2e-3, 2e-3) | st.just(0.0))
def test_growth_per_loses_no_digits_near_0(y: float) -> None:
    assert math.isclose(growth_per(y), math.expm1(y) / y if y else 1.0, rel_tol=1e-11)
