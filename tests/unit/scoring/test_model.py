"""The scoring model: priors, versions, and the kernel against its slow twin."""

from __future__ import annotations

import numpy as np
import pytest

from platinum.scoring.kernel import score
from platinum.scoring.model import Model, from_priors, model_version, nothing_learned
from tests.builders.tables import some_tables
from tests.reference.scoring import score as slow_score


def a_model(n_features: int = 5, n_candidates: int = 7, seed: int = 1) -> Model:
    rng = np.random.default_rng(seed)
    model = nothing_learned(n_features, n_candidates)
    for part in (model.weights, model.bias, model.own, model.silence):
        part[:] = rng.normal(0, 1, part.shape)
    return model


def test_a_policy_that_nobody_has_learned_from_adds_nothing_to_its_priors() -> None:
    tables = some_tables()
    model = from_priors(tables)
    sums = np.full(len(tables.candidates), np.nan, np.float32)

    score(np.ones(len(tables.features), np.float32), model.weights[0], model.bias[0], sums)

    assert not model.learned[0]
    assert sums.tolist() == [0.0] * len(tables.candidates)


@pytest.mark.parametrize(("n_features", "n_candidates"), [(1, 1), (48, 200), (64, 3), (7, 1000)])
def test_sums_equal_the_slow_twin(n_features: int, n_candidates: int) -> None:
    for seed in range(20):
        model = a_model(n_features, n_candidates, seed)
        weights, bias = model.weights[0], model.bias[0]
        rng = np.random.default_rng(seed)
        features = (rng.normal(0, 1, n_features) * (rng.random(n_features) < 0.7)).astype(np.float32)
        sums = np.full(n_candidates, np.nan, np.float32)

        score(features, weights, bias, sums)

        added_up = np.abs(bias) + np.abs(features) @ np.abs(weights)
        assert np.all(np.abs(sums - np.array(slow_score(features, weights, bias))) <= 1e-6 * added_up)


def test_vector_registers_do_not_change_a_bit() -> None:
    model = a_model(48, 203)
    weights, bias = model.weights[0], model.bias[0]
    features = np.random.default_rng(3).normal(0, 1, 48).astype(np.float32)
    sums, in_order = np.zeros(203, np.float32), np.zeros(203, np.float32)
    score(features, weights, bias, sums)

    for c in range(203):
        total = bias[c]
        for f in range(48):
            total = np.float32(total + np.float32(weights[f, c] * features[f]))
        in_order[c] = total

    assert sums.tobytes() == in_order.tobytes()


def test_equal_models_have_equal_versions_and_one_changed_weight_another() -> None:
    model, same, other = a_model(), a_model(), a_model()
    other.weights[0, 2, 3] += np.float32(1e-6)

    assert model_version(model) == model_version(same)
    assert model_version(model) != model_version(other)
    assert len(model_version(model)) == 16


def test_a_version_tells_shapes_apart() -> None:
    assert model_version(nothing_learned(2, 3)) != model_version(nothing_learned(3, 2))
