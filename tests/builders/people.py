"""Simulated people and decisions about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from platinum.ops.population import Person, Population

#: A Wednesday morning in London.
MORNING = "2026-03-04T10:00:00.000Z"


def a_person(number: int = 0, seed: int = 1, **changes: Any) -> Person:
    """One person of a population of ten, with what the test needs changed."""
    person = Population(seed, 10).person(number)
    london: dict[str, Any] = {"timezone": "Europe/London", "country": "GB", "language": "en", "hour": 17.0}
    return replace(person, **(london | changes))


def a_decision(person: Person, kind: str = "offer", number: int = 1, **changes: Any) -> dict[str, Any]:
    """A decision about ``person``, as published, shortened to what people react to."""
    lane = {"silence": "silence", "thank_you": "thank", "listen": "thank"}.get(kind, "growth")
    silent = kind == "silence"
    decision: dict[str, Any] = {
        "decision_id": f"d.1.0.{number}.0",
        "customer_id": person.id,
        "decided_at": MORNING,
        "lane": lane,
        "type": kind,
        "action": None if silent else "candle-evening",
        "channel": None if silent else "email",
        "placement": None,
        "content": None,
        "offer": None,
        "terms": None,
        "send_at": None if silent else MORNING,
        "explored": False,
        "blocked": {"counts": {}, "best": []},
    }
    return decision | changes
