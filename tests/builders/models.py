"""Random scoring models, as somebody has learned them."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from platinum.policy.tables import Tables
from platinum.scoring.model import VARIANCE, Model, from_priors


def random_model(rng: Generator, tables: Tables) -> Model:
    """Small weights around the priors; for a third of the policies nobody has learned anything."""
    model = from_priors(tables)
    if rng.random() < 0.33:
        return model
    for part in (model.weights, model.bias, model.own, model.silence):
        part[:] = rng.normal(0, 0.1, part.shape)
    for part in (model.weights[VARIANCE], model.bias[VARIANCE], model.own[VARIANCE], model.silence[1:]):
        part[:] = np.abs(part) * 0.1
    model.learned[0] = 1
    return model
