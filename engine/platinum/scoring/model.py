"""What is expected of every candidate: the policy's priors, and what the learner adds to them."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.by_reference import by_reference
from platinum.jit import constant
from platinum.policy.tables import Tables
from platinum.profile.entries import N_OWN

Array = NDArray[np.float32]

#: First index of ``weights``, ``bias`` and ``own``: whether they accept, the reward, and how far that may be off.
ACCEPTED, REWARD, VARIANCE = constant(0), constant(1), constant(2)
_HEADS = 3


class Model(NamedTuple):
    """One linear model per candidate (F features of the person, S of what the candidate is to them, C candidates).

    What is expected of candidate c is its prior + ``bias[k, c]`` + x·``weights[k, :, c]`` + z·``own[k, :, c]``, for k = ACCEPTED and
    REWARD. With k = VARIANCE, and x² and z² in place of x and z, it is the variance of the expected reward.

    Attributes
    ----------
    weights : float32[3, F, C]
    bias : float32[3, C]
    own : float32[3, S, C]
    silence : float32[2, F + 1]
        What is expected of somebody who is left in peace, in money, and its variance; the first is what holds when all features are 0.
    learned : int64[1]
        0 = nothing has been learned: all others are 0, and nobody reads them.
    """

    weights: Array
    bias: Array
    own: Array
    silence: Array
    learned: NDArray[np.int64]


by_reference(
    Model,
    {
        "weights": (np.float32, 3),
        "bias": (np.float32, 2),
        "own": (np.float32, 3),
        "silence": (np.float32, 2),
        "learned": (np.int64, 1),
    },
)


def from_priors(tables: Tables) -> Model:
    """Model of a policy that nobody has learned from."""
    return nothing_learned(tables.features.shape[0], tables.candidates.shape[0])


def nothing_learned(n_features: int, n_candidates: int) -> Model:
    """All zeros."""
    return Model(
        np.zeros((_HEADS, n_features, n_candidates), np.float32),
        np.zeros((_HEADS, n_candidates), np.float32),
        np.zeros((_HEADS, N_OWN, n_candidates), np.float32),
        np.zeros((2, n_features + 1), np.float32),
        np.zeros(1, np.int64),
    )


def model_version(model: Model) -> str:
    """Content hash of a model, 16 hex digits; equal weights give an equal version on every machine."""
    digest = hashlib.blake2b(repr([part.shape for part in model]).encode(), digest_size=8)
    for part in model:
        digest.update(np.ascontiguousarray(part, part.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()
