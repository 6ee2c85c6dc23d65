"""A small world in which an engine promises "as soon as we can", and desks keep the promises at times that drift.

Nobody buys, complains or leaves: people ask, a decision answers with a promise (``within: quote``), it is sent at once, and the desk
does what was promised. How long that takes is log-normal around a median that drifts by the day on which the promise was made; nothing
is forgotten. Every course of drift has classes of promises of its own, so that one engine, which learns day by day from what its log
holds, is judged on all of them. The world keeps its own books: when a promise was made and due, by the decision, and how long it took.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import orjson

from platinum.engine import Engine
from platinum.ops.population.lines import timestamps_of
from platinum.ops.population.moments import parse_ms
from platinum.ports import LEARNING
from tests.builders.deployments import read_all

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
START_MS = 20_513 * DAY_MS
#: Day of the sudden step.
STEP_DAY = 70
#: Course → what times are multiplied by after so many days.
COURSES = {"steady": 1.0, "+20 % in 30 days": 1.2, "+50 % in 30 days": 1.5, "-30 % in 30 days": 0.7}
STEP = "+40 % in one day"


class Kind(NamedTuple):
    """A kind of promise: median hours at first, sigma of the logarithm, and in how many days it is promised while nothing is known."""

    median_h: float
    sigma: float
    within_days: int

    @property
    def within_ms(self) -> int:
        """The policy's own time."""
        return self.within_days * DAY_MS


KINDS = {"call-back": Kind(12.0, 0.55, 4), "put-right": Kind(60.0, 0.35, 12)}
#: Of their first days, only the quick ones are known for long.
WIDE = {
    "wide-0.7": Kind(60.0, 0.7, 12),
    "wide-0.85": Kind(60.0, 0.85, 15),
    "wide-1.0": Kind(60.0, 1.0, 21),
    "ten-days": Kind(240.0, 0.5, 30),
}
WIDE_COURSES = ("steady", "+20 % in 30 days", "-30 % in 30 days")
_ALL = KINDS | WIDE
_POLICY = """
policy: quoted-world
currency: EUR
timezone: UTC
channels: {{phone: {{kind: outbound, cost: 0.10}}}}
decide_on: [request_made]
promises: {{answer: no, {promises}}}
actions:
{actions}
"""


class Promise(NamedTuple):
    """One line of the world's books."""

    course: str
    kind: str
    made_ms: int
    due_ms: int
    took_ms: int

    @property
    def in_time(self) -> bool:
        """Whether it was kept by when it was due."""
        return self.made_ms + self.took_ms <= self.due_ms

    @property
    def quoted(self) -> bool:
        """Whether the time came from the learner: the policy's own holds while nothing is known."""
        return self.due_ms - self.made_ms != _ALL[self.kind].within_ms

    @property
    def day(self) -> int:
        """Day of the world on which it was made."""
        return (self.made_ms - START_MS) // DAY_MS


@dataclass
class Kept:
    """What a run comes to.

    Attributes
    ----------
    promises : list of Promise
        The world's books.
    ledger : dict of class → (int, int)
        What the engine's ledgers told the learner: promises that ended, and of them those kept in time.
    silent : int
        Requests that no decision answered with a promise.
    """

    promises: list[Promise] = field(default_factory=list)
    ledger: dict[str, tuple[int, int]] = field(default_factory=dict)
    silent: int = 0

    def books(self) -> dict[str, tuple[int, int]]:
        """The same per class as ``ledger``, by the world's books."""
        found: dict[str, tuple[int, int]] = {}
        for one in self.promises:
            n, in_time = found.get(name_of(one.course, one.kind), (0, 0))
            found[name_of(one.course, one.kind)] = n + 1, in_time + one.in_time
        return found


def lived(seed: int, days: int, per_day: int, courses: tuple[str, ...] = (*COURSES, STEP), kinds: tuple[str, ...] = tuple(KINDS)) -> Kept:
    """Live through some days with about ``per_day`` promises of each kind in each course a day, then until all of them are kept."""
    world, kept = _World(seed, courses, kinds), Kept()
    with Engine.open(policy_of(courses, kinds), partitions=2, buckets=8) as engine:
        hour = 0
        while hour < 24 * days or world.open:
            decisions = engine.process(world.hour(hour, per_day / 24.0 if hour < 24 * days else 0.0))
            kept.promises += world.hear(decisions)
            hour += 1
        engine.advance(timestamps_of(START_MS + hour * HOUR_MS + max(one.within_ms for one in _ALL.values())))
        kept.ledger, kept.silent = _ledger(engine), world.silent
    return kept


