"""What is heard of a decision: its way to the person, the answer, and when it is felt. What it does to them: ``treatment``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platinum.ops.population.moments import parse_ms
from platinum.ops.population.reactions import about, react
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
    shown_ms = 0
    for number, event in enumerate(react(decision, scene.person(person), scene.seed, scene.shop)):
        # It keeps its own timestamp: nobody is written to at midnight because that is when it is told.
        at_ms = max(parse_ms(event["timestamp"]), now_ms + 1 + number)
        if event["event"] == "Decision Shown":
            shown_ms = at_ms
        _answer(scene, event, decision, person, at_ms)
    for number, word in enumerate(words_of(decision)):
        scene.agenda.plan(now_ms, person, "word given", f"{decision['decision_id']}-{number}", word=word)
    if shown_ms:
        scene.agenda.plan(shown_ms + 1, person, "felt", str(decision["decision_id"]), decision=decision)


def _answer(scene: Scene, event: dict[str, Any], decision: Mapping[str, Any], person: int, at_ms: int) -> None:
    name, ref = str(event["event"]), str(decision["decision_id"])
    if "decision_id" in event["properties"]:
        scene.agenda.plan(at_ms, person, "answer", str(event["messageId"]), event=event, always=name in _ON_THE_WAY)
    elif name == "Order Completed" and decision["type"] == "offer":
        if scene.chance("buys", ref) < scene.model.offers_sell:
            scene.agenda.plan(at_ms, person, "buys", ref, order=event["properties"])
    elif name not in _ITS_OWN and scene.chance("acts upon it", ref) < scene.model.night_answers:
        scene.agenda.plan(at_ms, person, "answer", str(event["messageId"]), event=event, always=False)


def is_outbound(decision: Mapping[str, Any]) -> bool:
    """Whether we began it."""
    return decision.get("placement") is None and decision["type"] != "silence"


def sells(decision: Mapping[str, Any]) -> bool:
    """Whether it sells, whatever it calls itself: an offer, or something to buy inside."""
    content = decision.get("content")
    blocks = content.get("blocks", ()) if isinstance(content, Mapping) else ()
    buys = any(b.get("commerce") or b.get("kind") == "products" for b in blocks if isinstance(b, Mapping))
    return decision["type"] == "offer" or bool(decision.get("offer")) or buys


def lowers_effort(scene: Scene, decision: Mapping[str, Any]) -> bool:
    """Whether it takes work off the person.

    An apology, amends, an answer, help or notice in the lanes ``owed`` and ``asked``; help that is about no category of the
    shop (a call-back, the case handed to the agent); or whatever says ``effort`` below 0. What sells never does.
    """
    if sells(decision):
        return False
    effort = decision.get("effort")
    if isinstance(effort, int | float) and effort < 0:
        return True
    kind, lane = decision["type"], decision.get("lane")
    if kind in ("apology", "amends", "answer") or (kind == "notice" and lane in ("owed", "asked")):
        return True
    return bool(kind == "help" and (lane in ("owed", "asked") or about(decision, scene.shop) is None))


def owner_of(decision: Mapping[str, Any]) -> str | None:
    """The named person who answers for it, if the decision says so."""
    path = decision.get("human_path")
    owner = decision.get("owner") or (path.get("owner") if isinstance(path, Mapping) else None)
    return str(owner) if owner else None


def words_of(decision: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Promises that it makes: ``promises`` (or one ``promise``), each with ``class`` and ``due_at``; ``promise_id`` if it has one."""
    said = decision.get("promises") or decision.get("promise") or []
    found = []
    for number, word in enumerate([said] if isinstance(said, Mapping) else said):
        if isinstance(word, Mapping) and word.get("due_at"):
            identity = str(word.get("promise_id") or word.get("id") or f"p-{decision['decision_id']}-{number}")
            due_ms = parse_ms(str(word["due_at"]))
            word_ = {"promise_id": identity, "class": str(word.get("class") or "call_back"), "due_ms": due_ms}
            found.append({**word_, "decision_id": str(decision["decision_id"]), "made_ms": parse_ms(str(decision["decided_at"]))})
    return found


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
