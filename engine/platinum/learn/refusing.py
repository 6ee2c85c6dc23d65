"""Snapshots that are not put in force, and why: the one that is in force stays (design 8)."""

from __future__ import annotations

import math
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.learn.example import Example
from platinum.learn.holdout import Compared
from platinum.learn.linear import HEADS
from platinum.learn.reliability import error_of
from platinum.learn.taught import features_of

#: Closed list; labels of a metric.
NOT_FINITE, CALIBRATION, CLIFF = "not_finite", "calibration_collapse", "reward_cliff"
REASONS = (NOT_FINITE, CALIBRATION, CLIFF)
#: A snapshot whose chances are further off than those in force by so much, on the same recent examples, is refused. One that was made of
#: them is not further off at all when it is sound, and twenty bins of ``LEAST_RECENT`` examples are off by 0.05 by chance.
MOST_WORSE = 0.10
#: Recent examples, or nothing is compared.
LEAST_RECENT = 200
_ARRAYS = ("shared", "shared_variance", "own", "own_variance")
_VARIANCES = ("shared_variance", "own_variance")

Vec = NDArray[np.float64]


class Refusal(NamedTuple):
    """Why a snapshot is refused: one of ``REASONS``, and words without anybody's data."""

    reason: str
    words: str


def refusal(
    taught: Mapping[str, Any], in_force: Mapping[str, Any] | None, recent: Sequence[Example], held: Compared | None
) -> Refusal | None:
    """The first that speaks against putting a snapshot in force.

    Parameters
    ----------
    taught, in_force : mapping
        ``learn.taught.Taught.judged`` of the snapshot, and of the one in force; None = there is none.
    recent : sequence of Example
        ``Taught.recent``: both are asked about them.
    held : Compared or None
        What decisions under learned snapshots earned against the holdout.
    """
    found = not_finite(taught)
    if found is not None:
        return found
    ours, theirs = error_on(recent, taught), error_on(recent, in_force or {})
    if ours is not None and theirs is not None and ours > theirs + MOST_WORSE:
        words = f"on the last {len(recent)} examples its chances are off by {ours:.3f}, those in force by {theirs:.3f}"
        return Refusal(CALIBRATION, f"{words}; {MOST_WORSE:g} more is allowed")
    if held is not None and held.high < 0.0:
        return Refusal(
            CLIFF,
            f"what was thought best earned {held.best:.4f} per decision (n = {held.n_best}), leaving people alone {held.alone:.4f} "
            f"(n = {held.n_alone}): at most {held.high:.4f} of a difference, whenever one looks",
        )
    return None


def not_finite(judged: Mapping[str, Any]) -> Refusal | None:
    """A number that is none, a variance below 0, or one that float32 does not hold."""
    for schema, model in judged.get("models", {}).items():
        for name in _ARRAYS:
            values = np.frombuffer(b64decode(model[name]), "<f4")
            if not np.isfinite(values).all() or (name in _VARIANCES and (values < 0.0).any()):
                return Refusal(NOT_FINITE, f"{name.replace('_', ' ')} of the features {schema} are not finite numbers from 0")
    bad = next((path for path, value in _numbers(judged, "") if not math.isfinite(value)), None)
    return None if bad is None else Refusal(NOT_FINITE, f"{bad[1:]} is not a finite number")


def _numbers(value: object, path: str) -> list[tuple[str, float]]:
    if isinstance(value, Mapping):
        # A name among them is a policy's, never a customer's.
        return [found for name, one in value.items() for found in _numbers(one, f"{path}.{name}")]
    if isinstance(value, list | tuple):
        return [found for i, one in enumerate(value) for found in _numbers(one, f"{path}.{i}")]
    return [(path, float(value))] if isinstance(value, float | int) else []


def error_on(recent: Sequence[Example], judged: Mapping[str, Any]) -> float | None:
    """Expected calibration error of a snapshot on examples; None where it knows too few of them.

    What is not known yet counts as accepted at the examples' own rate: priors belong to the policy, not to the snapshot.
    """
    models = judged.get("models", {})
    known = [one for one in recent if one.action is not None and one.schema in models]
    if len(known) < LEAST_RECENT:
        return None
    accepted = np.array([float(one.accepted) for one in known])
    rate, p = float(accepted.mean()), np.zeros(len(known))
    for schema in sorted({one.schema for one in known}):
        at = [i for i, one in enumerate(known) if one.schema == schema]
        heads = _expected([known[i] for i in at], models[schema])
        p[at] = rate * (1.0 - heads[:, HEADS.index("known")]) + heads[:, HEADS.index("accepted")]
    return error_of(np.clip(p, 0.0, 1.0), accepted)


def _expected(examples: Sequence[Example], model: Mapping[str, Any]) -> Vec:
    """float64[B, heads]: what the regression expects of each."""
    x, z = features_of(examples)
    shared, own = _floats(model["shared"]), _floats(model["own"]).reshape(-1, x.shape[1], len(HEADS))
    shared = shared.reshape(-1, len(HEADS))
    place, channels = {name: i for i, name in enumerate(model["actions"])}, list(model["channels"])
    found = z @ shared[: z.shape[1]]
    for i, one in enumerate(examples):
        if one.channel in channels:
            found[i] += shared[z.shape[1] + channels.index(one.channel)]
        if one.action in place:
            found[i] += x[i] @ own[place[one.action]]
    return found


def _floats(text: str) -> Vec:
    return np.frombuffer(b64decode(text), "<f4").astype(np.float64)
