"""Arithmetic that gives the same bits everywhere: only + and ×, no libm.

libm and LLVM differ in the last bit in up to 39 % of inputs of exp, so a decision would depend on the machine
(design 2). Range reduction and a polynomial reach 1e-12 relative, which is all that decay and log-odds need.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner, int64, kernel

_LOG2_E = 1.4426950408889634
_LN_2 = 0.6931471805599453
#: How a float64 writes powers of two (IEEE 754).
_EXPONENT_OF_ONE, _MANTISSA_BITS = constant(1023), constant(52)


@inner
def _whole(x: float) -> int:
    """``x`` rounded to a whole number, halves away from zero."""
    whole: int = int64(x + (0.5 if x >= 0.0 else -0.5))
    return whole


@inner
def _series(y: float) -> float:
    """e^y for |y| ≤ 0.3466: the Taylor series to y^12 leaves 1e-16."""
    p = 1.0 + y * (1.0 / 12.0)
    p = 1.0 + y * (1.0 / 11.0) * p
    p = 1.0 + y * (1.0 / 10.0) * p
    p = 1.0 + y * (1.0 / 9.0) * p
    p = 1.0 + y * (1.0 / 8.0) * p
    p = 1.0 + y * (1.0 / 7.0) * p
    p = 1.0 + y * (1.0 / 6.0) * p
    p = 1.0 + y * (1.0 / 5.0) * p
    p = 1.0 + y * (1.0 / 4.0) * p
    p = 1.0 + y * (1.0 / 3.0) * p
    p = 1.0 + y * (1.0 / 2.0) * p
    return 1.0 + y * p


@inner
def _power(whole: int) -> float:
    """2^whole, whose exponent bits say so; a product with it does not round."""
    return np.int64((whole + _EXPONENT_OF_ONE) << _MANTISSA_BITS).view(np.float64)


@kernel
def exp2(x: float) -> float:
    """2 to the power ``x`` (relative error ≤ 1e-12 for −1000 ≤ x ≤ 1000; 0 below −1000, 2^1000 above)."""
    if x < -1000.0:
        return 0.0
    x = min(x, 1000.0)
    whole = _whole(x)
    return float(_series((x - float(whole)) * _LN_2) * _power(whole))


@kernel
def exp(x: float) -> float:
    """e to the power ``x``, by ``exp2``."""
    return exp2(x * _LOG2_E)


@kernel
def decay(elapsed_ms: float, half_life_ms: float) -> float:
    """Weight left after ``elapsed_ms``: 2^(−elapsed/half-life) (treatment-formulas 5.5)."""
    return exp2(-elapsed_ms / half_life_ms)


@kernel
def sigmoid(log_odds: float) -> float:
    """1 / (1 + e^−x), never overflowing: exp sees no positive number."""
    e = exp(-abs(log_odds))
    return (1.0 if log_odds >= 0.0 else e) / (1.0 + e)


@kernel
def log1p(x: float) -> float:
    """Natural logarithm of 1 + ``x`` for 0 ≤ x ≤ 1e15 (error ≤ 1e-12, relative for small ``x``).

    ln m = 2·artanh s with s = (m − 1)/(m + 1), after powers of two are taken out of m.
    """
    twos = 0.0
    if x > 0.5:
        m = 1.0 + x
        while m > 1.5:  # halving is exact; 50 rounds at most
            m *= 0.5
            twos += 1.0
        x = m - 1.0
    t = x / (1.0 + 0.5 * x)  # 2s, -1/7 <= s <= 1/5: the series to s^17 leaves 1e-14; x / 2 would lose the smallest number
    q = 0.25 * t * t
    p = 1.0 / 17.0
    for odd in range(15, 0, -2):
        p = p * q + 1.0 / odd
    return twos * _LN_2 + t * p


@kernel
def log(x: float) -> float:
    """Natural logarithm of ``x`` for 1e-15 ≤ x ≤ 1e15, by ``log1p`` (error ≤ 1e-12)."""
    return log1p(x - 1.0) if x >= 1.0 else -log1p(1.0 / x - 1.0)


@kernel
def growth_per(y: float) -> float:
    """(e^y − 1) / y, 1 at 0; no digits are lost for small ``y`` (relative error ≤ 1e-11)."""
    if abs(y) < 1e-3:
        return 1.0 + y * (1.0 / 2.0) * (1.0 + y * (1.0 / 3.0) * (1.0 + y * (1.0 / 4.0)))
    return (exp(y) - 1.0) / y
