"""Slow twin of the draw: who is in an arm this month, the probabilities, and what falls (treatment-formulas 5.2, 5.4)."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.hashing import mix64
from platinum.profile.quarantine import quarantine_end_ms
from platinum.profile.standing import cohort_now
from platinum.vocabulary.arms import Arm
from tests.reference import trust
from tests.reference.draw import square_cb, unit
from tests.reference.thanking import drawn, local_date


def is_spared(w: Any) -> bool:
    """Whether nothing is tried out on somebody."""
    return bool(w.row["care"]) or trust.is_low(w.row, w.now, w.tables) or quarantine_end_ms(w.row, w.now, w.tables) != -1


def arm_of(w: Any) -> Arm:
    """Where the hash of person and month puts somebody who may be in one."""
    if is_spared(w):
        return Arm.NONE
    today = local_date(w)
    place, edge = drawn(w, 106, today.year * 12 + today.month - 1), 0.0
    for arm, name in ((Arm.RANDOM, "arm_random"), (Arm.SILENT, "arm_silent"), (Arm.SAME_FOR_ALL, "arm_same")):
        edge += float(w.settings[name])
        if place < edge:
            return arm
    return Arm.NONE


def probabilities(w: Any, doubts: list[float], worth: list[float], arm: Arm) -> list[float]:
    """Of what is scored, best first."""
    n, epsilon = len(worth), float(w.settings["epsilon"])
    if arm == Arm.RANDOM:
        return [1 / n] * n
    if epsilon:
        return [1 - epsilon + epsilon / n] + [epsilon / n] * (n - 1)
    return square_cb(worth, doubts, float(w.settings["utility_low"]), float(w.settings["utility_high"]), float(w.settings["gamma"]))


def draw(w: Any, order: list[int], worth: list[float], doubts: list[float]) -> dict[str, Any]:
    """Members of DECISION that the draw fills."""
    outbound, last = w.trigger["placement"] < 0, int(w.row["last_explored_ms"])
    free = not outbound or not last or w.now - last >= w.settings["explore_interval_ms"]
    tried = len(order) > 1 and not is_spared(w)
    arm = arm_of(w) if tried else Arm.NONE
    if arm == Arm.SILENT and not outbound:
        arm = Arm.NONE
    p = [1.0] + [0.0] * (len(order) - 1)
    if arm == Arm.SILENT:
        p = [float(c < 0) for c in order]
    elif tried and free:
        p = probabilities(w, doubts, worth, arm)
    elif arm == Arm.RANDOM:
        arm = Arm.NONE
    u = unit(mix64(mix64(mix64(0, int(w.trigger["ref"])), int(w.settings["policy"])), 1))
    edges = np.cumsum(p)
    at = min(int(np.searchsorted(edges, u, side="right")), len(p) - 1)
    found = {"chosen": order[at], "p_chosen": p[at], "explored": int(at > 0), "arm": int(arm), "best": order[0], "p": p}
    found |= {"runner_up": order[1 if at == 0 else 0] if len(order) > 1 else -2, "n_scored": len(order)}
    return found | {"boundary": float(np.min(np.abs(edges - u)))}


def tone_of_their_like(w: Any, spoken: list[int], default: int) -> tuple[int, int]:
    """Tone among those ``spoken``, where nobody knows how they like to be spoken to, and why: 0 default, 4 learned, 5 tried."""
    u, share = unit(mix64(mix64(mix64(0, int(w.trigger["ref"])), int(w.settings["policy"])), 107)), float(w.settings["tone_trial"])
    if u < share and not is_spared(w):
        return (sorted(spoken)[int(u / share * len(spoken))], 5) if len(spoken) > 1 else (default, 0)
    if not w.settings["tones_learned"] or arm_of(w) == Arm.SAME_FOR_ALL:
        return default, 0
    known = w.settings["tone_cohorts"].tolist()[: int(w.settings["n_tone_cohorts"])]
    cohort = int(cohort_now(w.row, w.now, w.tables))
    lifts = w.settings["tone_lift"][1 + known.index(cohort) if cohort in known else 0].tolist()
    best = max(sorted(spoken), key=lambda i: lifts[i])
    return (best, 4) if lifts[best] > 1.05 * lifts[default] else (default, 0)
