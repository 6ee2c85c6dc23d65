"""``log1p`` against ``math.log1p``."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from platinum.numeric import log1p


@given(st.floats(0.0, 1e15) | st.floats(0.0, 10.0) | st.floats(0.0, 1e-6))
def test_log1p_is_within_1e12_of_the_true_value(x: float) -> None:
    assert math.isclose(log1p(x), math.log1p(x), rel_tol=1e-12, abs_tol=0.0)
