"""A population that answers: what people do of their own accord, and what they do about decisions, in one order of time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from platinum.ops.line import Line
from platinum.ops.population.lines import timestamps_of
from platinum.ops.population.moments import parse_ms
from platinum.ops.population.people import Person, Population
from platinum.ops.population.reactions import react
from platinum.ops.population.simulate import START_MS, simulate


class Crowd:
    """Events up to an instant, with the reactions to the decisions heard so far.

    Attributes
    ----------
    now_ms : int
        Everything up to here has been given out.
    """

    def __init__(self, people: Population, start_ms: int = START_MS) -> None:
        self.people = people
        self.now_ms = start_ms
        self._own: Iterator[Line] = simulate(people, start_ms)
        self._next = next(self._own)
        self._reactions: list[tuple[int, int, Line]] = []
        self._heard = 0
        self._numbers = {customer: number for number, customer in enumerate(people.ids)}

    def person(self, customer: str) -> Person | None:
        """The person behind a customer key."""
        number = self._numbers.get(customer)
        return None if number is None else self.people.person(number)

    def until(self, at_ms: int) -> list[Line]:
        """Everything that happens after what was given out and up to ``at_ms``, in time order."""
        lines = []
        while True:
            own = self._next.time_ms
            answer = self._reactions[0][0] if self._reactions else at_ms + 1
            if min(own, answer) > at_ms:
                break
            if answer <= own:
                lines.append(heapq.heappop(self._reactions)[2])
            else:
                lines.append(self._next)
                self._next = next(self._own)
        self.now_ms = max(self.now_ms, at_ms)
        return lines

    def hear(self, decision: Mapping[str, Any]) -> None:
        """Take in a decision; what its customer does about it comes out of ``until`` in its time.

        A reaction that would lie in the past happens now: a decision may be heard late.
        """
        person = self.person(str(decision["customer_id"]))
        if person is None:
            return
        for event in react(decision, person, self.people.seed, self.people.shop):
            at_ms = max(parse_ms(event["timestamp"]), self.now_ms + 1)
            event["timestamp"] = event["receivedAt"] = timestamps_of(at_ms)
            self._heard += 1
            heapq.heappush(self._reactions, (at_ms, self._heard, Line(at_ms, person.id, orjson.dumps(event))))
