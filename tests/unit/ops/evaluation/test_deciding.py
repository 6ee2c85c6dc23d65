"""A policy that is asked once more under a snapshot stands on the same numbers as the stream did under it."""

from __future__ import annotations

from base64 import b64encode

import numpy as np

from platinum.learn.portfolio import Portfolio
from platinum.learn.taught import MOST_CHANNELS
from platinum.ops.evaluation.deciding import Asker
from platinum.pipeline.learned import with_learned
from platinum.pipeline.learned_model import model_of
from platinum.policy.compile import compile_policy
from platinum.profile.entries import N_FEATURES, N_OWN

POLICY = b"""
policy: two-notes
currency: EUR
timezone: UTC
channels: {email: {kind: outbound, cost: 0.01, basis: existing_customer, best_hour: yes}}
decide_on: [order_completed]
exploration: {mature_at: 100}
actions:
  one: {type: help, channels: [email], value: 1, p_accept: 0.3, words: "There is more."}
  two: {type: help, channels: [email], value: 1, p_accept: 0.3, words: "There is more of it."}
"""


def _zeros(*shape: int) -> str:
    return b64encode(np.zeros(shape, "<f4").tobytes()).decode()


def test_whoever_is_asked_under_a_snapshot_sees_what_it_says_of_actions_and_hours() -> None:
    policy = compile_policy(POLICY, "here")
    judged = Portfolio().judged(1_700_000_000_000)
    judged["taught"]["models"][f"{int(policy.tables.settings[0]['schema']):08x}"] = {
        "n": 400.0,
        "actions": {"one": [200.0, 150.0], "two": [200.0, 20.0]},
        "channels": ["email"],
        "noise": [0.1, 0.1, 0.1],
        "shared": _zeros(N_OWN + MOST_CHANNELS, 3),
        "shared_variance": _zeros(N_OWN + MOST_CHANNELS),
        "own": _zeros(2, N_FEATURES + 1, 3),
        "own_variance": _zeros(2, N_FEATURES + 1),
    }
    rates = np.linspace(0.01, 0.5, 168).astype("<f4")
    judged["taught"]["hours"] = {"email": {"n": 400.0, "rates": b64encode(rates.tobytes()).decode()}}
    learned, asker = with_learned(policy, judged), Asker(policy)
    assert asker._again.scratch.plain.tolist() == [0, 0]

    asker.under(learned, model_of(policy, judged["taught"]))

    assert learned.tables.actions["immature"].tolist() == [0.0, 0.8]
    for name in policy.tables._fields:
        assert np.array_equal(getattr(asker._tables, name), getattr(learned.tables, name)), name
    assert asker._again.scratch.plain.tolist() == [1, 0]
    assert policy.tables.actions["immature"].tolist() == [0.98, 0.98]  # as it was compiled
