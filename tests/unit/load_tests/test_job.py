"""The peers' job is what its page says."""

from __future__ import annotations

import json
from itertools import islice

import numpy as np

from load_tests.job import ACTIONS, CUSTOMERS, FEATURES, NUMBERS, decide, events, features, fold, weights


def test_events_are_174_bytes_of_json_and_of_20_000_customers() -> None:
    made = list(events(CUSTOMERS))

    assert {len(value) for _, value in made} == {174}
    assert len({key for key, _ in made}) == CUSTOMERS
    assert all(json.loads(value)["customer"].encode() == key for key, value in islice(made, 100))


def test_a_decision_is_the_best_of_50_actions_over_32_features() -> None:
    profile, table = np.zeros(NUMBERS), weights()
    fold(profile, 3, 20.0)
    fold(profile, 3, 10.0)

    decided = decide({"id": "e-1", "customer": "u1", "at": 5}, profile, table)

    scores = [sum(table[a, f] * x for f, x in enumerate(features(profile))) for a in range(ACTIONS)]
    assert table.shape == (ACTIONS, FEATURES)
    assert (round(profile[3], 6), round(profile[13], 6)) == (1.99, 29.8)
    assert decided["action"] == f"a-{int(np.argmax(scores)):02d}"
    assert decided["p"] == round(1 / (1 + float(np.exp(-max(scores)))), 6)