def _ledger(engine: Engine) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for record in chain(*engine._run(read_all(engine._deployment.log, LEARNING))):
        fact = orjson.loads(record.value)
        # What is kept after it was broken is told again, with nothing said: the promise was counted when it broke.
        if fact["fact"] == "promise_ended" and fact["said"] > 0.0:
            n, in_time = found.get(fact["name"], (0, 0))
            found[fact["name"]] = n + 1, in_time + (fact["kept"] == fact["said"])
    return found


def name_of(course: str, kind: str) -> str:
    """Name of a class of promises, and of what is asked for."""
    return f"{kind.replace('.', '-')}-{[*COURSES, STEP].index(course)}"


def factor(course: str, day: float) -> float:
    """How much longer than at first it takes, of what is promised on this day."""
    if course == STEP:
        return 1.4 if day >= STEP_DAY else 1.0
    return float(COURSES[course] ** (day / 30.0))


def policy_of(courses: tuple[str, ...], kinds: tuple[str, ...]) -> bytes:
    """A policy with a class and an answer for each kind in each course."""
    names = [(name_of(course, kind), _ALL[kind].within_days) for course in courses for kind in kinds]
    promises = ", ".join(f"{name}: {{within: {days}d}}" for name, days in names)
    actions = "\n".join(
        f"  say-{name}: {{type: answer, intent: {name}, channels: [phone], promise: {{class: {name}, within: quote}}, words: We do.}}"
        for name, _ in names
    )
    return _POLICY.format(promises=promises, actions=actions).encode()


class _World:
    """People who ask, and desks that do what was promised."""

    def __init__(self, seed: int, courses: tuple[str, ...], kinds: tuple[str, ...]) -> None:
        self._rng = np.random.default_rng(seed)
        self._classes = {name_of(course, kind): (course, kind) for course in courses for kind in kinds}
        self._people = self.silent = 0
        self._sent: list[tuple[str, str]] = []
        #: When what was promised is done, to whom, and which promise it keeps.
        self.open: list[tuple[int, str, str]] = []

    def hour(self, hour: int, many: float) -> list[dict[str, Any]]:
        """What happens within an hour, in order: what was decided is sent, desks do what they have to, people ask."""
        from_ms = START_MS + hour * HOUR_MS
        told = [(from_ms, _event("Contact Dispatched", who, from_ms, decision_id=promise)) for promise, who in self._sent]
        self._sent = []
        while self.open and self.open[0][0] < from_ms + HOUR_MS:
            at_ms, who, promise = heapq.heappop(self.open)
            # What took minutes was done before the world heard of its promise: word of it comes with the next hour.
            received_ms = max(at_ms, from_ms)
            event = _event("Promise Kept", who, at_ms, promise_id=promise)
            told.append((received_ms, event | {"receivedAt": timestamps_of(received_ms)}))
        for name in self._classes:
            for _ in range(int(self._rng.poisson(many))):
                self._people += 1
                at_ms = from_ms + int(self._rng.integers(HOUR_MS))
                told.append((at_ms, _event("Request Made", f"p-{self._people}", at_ms, intent=name)))
        return [event for _, event in sorted(told, key=lambda one: one[0])]

    def hear(self, decisions: list[dict[str, Any]]) -> Iterator[Promise]:
        """Note what was promised, and draw how long it takes."""
        for decision in decisions:
            if decision["promise"] is None:
                self.silent += 1
                continue
            course, kind = self._classes[decision["promise"]["class"]]
            made_ms, due_ms = parse_ms(decision["decided_at"]), parse_ms(decision["promise"]["due_at"])
            median_ms = _ALL[kind].median_h * HOUR_MS * factor(course, (made_ms - START_MS) / DAY_MS)
            took_ms = round(median_ms * float(np.exp(_ALL[kind].sigma * self._rng.standard_normal())))
            self._sent.append((decision["decision_id"], decision["customer_id"]))
            heapq.heappush(self.open, (made_ms + took_ms, decision["customer_id"], decision["promise"]["promise_id"]))
            yield Promise(course, kind, made_ms, due_ms, took_ms)


def _event(name: str, who: str, at_ms: int, **properties: str) -> dict[str, Any]:
    ref = next(iter(properties.values()))
    return {
        "type": "track",
        "event": name,
        "userId": who,
        "messageId": f"{name} {who} {ref}",
        "timestamp": timestamps_of(at_ms),
        "properties": properties,
    }
