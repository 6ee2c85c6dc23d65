"""What is going to happen: events that are certain, and plans whose outcome depends on how people feel by then."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any, NamedTuple

from platinum.ops.population.people import HOMES
from platinum.ops.society.traits import Traits

Event = dict[str, Any]


class Plan(NamedTuple):
    """Something that is due; ``what`` names who carries it out (``world``)."""

    at_ms: int
    person: int
    what: str
    details: dict[str, Any]


class Agenda:
    """Events and plans in order of time; ties in order of their ids, so that nothing depends on when they were entered."""

    def __init__(self, traits: Traits) -> None:
        self._prefix = f"w{traits.seed}-"
        self._ids = traits.ids
        self._heap: list[tuple[int, str, int, Event | Plan]] = []
        self._entered = 0
        contexts = [{"locale": f"{language}-{country}", "timezone": zone} for zone, country, language, _ in HOMES]
        self._context = [contexts[home] for home in traits.home.tolist()]

    def tell(self, person: int, at_ms: int, name: str, ref: str, channel: str = "web", /, **properties: object) -> None:
        """Enter one event. ``ref`` and the name make its id: the same cause gives the same id whatever else happens."""
        self.enter(at_ms, self.event(person, name, ref, channel, {k: v for k, v in properties.items() if v is not None}))

    def event(self, person: int, name: str, ref: str, channel: str, properties: Event) -> Event:
        """An event without its times, which are written when its day is given out."""
        identity = f"{self._prefix}{name.replace(' ', '').lower()}-{ref}"
        context = {"channel": channel, **self._context[person]}
        if "account" in properties:
            context["groupId"] = properties["account"]  # Segment's word for the account an event belongs to
        event = {"type": "track", "event": name, "messageId": identity, "userId": self._ids[person], "properties": properties}
        if name in ("identify", "page", "group"):
            del event["event"]
            event["type"] = name
            if name == "group":
                event["groupId"] = properties.pop("groupId")
            if name != "page":
                event["traits"] = event.pop("properties")
        event["context"] = context
        return event

    def enter(self, at_ms: int, event: Event) -> None:
        """Enter an event that is written already."""
        self._push(at_ms, event["messageId"], event)

    def plan(self, at_ms: int, person: int, what: str, ref: str, /, **details: Any) -> None:
        """Enter something whose outcome is seen when it is due."""
        self._push(at_ms, f"{what}-{ref}", Plan(at_ms, person, what, details))

    def _push(self, at_ms: int, identity: str, item: Event | Plan) -> None:
        self._entered += 1  # ids are unique; were they not, the heap would compare what cannot be compared
        heapq.heappush(self._heap, (at_ms, identity, self._entered, item))

    def due(self, before_ms: int) -> Iterator[tuple[int, Event | Plan]]:
        """Everything before an instant, in order, with what is entered meanwhile."""
        while self._heap and self._heap[0][0] < before_ms:
            at_ms, _, _, item = heapq.heappop(self._heap)
            yield at_ms, item
