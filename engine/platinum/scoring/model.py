"""What predicts ``p_accept``: one linear model over all candidates, or the policy's priors until the learner speaks."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.by_reference import by_reference
from platinum.policy.tables import Tables


class Model(NamedTuple):
    """Weights of every candidate (F features, C candidates).

    Attributes
    ----------
    weights : float32[F, C]
    bias : float32[C]
        Log-odds when all features are 0.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


by_reference(Model, {"weights": (np.float32, 2), "bias": (np.float32, 1)})


def from_priors(tables: Tables) -> Model:
    """Model of a policy that nobody has learned from: no weights, bias = the prior log-odds of its candidates."""
    n_features, n_candidates = tables.features.shape[0], tables.candidates.shape[0]
    weights = np.zeros((n_features, n_candidates), dtype=np.float32)
    return Model(weights, np.ascontiguousarray(tables.candidates["prior_log_odds"], dtype=np.float32))


def model_version(model: Model) -> str:
    """Content hash of a model, 16 hex digits; equal weights give an equal version on every machine."""
    digest = hashlib.blake2b(repr(model.weights.shape).encode(), digest_size=8)
    digest.update(np.ascontiguousarray(model.weights, dtype="<f4").tobytes())
    digest.update(np.ascontiguousarray(model.bias, dtype="<f4").tobytes())
    return digest.hexdigest()
