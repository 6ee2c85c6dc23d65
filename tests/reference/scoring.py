"""Slow twin of ``scoring.kernel``: one dot product per candidate, in exact arithmetic order, plain Python."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.scoring.model import Model


def score(features: NDArray[np.float32], model: Model) -> list[float]:
    """Log-odds per candidate, float64."""
    n_features, n_candidates = model.weights.shape
    x = [float(features[f]) for f in range(n_features)]
    return [float(model.bias[c]) + sum(float(model.weights[f, c]) * x[f] for f in range(n_features)) for c in range(n_candidates)]
