"""What some learner has said of tones and send hours."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from platinum.policy.cohorts import cohort_members


def some_hours(rng: Generator) -> dict[str, Any]:
    """Whether contacts wait for a better hour, and which is."""
    return {"best_hour": int(rng.random() < 0.5), "hour_rate": rng.uniform(0.0, 0.3, 168) * (rng.random() < 0.7)}


def some_tones(rng: Generator) -> dict[str, Any]:
    """How often tones are tried out, and what was learned of them by some cohorts."""
    names = list(cohort_members({})["cohort_names"][: int(rng.integers(3))])
    return {
        "hour_trial": (0.05, 0.5)[int(rng.integers(2))],
        "tone_trial": (0.0, 0.0, 0.3)[int(rng.integers(3))],
        "tones_learned": int(rng.random() < 0.6),
        "tone_lift": rng.uniform(0.8, 1.3, (17, 8)),
        "tone_cohorts": [*names, *[0] * (16 - len(names))],
        "n_tone_cohorts": len(names),
    }
