"""What people write in their own words, and how they read: by style, whether or not it may be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from platinum.ops.population.people import HOMES
from platinum.ops.population.visits import DAY_MS
from platinum.ops.society.character import ASSERTIVE, DETAIL, FORMALITY, PACE, RESPONSIVE
from platinum.ops.society.phrases import PHRASES
from platinum.ops.society.scene import HOUR_MS, MINUTE_MS, Scene
from platinum.vocabulary.manner import TAGS

#: How strongly style shows in one choice: a chance of 0.5 + 0.45 x style.
_SHOWS = 0.45
#: Chance that an agent who heard the person notes what stands out most.
_P_AGENT_HEARS = 0.7


def text_of(scene: Scene, person: int, ref: str, *, trouble: bool) -> str:
    """A message of one person; the same ``ref`` gives the same text."""
    style, phrases = scene.traits.style[person].tolist(), PHRASES[HOMES[int(scene.traits.home[person])][2]]

    def unit(purpose: str) -> float:
        return scene.chance("writes", purpose, ref)

    def leans(dimension: int, purpose: str) -> bool:
        return bool(unit(purpose) < 0.5 + _SHOWS * style[dimension])

    def pick(choices: tuple[Any, ...], purpose: str) -> Any:
        return choices[int(unit(purpose) * len(choices))]

    manner = sum(leans(FORMALITY, f"manner {i}") for i in range(2))
    opening = [phrases.greetings[manner]] if leans(FORMALITY, "greets") else []
    closing = [phrases.closings[manner]] if leans(FORMALITY, "closes") else []
    statements = phrases.trouble if trouble else phrases.calm
    first = int(unit("first") * len(statements))
    number = 1 + sum(leans(DETAIL, f"more {i}") for i in range(3))
    parts = [statements[(first + i) % len(statements)][not leans(PACE, f"short {i}")] for i in range(number)]
    for i in range(2):
        if leans(RESPONSIVE, f"feels {i}"):
            parts.append(pick(phrases.feels, f"feeling {i}"))
        request = pick(phrases.tells if leans(ASSERTIVE, f"tells {i}") else phrases.asks, f"request {i}")
        parts.append(request[not leans(PACE, f"quick {i}")])
    parts.append(phrases.hurry[not leans(PACE, "hurries")])
    return "\n".join((*opening, " ".join(parts), *closing))


def write(scene: Scene, person: int, at_ms: int, ref: str, channel: str, /, *, intent: str | None = None, trouble: bool = True) -> None:
    """Perhaps say in own words what it is about."""
    if scene.chance("in own words", ref) < scene.model.writes:
        text = text_of(scene, person, ref, trouble=trouble)
        language = HOMES[int(scene.traits.home[person])][2]
        scene.agenda.tell(person, at_ms, "Message Received", ref, channel, text=text, language=language, intent=intent)


def write_for_a_day(scene: Scene, day: int) -> None:
    """Notes that nothing is the matter with: to say so, or to ask for more."""
    here = scene.state.active & scene.state.known
    for person in np.flatnonzero(here & (scene.chances("writes a note", day) < scene.model.writes_notes)).tolist():
        ref = f"{person}.{day}-note"
        text, language = text_of(scene, person, ref, trouble=False), HOMES[int(scene.traits.home[person])][2]
        at_ms = scene.start_ms + day * DAY_MS + 9 * HOUR_MS + round(scene.chance("writes at", ref) * 12 * HOUR_MS)
        scene.agenda.tell(person, at_ms, "Message Received", ref, "email", text=text, language=language)


def be_tagged(scene: Scene, person: int, at_ms: int, ref: str, channel: str) -> None:
    """An agent notes what stands out in how somebody speaks, and is right seven times in ten."""
    style = scene.traits.style[person]
    strongest = int(np.argmax(np.abs(style)))
    wanted = (strongest + 1) * (1 if style[strongest] > 0.0 else -1)
    unit, names = scene.chance("agent notes", ref), sorted(TAGS)
    wrong = names[int((unit - _P_AGENT_HEARS) / (1.0 - _P_AGENT_HEARS) * len(names))] if unit >= _P_AGENT_HEARS else ""
    tag = wrong or next(name for name, number in TAGS.items() if number == wanted)
    scene.agenda.tell(person, at_ms + MINUTE_MS, "Style Noted", ref, channel, tag=tag)


def read(scene: Scene, person: int, at_ms: int, decision: Mapping[str, Any]) -> None:
    """How much of what was shown is read: those who like detail read on."""
    if decision.get("content"):
        ref = str(decision["decision_id"])
        share = 0.5 + 0.4 * float(scene.traits.style[person, DETAIL]) + 0.2 * (scene.chance("reads", ref) - 0.5)
        scene.agenda.tell(person, at_ms + MINUTE_MS, "Content Read", ref, share=round(min(1.0, max(0.0, share)), 2), decision_id=ref)
