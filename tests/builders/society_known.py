"""Decisions made for who somebody is, or for somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platinum.ops.society import Society
from tests.builders.societies import Event, treated

Truth = dict[str, Any]


def in_the_style_of(truth: Truth) -> dict[str, Any]:
    """A tone that is exactly theirs."""
    return {"id": "theirs", "vector": list(truth["style"].values())}


def unlike(truth: Truth) -> dict[str, Any]:
    """The tone that is least theirs."""
    return {"id": "unlike", "vector": [-value for value in truth["style"].values()]}


def laid_out_for(truth: Truth) -> dict[str, Any]:
    """Blocks in the order and the number that they like."""
    parts = ["facts", "people"] if truth["presentation"]["order"] == "facts_first" else ["people", "facts"]
    return {"blocks": [{"kind": "words", "part": part} for part in parts + ["detail"] * (truth["presentation"]["detail"] == "full")]}


def introduced_to_the_next(day: int, events: list[Event], world: Society) -> Iterator[dict[str, Any]]:
    """Everybody is introduced to everybody's neighbour, one neighbour further each time."""
    if day % 3 == 2:
        ids = world.person_ids()
        for number, customer in enumerate(ids):
            to = ids[(number + day) % len(ids)]
            yield treated(customer, "help", day, action="introduction", lane="thank", introduction={"to": to})
