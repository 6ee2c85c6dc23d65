"""The scoring model: priors, versions, and the kernel against its slow twin."""

from __future__ import annotations

import numpy as np
import pytest

from platinum.scoring.kernel import score
from platinum.scoring.model import Model, from_priors, model_version
from tests.builders.tables import some_tables
from tests.reference.scoring import score as slow_score


def a_model(n_features: int = 5, n_candidates: int = 7, seed: int = 1) -> Model:
    rng = np.random.default_rng(seed)
    weights = rng.normal(0, 1, (n_features, n_candidates)).astype(np.float32)
    return Model(weights, rng.normal(0, 1, n_candidates).astype(np.float32))


def test_priors_score_every_customer_alike() -> None:
    tables = some_tables()
    model = from_priors(tables)
    log_odds = np.zeros(len(tables.candidates), np.float32)

    score(np.ones(len(tables.features), np.float32), model.weights, model.bias, log_odds)

    assert log_odds.tolist() == tables.candidates["prior_log_odds"].tolist()


@pytest.mark.parametrize(("n_features", "n_candidates"), [(1, 1), (48, 200), (64, 3), (7, 1000)])
def test_log_odds_equal_the_slow_twin(n_features: int, n_candidates: int) -> None:
    for seed in range(20):
        model = a_model(n_features, n_candidates, seed)
        rng = np.random.default_rng(seed)
        features = (rng.normal(0, 1, n_features) * (rng.random(n_features) < 0.7)).astype(np.float32)
        log_odds = np.full(n_candidates, np.nan, np.float32)

        score(features, model.weights, model.bias, log_odds)

        added_up = np.abs(model.bias) + np.abs(features) @ np.abs(model.weights)
        assert np.all(np.abs(log_odds - np.array(slow_score(features, model))) <= 1e-6 * added_up)


def test_vector_registers_do_not_change_a_bit() -> None:
    model = a_model(48, 203)
    features = np.random.default_rng(3).normal(0, 1, 48).astype(np.float32)
    log_odds, in_order = np.zeros(203, np.float32), np.zeros(203, np.float32)
    score(features, model.weights, model.bias, log_odds)

    for c in range(203):
        total = model.bias[c]
        for f in range(48):
            total = np.float32(total + np.float32(model.weights[f, c] * features[f]))
        in_order[c] = total

    assert log_odds.tobytes() == in_order.tobytes()


def test_equal_models_have_equal_versions_and_one_changed_weight_another() -> None:
    model, same = a_model(), a_model()
    other = Model(model.weights.copy(), model.bias.copy())
    other.weights[2, 3] += np.float32(1e-6)

    assert model_version(model) == model_version(same)
    assert model_version(model) != model_version(other)
    assert len(model_version(model)) == 16


def test_a_version_tells_shapes_apart() -> None:
    wide, tall = Model(np.zeros((2, 3), np.float32), np.zeros(3, np.float32)), Model(np.zeros((3, 2), np.float32), np.zeros(3, np.float32))

    assert model_version(wide) != model_version(tall)
