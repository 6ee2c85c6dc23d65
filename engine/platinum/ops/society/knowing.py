"""What a decision does to who feels known by it, or not: tone, goals, roles, repetition, advocacy, introductions.

Every effect is a number of ``Model`` that ``NULL`` has at 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platinum.ops.population.visits import DAY_MS
from platinum.ops.society import ahead
from platinum.ops.society.agenda import Plan
from platinum.ops.society.appeal import goal_left, is_gadget, tone_fit
from platinum.ops.society.baskets import basket
from platinum.ops.society.decided import is_outbound, sells
from platinum.ops.society.firms import colleague_in_trouble
from platinum.ops.society.lives import come_closer
from platinum.ops.society.own_words import read
from platinum.ops.society.scene import MINUTE_MS, Scene

#: Chance that somebody who was introduced writes to the other.
_P_REPLIES = 0.6
Decided = Mapping[str, Any]


def feel_known(scene: Scene, plan: Plan) -> None:
    """One decision is seen, by somebody who is still here."""
    person, decision = plan.person, plan.details["decision"]
    read(scene, person, plan.at_ms, decision)
    _hear_the_tone(scene, person, decision)
    _think_of_the_goal(scene, plan, decision)
    if sells(decision) and is_outbound(decision) and colleague_in_trouble(scene, person):
        _annoy(scene, person, scene.model.colleague_annoys * float(scene.traits.temper[person]))
    if scene.traits.advocate[person]:
        _be_an_advocate(scene, plan, decision)
    introduction = decision.get("introduction")
    if isinstance(introduction, Mapping) and introduction.get("to"):
        _be_introduced(scene, plan, str(introduction["to"]))


def _hear_the_tone(scene: Scene, person: int, decision: Decided) -> None:
    """Words in one's own style are easier and soothe; words in another's are work and grate."""
    fit, model, state = tone_fit(scene, decision, person), scene.model, scene.state
    state.felt[person] = max(0.0, state.felt[person] - model.tone_eases * fit)
    state.annoyance[person] = max(0.0, state.annoyance[person] - model.tone_soothes * fit)


def _think_of_the_goal(scene: Scene, plan: Plan, decision: Decided) -> None:
    person, model, ref = plan.person, scene.model, str(decision["decision_id"])
    if is_gadget(scene, decision, person) and is_outbound(decision):
        _annoy(scene, person, model.gadget_bores)
    left = goal_left(scene, decision, person)
    if decision["type"] != "help" or left <= 0.0:
        return
    fresh = plan.details["fresh"]
    come_closer(scene, person, plan.at_ms + MINUTE_MS, f"{ref}-help", model.goal_helps * left * fresh)
    scene.state.warms(person, model.goal_warms * left * fresh)
    if scene.chance("needs something for it", ref) < model.goal_sells * left * fresh:
        goal = scene.shop.categories[int(scene.traits.goal[person])]
        order = basket(scene, f"o-g-{ref}", goal, 1 + int(3 * scene.chance("how many for it", ref)))
        later_ms = plan.at_ms + round((0.1 + 3.0 * scene.chance("when for it", ref)) * DAY_MS)
        scene.agenda.plan(later_ms, person, "buys", f"{ref}-goal", order=order, given=0.0)


def _be_an_advocate(scene: Scene, plan: Plan, decision: Decided) -> None:
    """Who recommends the firm is glad of thanks and invitations, not of being made its salesman."""
    if scene.meanings.asks_to_sell(decision):
        _annoy(scene, plan.person, scene.model.advocate_annoyed)
    elif (decision["type"] == "thank_you" and not sells(decision)) or scene.meanings.invites(decision):
        scene.state.warms(plan.person, scene.model.advocate_warms * plan.details["fresh"])


def _be_introduced(scene: Scene, plan: Plan, to: str) -> None:
    """To somebody who shares an interest, and both may write; to anybody else, or unasked, and it annoys."""
    person, traits, ref = plan.person, scene.traits, str(plan.details["decision"]["decision_id"])
    other = scene.number_of(to)
    willing = other is not None and other != person and traits.opts_in[person] and traits.opts_in[other]
    if other is None or not willing or not (traits.interests[person] & traits.interests[other]).any():
        _annoy(scene, person, scene.model.introduced_unasked)
        return
    replies = [who for who in (person, other) if scene.state.active[who] and scene.chance("replies", ref, who) < _P_REPLIES]
    for who in replies:
        ahead.tell(scene, who, plan.at_ms + 30 * MINUTE_MS, "Introduction Answered", f"{ref}-{who}", decision_id=ref)
    if len(replies) == 2:
        for who in replies:
            scene.bonds.introduced[who] += 1
            scene.state.warms(who, scene.model.introduced)


def _annoy(scene: Scene, person: int, by: float) -> None:
    scene.state.annoyance[person] += by
