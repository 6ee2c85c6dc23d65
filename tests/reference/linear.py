"""Slow twin of ``learn.linear``: one ridge regression over all actions at once, from the examples themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vec = NDArray[np.float64]


def design(x: Vec, z: Vec, action: NDArray[np.int64], n_actions: int) -> Vec:
    """float64[B, S + A·G]: z, and x in the columns of the action."""
    rows = np.zeros((len(x), z.shape[1] + n_actions * x.shape[1]))
    rows[:, : z.shape[1]] = z
    for i, a in enumerate(action):
        start = z.shape[1] + a * x.shape[1]
        rows[i, start : start + x.shape[1]] = x[i]
    return rows


def ridge(rows: Vec, y: Vec, weight: Vec, precision: Vec) -> tuple[Vec, Vec]:
    """Weights (float64[D, K]) and the inverse of the penalised moments (float64[D, D])."""
    inverse = np.asarray(np.linalg.inv(rows.T @ (rows * weight[:, None]) + np.diag(precision)), np.float64)
    return inverse @ (rows.T @ (y * weight[:, None])), inverse
