"""What people say: surveys (honestly or not), reviews, recommendations, consent, vulnerability."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.agenda import Plan
from platinum.ops.society.scene import HOUR_MS, Scene
from platinum.ops.society.traits import GRUMBLES, OVERSTATES


def stated_ease(scene: Scene, person: int, points: float, ref: str) -> int:
    """Answer to "they made it easy" from 1 to 7: 7 - 6 x index, with noise and with the person's honesty."""
    honesty = scene.traits.honesty[person]
    shift = 2.0 if honesty == OVERSTATES else -1.0 if honesty == GRUMBLES else 0.0
    noise = 1.6 * (scene.chance("answer", ref) + scene.chance("answer too", ref) - 1.0)
    return round(min(7.0, max(1.0, 7.0 + 6.0 * math.expm1(-points / 6.0) + shift + noise)))


def asked_how_it_was(scene: Scene, plan: Plan) -> None:
    """The help desk's own survey after a contact; now and then something is done because of an answer."""
    if scene.state.active[plan.person]:
        ref = f"{plan.person}.{plan.at_ms}"
        answer(scene, plan.person, plan.at_ms, ref, stated_ease(scene, plan.person, plan.details["points"], ref), {})


def answer(scene: Scene, person: int, at_ms: int, ref: str, score: int, said: dict[str, Any]) -> bool:
    """An answer to a question of ours; returns whether the firm will do something because of it."""
    link = {"answer_id": f"a-{ref}", **said}
    scene.agenda.tell(person, at_ms, "Survey Answered", ref, "email", score=score, scale=7, survey="ease", **link)
    acts = scene.chance("acts", ref) < scene.model.acts_on_answers
    if acts:
        acted_ms = at_ms + round((1.0 + 9.0 * scene.chance("acts when", ref)) * DAY_MS)
        scene.agenda.tell(person, acted_ms, "Feedback Acted On", ref, "email", action="changed", **link)
        if scene.chance("tells", ref) < 0.5:
            scene.agenda.tell(person, acted_ms + 4 * HOUR_MS, "Feedback Reported Back", ref, "email", **link)
    return acts


def tells(scene: Scene, plan: Plan) -> None:
    """Two days after a delivery: a review, a recommendation, or neither, by how people feel then."""
    person, model, state, ref = plan.person, scene.model, scene.state, str(plan.details["order_id"])
    if not state.active[person]:
        return
    mood = state.goodwill[person] + 2.0 * (state.trust[person] - scene.traits.trust[person]) - state.index[person]
    tells_more = 1.0 + model.advocates_tell * scene.traits.advocate[person]
    if scene.chance("reviews", ref) < model.reviews * tells_more:
        rating = round(min(5.0, max(1.0, 4.2 + 1.5 * mood + 1.5 * (scene.chance("rating", ref) - 0.5))))
        scene.agenda.tell(person, plan.at_ms, "Review Written", ref, rating=rating, category=plan.details["category"])
    if scene.chance("refers", ref) < model.refers * math.exp(min(1.5, mood)) * tells_more:
        scene.agenda.tell(person, plan.at_ms + HOUR_MS, "Referral Made", ref)


def speak_for_a_day(scene: Scene, day: int) -> None:
    """Consent given or taken back of their own accord, and who asks for particular care today."""
    traits, state = scene.traits, scene.state
    here, unit = state.active & state.known, scene.chances("consents", day)
    for person in np.flatnonzero(here & (unit < 0.0008)).tolist():
        given = not state.consent[person] > 0
        state.consent[person] = 1 if given else -1
        purpose = {"purpose": "promotion", "channel": "email", "state": "granted" if given else "revoked"}
        scene.agenda.tell(person, _noon(scene, day), "Consent Changed", f"{person}.{day}", **purpose)
    for person in np.flatnonzero(here & (traits.vulnerable_day == day)).tolist():
        scene.agenda.tell(person, _noon(scene, day), "Vulnerability Stated", f"{person}.{day}", "call")
        later_ms = _noon(scene, day) + 12 * DAY_MS
        state.vulnerable_ms[person] = later_ms if person % 2 else np.iinfo(np.int64).max
        if person % 2:
            scene.agenda.tell(person, later_ms, "Vulnerability Stated", f"{person}.{day}-over", "call", withdrawn=True)


def _noon(scene: Scene, day: int) -> int:
    return scene.start_ms + day * DAY_MS + 12 * HOUR_MS
