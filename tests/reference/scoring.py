"""Slow twin of ``scoring.kernel`` and ``decide.expecting``: what is expected of every candidate, plain Python, float64."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.policy.tables import Tables
from platinum.scoring.model import Model
from platinum.vocabulary.codes import Outcome

DAY = 86_400_000


def score(features: NDArray[np.float32], weights: NDArray[np.float32], bias: NDArray[np.float32]) -> list[float]:
    """bias + x·weights of every candidate, float64."""
    n_features, n_candidates = weights.shape
    x = [float(features[f]) for f in range(n_features)]
    return [float(bias[c]) + sum(float(weights[f, c]) * x[f] for f in range(n_features)) for c in range(n_candidates)]


def unsigned(features: NDArray[np.float32], weights: NDArray[np.float32], bias: NDArray[np.float32]) -> list[float]:
    """Sums of what is added up, all taken as positive: how far float32 may be off is in parts of these."""
    return score(np.abs(features), np.abs(weights), np.abs(bias))


def prior(tables: Tables, c: int) -> float:
    """Reward that the policy expects of a candidate: the chance of acceptance times what it counts, or an order, or a visit."""
    weights = tables.rewards[int(tables.candidates[c]["action"])]["weight"]
    counted = [float(weights[o]) for o in (Outcome.ACCEPTED, Outcome.ORDERED, Outcome.VISITED) if weights[o]]
    return float(tables.candidates[c]["p_accept"]) * (counted[0] if counted else 0.0)


def own(row: Any, candidate: Any, now: int, tables: Tables) -> list[float]:
    """What a candidate is to a person (``profile.own``)."""
    action, channel = tables.actions[int(candidate["action"])], tables.channels[int(candidate["channel"])]
    settings, z = tables.settings[0], [1.0] + [0.0] * 7
    liked = [(int(a["name"]), float(a["sum"])) for a in row["affinities"][: int(row["n_affinities"])]]
    names = [name for name, _ in liked]
    if action["category"] and int(action["category"]) in names:
        i = names.index(int(action["category"]))
        points = max(0.0, liked[i][1])
        left = 0.5 ** (max(0, now - int(row["affinity_as_of_ms"])) / float(settings["affinity_half_life_ms"]))
        z[1], z[2] = points * left / (5 * (float(row["shopped"]) * left + 5)), 0.5 * math.log1p(points * left)
        bought = int(row["bought_s"][i]) * 1000 if i < int(row["n_bought"]) else 0
        if bought:
            z[3], z[4] = 1.0, 0.2 * math.log1p(max(0, now - bought) / DAY)
    heard = {int(e["channel"]): e for e in row["engaged"][: int(row["n_engaged"])]}.get(int(channel["name"]))
    fade = 0.5 ** (max(0, now - int(row["engagement_as_of_ms"])) / float(settings["engagement_half_life_ms"]))
    reached, accepted = (float(heard["reached"]) * fade, float(heard["accepted"]) * fade) if heard is not None else (0.0, 0.0)
    n0 = float(settings["engagement_prior_n"])
    z[5] = (n0 * float(settings["engagement_prior_rate"]) + accepted) / (n0 + reached) if n0 + reached > 0 else math.nan
    said = {int(e["action"]): e for e in row["answers"][: int(row["n_answers"])]}.get(int(action["name"]))
    if said is not None:
        n = max(int(said["given"]), int(said["yes"]) + int(said["no"]))
        z[6], z[7] = (int(said["yes"]) - n * float(candidate["p_accept"])) / (n + 5), 0.5 * math.log1p(int(said["given"]))
    return z


@dataclass
class Expected:
    """Per candidate: chance of acceptance, reward, its variance; in money what comes without a contact, and its variance.

    ``rounding`` is by how much float32 may be off in the first three and the fourth.
    """

    chance: list[float]
    reward: list[float]
    spread: list[float]
    alone: float = 0.0
    alone_spread: float = 0.0
    rounding: tuple[list[float], ...] = ()


def expected(row: Any, features: NDArray[np.float32], now: int, tables: Tables, model: Model | None) -> Expected:
    """From the formulas; ``row`` as it is seen in the role in hand."""
    n = len(tables.candidates)
    priors = [float(p) for p in tables.candidates["p_accept"]], [prior(tables, c) for c in range(n)]
    if model is None or not model.learned[0]:
        return Expected(*priors, [0.0] * n, rounding=([0.0] * n, [0.0] * n, [0.0] * n, [0.0]))
    squares = features * features
    heads = [(x, model.weights[k], model.bias[k]) for k, x in enumerate((features, features, squares))]
    sums, sizes = [score(*head) for head in heads], [unsigned(*head) for head in heads]
    for c in range(n):
        z = own(row, tables.candidates[c], now, tables)
        for s, value in enumerate(z):
            for k in range(3):
                added = float(model.own[k, s, c]) * (value * value if k == 2 else value)
                sums[k][c] += added
                sizes[k][c] += abs(added)
    silent = [(x, model.silence[k, 1:, np.newaxis], model.silence[k, :1]) for k, x in enumerate((features, squares))]
    sizes.append(unsigned(*silent[0]))
    # Each of these may be half a last place off: every addition, a product, a feature, its square.
    half_places = (len(features) + len(model.own[0]) + 4) * 2.0**-24
    return Expected(
        [min(0.999, max(0.001, p + added)) for p, added in zip(priors[0], sums[0], strict=True)],
        [p + added for p, added in zip(priors[1], sums[1], strict=True)],
        sums[2],
        score(*silent[0])[0],
        score(*silent[1])[0],
        tuple([half_places * size for size in of] for of in sizes),
    )
