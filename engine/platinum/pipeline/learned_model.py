"""The scoring model of a policy under a snapshot of the learner: its regression, candidate by candidate (design 8).

Expected is the policy's prior as far as nothing is known, and what was learned as far as it is. How much is known where is itself
regressed: ``known`` is the same regression on 1, which is 1 where there were examples enough and 0 where there were none. So
p = p₀·(1 − f·w_known) + f·w_accepted, in which each candidate's p₀ can be multiplied in once per snapshot.
"""

from __future__ import annotations

import math
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.decide.layout import priors_of
from platinum.learn.linear import HEADS
from platinum.learn.taught import MOST_CHANNELS, own_precisions
from platinum.policy.maturity import immature
from platinum.policy.policy import Policy
from platinum.profile.entries import N_FEATURES, N_OWN
from platinum.scoring.model import ACCEPTED, REWARD, VARIANCE, Model, from_priors
from platinum.vocabulary.codes import Lane

#: Examples from which on decisions look at what was learned.
LEARNED_FROM = 50.0
#: ... and at the range of the utilities that there were.
_RANGE_FROM = 200.0
_KNOWN, _ACCEPTED, _REWARD = (HEADS.index(name) for name in ("known", "accepted", "reward"))
_SILENCE = ""

Array = NDArray[np.float64]


class Read(NamedTuple):
    """``learn.taught`` as arrays: see ``learn.linear.Weights``."""

    shared: Array
    shared_variance: Array
    own: dict[str, Array]
    own_variance: dict[str, Array]
    channels: list[str]
    noise: float
    n: float


def model_of(policy: Policy, taught: Mapping[str, Any] | None) -> Model:
    """Model of a policy; its priors where nothing was learned, or on other features than it looks at now."""
    tables = policy.tables
    model = from_priors(tables)
    read = _read(taught, f"{int(tables.settings[0]['schema']):08x}")
    if read is None:
        return model
    n_features, priors = len(tables.features), (tables.candidates["p_accept"], priors_of(tables))
    for c, (a, h) in enumerate(tables.candidates[["action", "channel"]].tolist()):
        name, channel = policy.actions[a].name, policy.channels[h]
        own = read.own.get(name, np.zeros((N_FEATURES + 1, len(HEADS))))
        through = read.shared[N_OWN + read.channels.index(channel)] if channel in read.channels else np.zeros(len(HEADS))
        for k, head, prior in ((ACCEPTED, _ACCEPTED, priors[0][c]), (REWARD, _REWARD, priors[1][c])):
            added = own[:, head] - prior * own[:, _KNOWN]
            model.weights[k, :, c] = added[1 : n_features + 1]
            model.bias[k, c] = added[0] + through[head] - prior * through[_KNOWN]
            model.own[k, :, c] = read.shared[:N_OWN, head] - prior * read.shared[:N_OWN, _KNOWN]
        variance = read.noise * read.own_variance.get(name, 1.0 / own_precisions())
        model.weights[VARIANCE, :, c], model.bias[VARIANCE, c] = variance[1 : n_features + 1], variance[0]
        model.own[VARIANCE, :, c] = read.noise * read.shared_variance[:N_OWN]
    if tables.rewards[-1]["weight"].any() and _SILENCE in read.own:
        model.silence[0] = read.own[_SILENCE][: n_features + 1, _REWARD]
        model.silence[1] = read.noise * read.own_variance[_SILENCE][: n_features + 1]
    model.learned[0] = 1
    return model


def _read(taught: Mapping[str, Any] | None, schema: str) -> Read | None:
    """What was learned on these features, if it is enough."""
    found = (taught or {}).get("models", {}).get(schema)
    if found is None or found["n"] < LEARNED_FROM:
        return None
    names, heads, size = list(found["actions"]), len(HEADS), N_FEATURES + 1
    own, variance = _floats(found["own"], (-1, size, heads)), _floats(found["own_variance"], (-1, size))
    return Read(
        _floats(found["shared"], (N_OWN + MOST_CHANNELS, heads)),
        _floats(found["shared_variance"], (N_OWN + MOST_CHANNELS,)),
        dict(zip(names, own, strict=True)),
        dict(zip(names, variance, strict=True)),
        found["channels"],
        float(found["noise"][_REWARD]),
        float(found["n"]),
    )


def _floats(text: str, shape: tuple[int, ...]) -> Array:
    return np.frombuffer(b64decode(text), "<f4").reshape(shape).astype(np.float64)


def set_maturity(policy: Policy, actions: NDArray[np.void], taught: Mapping[str, Any] | None) -> None:
    """Write into ACTION[A] to what share of people each is not sent yet, for too seldom it was taken (treatment-formulas 5.2).

    Under whatever features that was: a change of what is looked at makes nothing unknown that people have taken.
    """
    settings = policy.tables.settings[0]
    models = (taught or {}).get("models", {}).values()
    for a, action in enumerate(policy.actions):
        taken = sum(float(model["actions"].get(action.name, (0.0, 0.0))[1]) for model in models)
        actions[a]["immature"] = immature(taken, float(settings["mature_at"])) if actions[a]["lane"] == Lane.GROWTH else 0.0


def set_exploration(settings: NDArray[np.void], taught: Mapping[str, Any] | None) -> None:
    """Write into SETTINGS[1] how much is tried out now: γ = γ0·√(n0 + n), and which utilities there are (treatment-formulas 5.2)."""
    found = (taught or {}).get("models", {}).get(f"{int(settings[0]['schema']):08x}")
    if found is None or found["n"] < LEARNED_FROM:
        return
    prior_n = float(settings[0]["prior_n"])
    settings["gamma"] = float(settings[0]["gamma"]) * math.sqrt((prior_n + float(found["n"])) / prior_n)
    span = (taught or {}).get("utilities")
    if span is not None and found["n"] >= _RANGE_FROM and span[1] > 0.0:
        settings["utility_low"], settings["utility_high"] = min(0.0, span[0]), span[1]
