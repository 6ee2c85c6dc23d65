"""A society lived through under a simple treatment, without an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from platinum.ops.population import START_MS
from platinum.ops.population.lines import timestamps_of
from platinum.ops.society import MODEL, Model, Society

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
Event = dict[str, Any]
#: What a treatment sees (the day that is over, its events, the people) and what it gives: decisions.
Treatment = Callable[[int, list[Event], Society], Iterable[dict[str, Any]]]


def treated(customer: str, kind: str, day: int, **changes: Any) -> dict[str, Any]:
    """A decision made at 10:00 on ``day``; by e-mail unless it names a placement."""
    decided_at = timestamps_of(START_MS + day * DAY_MS + 10 * HOUR_MS)
    decision: dict[str, Any] = {
        "decision_id": f"d.{kind}.{day}.{customer}",
        "customer_id": customer,
        "decided_at": decided_at,
        "lane": {"silence": "silence", "thank_you": "thank", "listen": "thank", "apology": "owed"}.get(kind, "growth"),
        "type": kind,
        "action": "call-back" if kind == "help" else f"some-{kind}",
        "channel": "email",
        "placement": None,
        "content": None,
        "offer": {"id": "o-1"} if kind == "offer" else None,
        "send_at": decided_at,
    }
    return decision | changes


def nothing(day: int, events: list[Event], world: Society) -> Iterator[dict[str, Any]]:
    """No treatment at all."""
    yield from ()


def to_everybody(kind: str, on: Iterable[int] = range(100), **changes: Any) -> Treatment:
    """The same decision to everybody on certain days."""
    days = frozenset(on)

    def treat(day: int, events: list[Event], world: Society) -> Iterator[dict[str, Any]]:
        if day in days:
            yield from (treated(customer, kind, day, **changes) for customer in world.person_ids())

    return treat


def to_each(kind: str, on: Iterable[int], changes: Callable[[dict[str, Any]], dict[str, Any]]) -> Treatment:
    """A decision to everybody on certain days, made for who they are: ``changes`` of the hidden truth."""
    days = frozenset(on)

    def treat(day: int, events: list[Event], world: Society) -> Iterator[dict[str, Any]]:
        if day in days:
            yield from (treated(customer, kind, day, **changes(world.truth(customer))) for customer in world.person_ids())

    return treat


def after(names: set[str], kind: str, **changes: Any) -> Treatment:
    """A decision to everybody to whom one of these events happened on the day that is over."""

    def treat(day: int, events: list[Event], world: Society) -> Iterator[dict[str, Any]]:
        for customer in sorted({event["userId"] for event in events if event.get("event") in names}):
            yield treated(customer, kind, day, **changes)

    return treat


def live(
    treatment: Treatment = nothing, days: int = 20, customers: int = 400, model: Model = MODEL, seed: int = 3, **more: Any
) -> tuple[Society, list[Event]]:
    """A society at the end of some days, and everything that happened."""
    world, told = Society(seed, customers, model, **more), []
    decisions: list[dict[str, Any]] = []
    for day in range(days):
        events = world.day(day, decisions)
        decisions = list(treatment(day, events, world))
        told += events
    return world, told


@lru_cache(maxsize=4)
def left_alone(days: int = 20, customers: int = 400) -> tuple[Society, list[Event]]:
    """The same society without treatment, lived once for all tests; not to be changed."""
    return live(nothing, days, customers)


def mean(world: Society, key: str) -> float:
    """Mean of one hidden number over everybody."""
    return float(np.mean([world.truth(customer)[key] for customer in world.person_ids()]))


def count(events: list[Event], *names: str) -> int:
    """How many events bear one of these names."""
    return sum(event.get("event") in names for event in events)
