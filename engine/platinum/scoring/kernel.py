"""The dot products: one customer's features against all candidates at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.jit import constant, inner, int64, kernel, uint64

Vec = NDArray[np.float32]


#: Rows of weights that are added in one pass: their sums stay in registers meanwhile.
_FOUR_ROWS = constant(4)
_NOTHING = np.float32(0.0)


@inner
def add_four(at: tuple[int, int, int, int], features: Vec, weights: Vec, sums: Vec) -> None:
    """Add the rows of weights ``at``, in this order, to every candidate's sum."""
    i, j, k, m = at
    a, b, c, d = weights[i], weights[j], weights[k], weights[m]
    x, y, z, w = features[i], features[j], features[k], features[m]
    for q in range(uint64(sums.shape[0])):
        sums[q] = (((sums[q] + a[q] * x) + b[q] * y) + c[q] * z) + d[q] * w


@inner
def add_one(f: int, features: Vec, weights: Vec, sums: Vec) -> None:
    """Add one row of weights."""
    row, x = weights[f], features[f]
    for q in range(uint64(sums.shape[0])):
        sums[q] += row[q] * x


@kernel
def score(features: Vec, weights: Vec, bias: Vec, sums: Vec) -> None:
    """What a model adds up for one customer and each candidate: bias + x·weights.

    Parameters
    ----------
    features : float32[F]
        Ordered as ``Tables.features``; no NaN.
    weights : float32[F, C]
    bias : float32[C]
    sums : float32[C]
        Overwritten.

    Notes
    -----
    O(F·C), no allocation. The inner loop runs over candidates: every candidate's sum keeps its order, so the
    compiler may use vector registers without changing a bit (0.8 µs for 48 × 200; candidates outermost took
    8 µs). Features that are 0 are skipped, which changes no sum. Slow twin: ``tests/reference/scoring.py``.
    """
    for c in range(uint64(bias.shape[0])):
        sums[c] = bias[c]
    four = _FOUR_ROWS
    n = int64(0)
    at = (int64(0), int64(0), int64(0), int64(0))
    for f in range(features.shape[0]):
        if features[f] != _NOTHING:
            at = (at[1], at[2], at[3], int64(f))
            n += 1
            if n == four:
                add_four(at, features, weights, sums)
                n = int64(0)
    for k in range(four - n, four):
        add_one(at[k], features, weights, sums)
