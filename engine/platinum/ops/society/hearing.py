"""What is heard of a decision: its way to the person, the answer, and when it is felt. What it does to them: ``treatment``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platinum.ops.population.moments import parse_ms
from platinum.ops.population.reactions import react
from platinum.ops.society.appeal import appeal, freshness, remember
from platinum.ops.society.decided import words_of
from platinum.ops.society.meanings import saving_of
from platinum.ops.society.scene import Scene

#: Answers that ``react`` gives of its own and that this society gives in its own way.
_ITS_OWN = frozenset({"Survey Answered", "Order Completed"})
_ON_THE_WAY = frozenset({"Contact Dispatched", "Contact Delivered", "Contact Bounced"})


def hear(scene: Scene, decision: Mapping[str, Any], person: int, now_ms: int) -> None:
    """Take in one decision. What lies in the past by ``now_ms`` is told from then on: a decision may be heard late.

    Every event that exists because of the decision even in the null world carries its ``decision_id``.
    """
    if decision["type"] == "silence":
        return
    shown_ms, fresh = 0, freshness(scene, decision, person, now_ms)
    scene.bonds.give(person, scene.meanings.cost(decision))
    taken = appeal(scene, decision, person, fresh)
    for number, event in enumerate(react(decision, scene.person(person), scene.seed, scene.shop, taken)):
        # It keeps its own timestamp: nobody is written to at midnight because that is when it is told.
        at_ms = max(parse_ms(event["timestamp"]), now_ms + 1 + number)
        if event["event"] == "Decision Shown":
            shown_ms = at_ms
        _answer(scene, event, decision, person, at_ms)
    for number, word in enumerate(words_of(decision)):
        scene.agenda.plan(now_ms, person, "word given", f"{decision['decision_id']}-{number}", word=word)
    if shown_ms:
        remember(scene, decision, person, shown_ms)
        scene.agenda.plan(shown_ms + 1, person, "felt", str(decision["decision_id"]), decision=decision, fresh=fresh)


def _answer(scene: Scene, event: dict[str, Any], decision: Mapping[str, Any], person: int, at_ms: int) -> None:
    name, ref = str(event["event"]), str(decision["decision_id"])
    if "decision_id" in event["properties"]:
        scene.agenda.plan(at_ms, person, "answer", str(event["messageId"]), event=event, always=name in _ON_THE_WAY)
    elif name == "Order Completed" and decision["type"] == "offer":
        if scene.chance("buys", ref) < scene.model.offers_sell:
            order = event["properties"]
            scene.agenda.plan(at_ms, person, "buys", ref, order=order, given=saving_of(decision).of(order["total"]))
    elif name not in _ITS_OWN and scene.chance("acts upon it", ref) < scene.model.night_answers:
        scene.agenda.plan(at_ms, person, "answer", str(event["messageId"]), event=event, always=False)


def in_quarantine(scene: Scene, person: int, at_ms: int) -> bool:
    """Whether a case of this person is open, or was closed less than 14 days ago."""
    return bool(scene.state.case[person] > 0 or at_ms < scene.state.quarantine_ms[person])


def is_unwanted(scene: Scene, decision: Mapping[str, Any], person: int, at_ms: int) -> bool:
    """Promotion that this person did not consent to, asked not to get and meant it, or cannot bear now."""
    traits, state = scene.traits, scene.state
    if (
        state.unsubscribed[person]
        or at_ms < state.vulnerable_ms[person]
        or state.consent[person] < 0
        or (state.consent[person] == 0 and not state.customer[person])
    ):
        return True
    return bool(traits.means_wish[person]) and _against(scene, decision, person)


def _against(scene: Scene, decision: Mapping[str, Any], person: int) -> bool:
    wish = scene.person(person).wish
    if wish == "no_offers":
        return bool(decision["type"] == "offer")
    if wish == "no_channel":
        return bool(decision.get("channel") == scene.shop.outbound[0])
    return wish == "cadence" and bool(scene.state.contacts[person] > 1.0)
