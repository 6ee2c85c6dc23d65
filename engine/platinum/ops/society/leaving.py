"""Who has had enough: most leave without a word."""

from __future__ import annotations

import numpy as np

from platinum.ops.population.draws import Floats
from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.scene import HOUR_MS, Scene


def p_leaves(scene: Scene) -> Floats:
    """float[n]: chance that a person leaves for good today."""
    model, state, traits = scene.model, scene.state, scene.traits
    trouble = model.leaves_per_index * state.index + model.leaves_per_annoyance * state.annoyance
    trouble = trouble + model.leaves_when_broken * np.minimum(state.broken, 2.0)
    # Forgiveness and goodwill hold people, never by more than half.
    held = np.clip(1.2 - 0.4 * traits.forgiveness - 0.2 * state.goodwill, 0.5, 1.4)
    return np.where(state.active & state.known, model.leaves + trouble * traits.temper * held, 0.0)


def leave_for_a_day(scene: Scene, day: int) -> None:
    """Draw who leaves."""
    for person in np.flatnonzero(scene.chances("leaves", day) < p_leaves(scene)).tolist():
        leave(scene, person, scene.start_ms + day * DAY_MS + HOUR_MS)


def leave(scene: Scene, person: int, at_ms: int) -> None:
    """One person leaves; one in five says so."""
    if not scene.state.active[person]:
        return
    day = (at_ms - scene.start_ms) // DAY_MS
    scene.state.active[person] = False
    scene.state.gone_day[person] = day
    if scene.chance("says goodbye", person) < 0.2:
        scene.agenda.tell(person, at_ms, "Objection Made", f"{person}.gone", "email", purpose="all")
