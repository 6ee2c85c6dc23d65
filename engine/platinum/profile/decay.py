"""Decayed sums whose value does not depend on the order of arrival (treatment-formulas 5.5)."""

from __future__ import annotations

from platinum.jit import kernel
from platinum.numeric import decay


@kernel
def add_decayed(sum_: float, as_of_ms: int, amount: float, at_ms: int, half_life_ms: float) -> float:
    """Add ``amount`` to a decayed sum; the new sum holds as of ``max(as_of_ms, at_ms)``.

    An event older than ``as_of_ms`` is decayed to it instead of rewinding the sum, so any arrival order gives the
    same value: a phone that was offline sends hours late.
    """
    if at_ms >= as_of_ms:
        if sum_ == 0.0:  # also spares a row's first event the decay since 1970
            return amount
        return sum_ * decay(float(at_ms - as_of_ms), half_life_ms) + amount
    return sum_ + amount * decay(float(as_of_ms - at_ms), half_life_ms)


@kernel
def decayed(sum_: float, as_of_ms: int, now_ms: int, half_life_ms: float) -> float:
    """Value at ``now_ms`` of a sum that holds as of ``as_of_ms``; never grows when ``now_ms`` is earlier."""
    if sum_ == 0.0 or now_ms <= as_of_ms:
        return sum_
    return sum_ * decay(float(now_ms - as_of_ms), half_life_ms)
