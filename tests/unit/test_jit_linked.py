"""Who links what: the outermost kernel everything below it, once."""

from __future__ import annotations

import pytest
from numba.core import config

from platinum.jit import inner, kernel


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_a_kernel_is_linked_once_however_many_call_it() -> None:
    @inner
    def below(x: float) -> float:
        return x + 1.0

    @inner
    def left(x: float) -> float:
        return below(x) * 2.0

    @inner
    def right(x: float) -> float:
        return below(x) * 3.0

    @kernel
    def top(x: float) -> float:
        return left(x) + right(x)

    assert top(1.0) == 10.0
    (result,) = top.overloads.values()  # type: ignore[attr-defined]
    names = [library.name.split(".")[-1] for library in result.library._linking_libraries]
    assert [name for name in names if name in {"below", "left", "right"}] == ["right", "left", "below"]  # callers before what they call
