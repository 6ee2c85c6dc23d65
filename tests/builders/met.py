"""Contacts of a simulated society as the kill list takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.events.columns import EVENT
from platinum.hashing import name_hash
from platinum.learn.kill_list import Found, found_of
from platinum.learn.met import contacts_met
from platinum.ops.population.moments import parse_ms
from platinum.ops.society import Society
from platinum.ops.society.processes import DESKS
from platinum.vocabulary.table import BY_NAME
from tests.builders.tables import some_tables

_KINDS = {
    name: BY_NAME[name].kind
    for name in (
        "Contact Started",
        "Request Made",
        "Waited",
        "Contact Transferred",
        "Asked Again",
        "Request Refused",
        "Self Service Failed",
        "Form Error",
    )
}
NAMES = {name_hash(desk.name): desk.name for desk in DESKS}


def columns_of(events: Iterable[Mapping[str, Any]]) -> tuple[NDArray[np.int64], NDArray[np.void]]:
    """(number of each event's customer, EVENT[B]) of what belongs to journeys."""
    kept = [event for event in events if event.get("event") in _KINDS]
    numbers: dict[str, int] = {}
    persons, columns = np.zeros(len(kept), np.int64), np.zeros(len(kept), EVENT)
    for i, event in enumerate(kept):
        said = event["properties"]
        persons[i] = numbers.setdefault(event["userId"], len(numbers))
        columns[i]["kind"], columns[i]["offset"] = _KINDS[event["event"]], i
        columns[i]["occurred_ms"] = columns[i]["record_ms"] = parse_ms(event["timestamp"])
        columns[i]["name_a"], columns[i]["name_b"] = name_hash(said["intent"]), name_hash(said["process"])
        columns[i]["channel"], columns[i]["low"] = name_hash(event["context"]["channel"]), said.get("minutes", 0.0)
    return persons, columns


def society_found(seed: int, customers: int, days: int, **more: Any) -> dict[str, Found]:
    """What the kill list says of the desks of a society that is left alone."""
    world = Society(seed, customers, **more)
    events = [event for day in range(days) for event in world.day(day)]
    persons, columns = columns_of(events)
    return {NAMES[one.name]: one for one in found_of(contacts_met(persons, columns, some_tables()))}


def an_encounter(person: int, process: int, points: float, at_ms: int = 0, **more: int) -> tuple[Any, ...]:
    """One MET record."""
    return (person, at_ms, points, 1.0 - float(np.exp(-points / 6.0)), process, more.get("channel", 1), more.get("action", 0))
