"""What people would say if the vocabulary had words for it: written, and kept back until it has."""

from __future__ import annotations

from platinum.ops.society.scene import Scene

#: Events that the vocabulary does not know yet and that are therefore not told: take a name out of here once it does.
NEW_WORDS: tuple[str, ...] = ()


def tell(scene: Scene, person: int, at_ms: int, name: str, ref: str, channel: str = "web", /, **properties: object) -> None:
    """Enter one event of ``NEW_WORDS``, if it is in there no more."""
    if name not in NEW_WORDS:
        scene.agenda.tell(person, at_ms, name, ref, channel, **properties)


def state_presentation(scene: Scene, person: int, at_ms: int) -> None:
    """Say what comes first, and how much of it."""
    if not scene.traits.says_presentation[person]:
        return
    first, detail = presentation(scene, person)
    for preference, value in (("order", first), ("detail", detail)):
        said = {"preference": preference, "value": value}
        scene.agenda.tell(person, at_ms, "Preference Stated", f"{person}.{preference}", **said)


def presentation(scene: Scene, person: int) -> tuple[str, str]:
    """What comes first, and how much of it, as this person likes it."""
    first = "facts_first" if scene.traits.facts_first[person] else "people_first"
    return first, "full" if scene.traits.wants_detail[person] else "brief"
