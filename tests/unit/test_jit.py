"""How kernels are compiled: what each decorator promises."""

from __future__ import annotations

import numpy as np
import pytest
from numba.core import config

from platinum.jit import inner, kernel


@kernel
def _twice(x: float) -> float:
    return 2.0 * x


@inner
def _half(x: float) -> float:
    return 0.5 * x


@kernel
def _both(x: float) -> float:
    return _twice(x) + _half(x)


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_a_kernel_that_only_kernels_call_has_no_code_of_its_own() -> None:
    assert _both(4.0) == 10.0
    assert not _twice.overloads  # type: ignore[attr-defined]

    assert _twice(4.0) == 8.0
    assert len(_twice.overloads) == 1  # type: ignore[attr-defined]


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_python_may_not_call_an_inner_kernel() -> None:
    with pytest.raises(TypeError):
        _half(np.float64(1.0))
