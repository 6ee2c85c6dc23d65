"""Symmetric systems of equations, in loops whose order is written here: the same sums give the same bytes on every machine.

LAPACK chooses the order of its sums by processor, so a learner that is started anew elsewhere would not come to the same snapshot.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.jit import inner, kernel

Mat = NDArray[np.float64]


@kernel
def factor(a: Mat) -> int:
    """Replace the lower triangle of a symmetric positive definite matrix (float64[G, G]) by its Cholesky factor L; 0 where it is none."""
    n = a.shape[0]
    for j in range(n):
        diagonal = a[j, j]
        for k in range(j):
            diagonal -= a[j, k] * a[j, k]
        if not diagonal > 0.0:
            return 0
        a[j, j] = np.sqrt(diagonal)
        for i in range(j + 1, n):
            rest = a[i, j]
            for k in range(j):
                rest -= a[i, k] * a[j, k]
            a[i, j] = rest / a[j, j]
    return 1


@inner
def solve_one(factored: Mat, b: Mat, column: int) -> None:
    """Replace one column of ``b`` (float64[G, *]) by the solution of L·Lᵀ·x = b."""
    n = factored.shape[0]
    for i in range(n):
        rest = b[i, column]
        for k in range(i):
            rest -= factored[i, k] * b[k, column]
        b[i, column] = rest / factored[i, i]
    for back in range(n):
        i = n - 1 - back
        rest = b[i, column]
        for k in range(i + 1, n):
            rest -= factored[k, i] * b[k, column]
        b[i, column] = rest / factored[i, i]


@kernel
def solve(factored: Mat, b: Mat) -> None:
    """``solve_one`` of every column."""
    for column in range(b.shape[1]):
        solve_one(factored, b, column)
