"""What a decision is, whatever it calls itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platinum.ops.population.moments import parse_ms
from platinum.ops.population.reactions import about
from platinum.ops.society.scene import Scene


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
