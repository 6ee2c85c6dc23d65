"""How a decision appeals to a person: factor on the chance that it is taken. Every part is a number that ``NULL`` has at 0."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from platinum.ops.society.decided import lowers_effort, sells
from platinum.ops.society.meanings import match, order_shown, saving_of
from platinum.ops.society.scene import Scene

_PLAIN = np.zeros(5)
#: No appeal, or lack of it, changes a chance by more.
_LEAST, _MOST = 0.2, 3.0
#: Types of which people get tired; what they asked for, or are owed, they do not.
_TIRING = frozenset({"offer", "help", "thank_you", "surprise", "listen"})


def appeal(scene: Scene, decision: Mapping[str, Any], person: int, fresh: float) -> float:
    """Factor on the chance that this person takes it, 1 where nothing is known of it; ``fresh`` is that of ``freshness``."""
    model = scene.model
    saves = saving_of(decision).usual_share * float(scene.traits.price_sensitivity[person])
    log = model.tone_accepts * tone_fit(scene, decision, person) + model.shown_accepts * shown_fit(scene, decision, person)
    log += model.saving_accepts * saves + model.goal_accepts * goal_left(scene, decision, person)
    return min(_MOST, max(_LEAST, math.exp(log) * fresh))


def tone_fit(scene: Scene, decision: Mapping[str, Any], person: int) -> float:
    """How much better than plain words it matches the person's style; below 0 worse, 0 where its tone is unknown."""
    tone = scene.meanings.tone(decision)
    if tone is None:
        return 0.0
    style = scene.traits.style[person]
    return match(style, tone) - match(style, _PLAIN)


def shown_fit(scene: Scene, decision: Mapping[str, Any], person: int) -> float:
    """-1 to 1: whether its order and its length are those that the person likes, half each."""
    first, detail = order_shown(decision)
    liked_first = 1 if scene.traits.facts_first[person] else -1
    liked_detail = 1 if scene.traits.wants_detail[person] else -1
    return 0.5 * first * liked_first + 0.5 * detail * liked_detail


def goal_of(scene: Scene, person: int) -> str | None:
    """The goal of this person, if there is one."""
    goal = int(scene.traits.goal[person])
    return scene.shop.categories[goal] if goal >= 0 else None


def goal_left(scene: Scene, decision: Mapping[str, Any], person: int) -> float:
    """Share of the person's goal still to go if the decision serves it, else 0 (treatment-formulas 3.12: match times 1 - progress)."""
    served, goal = scene.meanings.goals(decision), goal_of(scene, person)
    return 1.0 - float(scene.bonds.progress[person]) if served and goal in served else 0.0


def is_gadget(scene: Scene, decision: Mapping[str, Any], person: int) -> bool:
    """Whether it sells something that serves no goal to who has one that is still to go."""
    served, goal = scene.meanings.goals(decision), goal_of(scene, person)
    to_go = goal is not None and scene.bonds.progress[person] < 1.0
    return served is not None and to_go and goal not in served and sells(decision)


def freshness(scene: Scene, decision: Mapping[str, Any], person: int, at_ms: int) -> float:
    """What is left of its effect after the same action on the same channel was seen before; 1 for what does not tire."""
    if not _tires(scene, decision):
        return 1.0
    return math.exp(-scene.model.repeats_bore * min(4.0, scene.bonds.seen_before(person, *_what(decision), at_ms)))


def remember(scene: Scene, decision: Mapping[str, Any], person: int, seen_ms: int) -> None:
    """It was seen, which counts when the same comes again."""
    if _tires(scene, decision):
        scene.bonds.see(person, *_what(decision), seen_ms)


def _tires(scene: Scene, decision: Mapping[str, Any]) -> bool:
    return decision["type"] in _TIRING and not lowers_effort(scene, decision)


def _what(decision: Mapping[str, Any]) -> tuple[str, str]:
    return str(decision.get("action")), str(decision.get("channel") or decision.get("placement") or "")
