"""The scoring model under a snapshot: what was learned of one action is said of that action, and priors stand where nothing was."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import orjson
import pytest

from platinum.learn.example import Example
from platinum.learn.taught import Taught
from platinum.pipeline.learned_model import LEARNED_FROM, model_of, set_exploration, set_maturity
from platinum.policy.compile import compile_policy
from platinum.policy.policy import Policy
from platinum.profile.entries import N_FEATURES, N_OWN
from platinum.scoring.model import ACCEPTED, REWARD, VARIANCE

NOW = 1_700_000_000_000
POLICY = b"""
policy: three-offers
currency: EUR
timezone: UTC
channels: {web: inbound}
placements: {hero: {channel: web, takes: [help]}}
exploration: {gamma0: 4, prior_n: 100}
actions:
  apples: {type: help, channels: [web], value: 1, p_accept: 0.1, words: Fresh.}
  pears: {type: help, channels: [web], value: 1, p_accept: 0.1, words: Fresh.}
  plums: {type: help, channels: [web], value: 1, p_accept: 0.1, words: Fresh.}
"""
#: How often each is taken, and how often it was tried; in the order in which they were tried first.
TRUE = {"plums": (0.4, 1000), "apples": (0.05, 1000), "pears": (0.2, 0)}


def an_example(schema: str, action: str | None, accepted: bool, **other: Any) -> Example:
    """One that says nothing of the person but that they are one."""
    z = np.zeros(N_OWN, "<i2")
    z[0] = 1024 if action is not None else 0
    said: dict[str, Any] = {"action": action, "channel": action and "web", "tone": None, "cohort": None, "schema": schema}
    said |= {"made_ms": NOW, "accepted": accepted, "reward": float(accepted), "p_chosen": 0.5, "p_accept": 0.1, "utility": 0.1, "hour": 9}
    return Example(**said | {"x": bytes(2 * N_FEATURES), "z": z.tobytes()} | other)


def schema_of(policy: Policy) -> str:
    """Name of the features that it looks at."""
    return f"{int(policy.tables.settings[0]['schema']):08x}"


def stored(taught: Taught) -> dict[str, Any]:
    """What is learned, as decisions get it: through an artefact, whose keys are sorted."""
    back: dict[str, Any] = orjson.loads(orjson.dumps(taught.judged(NOW), option=orjson.OPT_SORT_KEYS))
    return back


@pytest.fixture(name="policy")
def a_policy() -> Policy:
    return compile_policy(POLICY, "here")


@pytest.fixture(name="learned")
def what_is_learned(policy: Policy) -> dict[str, Any]:
    taught = Taught()
    for name, (rate, n) in TRUE.items():
        taught.add([an_example(schema_of(policy), name, i < rate * n) for i in range(n)])
    return stored(taught)


def expected_of(policy: Policy, learned: dict[str, Any] | None, head: int = ACCEPTED) -> dict[str, float]:
    """What the model expects of each action, of somebody about whom nothing is known."""
    model, tables = model_of(policy, learned), policy.tables
    added = model.bias[head] + model.own[head, 0]
    prior = tables.candidates["p_accept"] if head != VARIANCE else np.zeros(len(tables.candidates))
    return {policy.actions[int(c["action"])].name: float(prior[i] + added[i]) for i, c in enumerate(tables.candidates)}


def test_what_was_learned_of_an_action_is_said_of_that_action(policy: Policy, learned: dict[str, Any]) -> None:
    found = expected_of(policy, learned)

    assert found["plums"] == pytest.approx(0.4, abs=0.02)
    assert found["apples"] == pytest.approx(0.05, abs=0.02)
    assert expected_of(policy, learned, REWARD) == pytest.approx(found, abs=1e-6)


def test_an_action_that_is_new_starts_from_what_its_like_were(policy: Policy, learned: dict[str, Any]) -> None:
    likely = expected_of(policy, learned)["pears"]

    assert 0.1 < likely < 0.3, "0.225 is the mean of the two others, 0.1 its prior"


def test_what_is_new_may_be_further_off_than_what_was_tried(policy: Policy, learned: dict[str, Any]) -> None:
    spread = expected_of(policy, learned, VARIANCE)

    assert 0.0 < spread["plums"] < spread["pears"]


@pytest.mark.parametrize(("schema", "n"), [("00000000", 2000), (None, int(LEARNED_FROM) - 1)])
def test_other_features_or_too_few_examples_change_nothing(policy: Policy, schema: str | None, n: int) -> None:
    taught = Taught()
    taught.add([an_example(schema or schema_of(policy), "plums", True) for _ in range(n)])

    assert model_of(policy, stored(taught)).learned[0] == 0
    assert expected_of(policy, stored(taught)) == pytest.approx(dict.fromkeys(TRUE, 0.1))


def test_what_silence_is_worth_is_learned_from_who_was_left_alone_alone(policy: Policy, learned: dict[str, Any]) -> None:
    spoken = compile_policy(POLICY.replace(b"prior_n: 100}", b"prior_n: 100, alone: {visited: 0.5}}"), "here")
    taught = Taught()
    taught.add([an_example(schema_of(spoken), "plums", True) for _ in range(300)])
    taught.add([an_example(schema_of(spoken), None, False, reward=0.25) for _ in range(3000)])

    silence = model_of(spoken, stored(taught)).silence

    assert silence[0, 0] == pytest.approx(0.25, abs=0.01)
    assert silence[1, 0] > 0.0
    assert model_of(policy, learned).silence.any() == np.False_, "a policy that does not judge silence takes nothing off a contact"


def test_less_is_tried_out_the_more_examples_there_are(policy: Policy, learned: dict[str, Any]) -> None:
    settings = policy.tables.settings.copy()

    set_exploration(settings, None)
    assert settings["gamma"][0] == pytest.approx(4.0 * math.sqrt(100))
    set_exploration(settings, learned)
    assert settings["gamma"][0] == pytest.approx(4.0 * math.sqrt(100 + 2000))
    assert settings["utility_low"][0] == 0.0
    assert settings["utility_high"][0] == pytest.approx(0.1, rel=0.2)


def test_what_people_have_taken_stays_known_when_other_features_are_looked_at() -> None:
    source = POLICY.replace(b"{web: inbound}", b"{web: inbound, email: {kind: outbound, basis: existing_customer}}")
    source = source.replace(b"gamma0: 4,", b"gamma0: 4, mature_at: 200,").replace(b"channels: [web], value", b"channels: [email], value")
    before, now = (compile_policy(source + more, "here") for more in (b"", b"features: {without: [orders]}\n"))
    taught = {"models": {schema_of(before): {"actions": {"apples": [4000.0, 1000.0]}}}}

    for policy in (before, now):
        actions = policy.tables.actions.copy()
        set_maturity(policy, actions, taught)
        assert dict(zip((one.name for one in policy.actions), actions["immature"].tolist(), strict=True)) == {
            "apples": 0.0,
            "pears": pytest.approx(0.98),
            "plums": pytest.approx(0.98),
        }
