"""Random goals and surprises for random policies and customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from platinum.hashing import name_hash
from platinum.policy import tables as t
from tests.builders.desk import DAY


def choose(rng: Generator, *options: Any) -> Any:
    """One of the options."""
    return options[int(rng.integers(len(options)))]


def some_aims(rng: Generator) -> dict[str, Any]:
    """Which goals it serves: one, or those that its category is near."""
    return {"goal": int(choose(rng, 0, 0, 1, 2, 3)), "near_goals": int(choose(rng, 0, 0, 1, 6))}


def some_goals(rng: Generator, categories: Sequence[str]) -> dict[str, Any]:
    """Three goals, some of which follow from interests; none in a fifth of all policies. And how seldom people are surprised."""
    rest = [0] * (t.MOST_GOALS - len(categories))
    goals = {
        "n_goals": int(choose(rng, 0, 3, 3, 3, 3)),
        "goal_money": float(choose(rng, 0.0, 0.3, 3.0)),
        "goal_names": [*map(name_hash, categories), *rest],
        "goal_categories": [1, 6, 0, *rest],
        "goal_from": [*(float(choose(rng, 0.2, 0.6, np.inf)) for _ in categories), *rest],
        "goal_confidence": [0.5, 0.3, 0.9, *rest],
        "asks_goal": 1,
    }
    surprise = {"surprise_daily": float(choose(rng, 1.0, 0.5)), "surprise_interval_ms": int(choose(rng, 0, 90 * DAY))}
    return goals | surprise


def random_goals(rng: Generator, now: int, categories: Sequence[str]) -> dict[str, Any]:
    """What was said of some goals, one of them none of the policy's, in the last year and a half."""
    said = []
    for name in rng.permutation([*categories, "boat"])[: int(rng.integers(4))]:
        stated, told = (int(choose(rng, 0, 1, 1)) * (now // 1000 - int(rng.exponential(90 * DAY // 1000))) for _ in range(2))
        due = now // 1000 + int(rng.integers(-60, 60)) * DAY // 1000 if rng.random() < 0.5 else 0
        progress = float(choose(rng, 0.0, 0.25, 0.75, 1.0))
        times = {"stated_at_s": stated, "due_s": due if stated else 0, "progressed_at_s": told, "progress": progress if told else 0.0}
        said.append({"name": name_hash(str(name)), **times})
    return {"goals": said, "surprised_ms": int(choose(rng, 0, 0, 1)) * (now - int(rng.integers(200 * DAY)))}
