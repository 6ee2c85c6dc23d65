"""Counts of what went in and out, fed by the engine's side and read by the screen's."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from platinum.ops.demo.cast import Cast, Story
from platinum.ops.demo.sentences import is_held


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of the demo; counters are copies.

    Attributes
    ----------
    until : str
        Newest instant in the shop's own time, RFC 3339.
    names : Counter
        Events by name.
    blocked : Counter
        Candidates held back, by gate.
    sales, accepted_sales : float
        Of all orders; of orders that took up an offer.
    impure : int
        Thank-yous that carried an offer or terms; must stay 0.
    """

    since: str
    until: str
    events: int
    decisions: int
    people: int
    names: Counter[str]
    lanes: Counter[str]
    channels: Counter[str]
    actions: Counter[str]
    types: Counter[str]
    blocked: Counter[str]
    held: int
    explored: int
    impure: int
    sales: float
    accepted_sales: float
    stories: tuple[Story, ...]


class DemoStats:
    """Feed it every event and every decision, from any thread.

    Parameters
    ----------
    describe : callable, optional
        Customer key → who that is, in a few words.
    """

    def __init__(self, describe: Callable[[str], str] = str) -> None:
        self._lock = threading.Lock()
        self._cast = Cast(describe)
        self._since = self._until = ""
        self._people: set[str] = set()
        self._counters: dict[str, Counter[str]] = {n: Counter() for n in ("names", "lanes", "channels", "actions", "types", "blocked")}
        self._numbers: Counter[str] = Counter()
        self._sales = self._accepted_sales = 0.0

    def saw_event(self, event: Mapping[str, Any]) -> None:
        """Count one event that went into the log (decoded)."""
        with self._lock:
            self._numbers["events"] += 1
            name = str(event.get("event") or event.get("type"))
            self._counters["names"][name] += 1
            self._people.add(str(event.get("userId") or ""))
            at = str(event.get("timestamp") or "")
            self._since = self._since or at
            self._until = max(self._until, at)
            properties = event.get("properties") or {}
            if name == "Order Completed":
                self._sales += float(properties.get("total") or 0.0)
            elif name == "Decision Accepted":
                self._accepted_sales += float(properties.get("value") or 0.0)
            self._cast.saw_event(event)

    def saw_decision(self, decision: Mapping[str, Any]) -> None:
        """Count one decision that came out (decoded)."""
        with self._lock:
            kind = str(decision["type"])
            self._numbers["decisions"] += 1
            self._counters["lanes"][str(decision["lane"])] += 1
            self._counters["types"][kind] += 1
            if kind != "silence":
                self._counters["channels"][str(decision["channel"])] += 1
                self._counters["actions"][str(decision["action"])] += 1
            self._counters["blocked"].update((decision.get("blocked") or {}).get("counts") or {})
            self._numbers["held"] += is_held(decision)
            self._numbers["explored"] += bool(decision.get("explored"))
            self._numbers["impure"] += kind == "thank_you" and bool(decision.get("offer") or decision.get("terms"))
            self._cast.saw_decision(decision)

    def snapshot(self) -> Snapshot:
        """The counts as they are now."""
        with self._lock:
            counts = {name: Counter(counter) for name, counter in self._counters.items()}
            number = self._numbers
            return Snapshot(
                since=self._since,
                until=self._until,
                events=number["events"],
                decisions=number["decisions"],
                people=len(self._people),
                names=counts["names"],
                lanes=counts["lanes"],
                channels=counts["channels"],
                actions=counts["actions"],
                types=counts["types"],
                blocked=counts["blocked"],
                held=number["held"],
                explored=number["explored"],
                impure=number["impure"],
                sales=self._sales,
                accepted_sales=self._accepted_sales,
                stories=tuple(self._cast.stories()),
            )
