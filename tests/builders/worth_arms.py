"""How a firm of the trial of worth treats people: what all of them are asked, and the answer of one that has Platinum.

Every arm is handed a day's events of its people and says what they will hear at midnight. It may send what ``Left`` leaves it, no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from platinum.engine import Engine
from platinum.ops.population import START_MS
from platinum.ops.population.draws import one
from platinum.ops.population.lines import timestamps_of
from tests.builders.societies import DAY_MS, Event
from tests.builders.worth_left_out import effort_of_actions
from tests.builders.worth_policy import Json, source

#: Hours (UTC) at which the shop hands on what happened since the last time; what comes after the last is handed on as the day ends.
HANDED_ON = ("08:00:00.000Z", "11:00:00.000Z", "14:00:00.000Z", "17:00:00.000Z", "20:00:00.000Z", "23:59:59.000Z")
#: Fewer, where it is only looked at whether intervals are right: it takes a third of the time.
SELDOM = ("14:00:00.000Z", "23:59:59.000Z")
#: Share of the visits on which the page asks; whoever starts a conversation is always asked about on the agent's screen.
PAGE_ASKS = 0.1
_EFFORT = effort_of_actions()
_FIRST = {lane: rank for rank, lane in enumerate(("legal", "owed", "asked", "thank", "growth"))}


class Left(NamedTuple):
    """What an arm may still send and spend today so that it is no more than the first arm sent and spent until now.

    Contacts bind every arm. Money binds the firms without Platinum: they take nothing off their offers while there is none left. Under a
    policy it is what the policy grants.
    """

    contacts: float
    money: float


NO_END = Left(float("inf"), float("inf"))


class Arm(Protocol):
    """A way of treating people."""

    def treat(self, day: int, events: Sequence[Event], left: Left) -> list[Json]:
        """What its people hear at midnight: placements that were shown today, and contacts that were sent today."""

    def close(self) -> None:
        """Release what it holds."""


class ByPolicy:
    """Platinum under a policy, and a channel system that sends in time what was not withdrawn."""

    def __init__(self, policy: Json, seed: int, hours: Sequence[str] = HANDED_ON) -> None:
        self._hours = hours
        self._engine = Engine.open(source(policy), partitions=1, buckets=4)
        self._seed = seed
        self._planned: dict[str, Json] = {}
        self._aborted: list[Event] = []

    def treat(self, day: int, events: Sequence[Event], left: Left) -> list[Json]:
        """See ``Arm``. What is beyond ``left`` is aborted, and Platinum is told the next day; what is owed is sent first."""
        made = self._engine.process(handed_on([*self._aborted, *events], self._hours))
        for decision in made:
            if decision["type"] != "silence":
                self._planned[decision["decision_id"]] = decision
        for taken_back in self._engine.withdrawn:
            self._planned.pop(taken_back, None)
        shown = list(self._shown(events))
        due = self._due(START_MS + (day + 1) * DAY_MS)
        sent = due[: round(max(0.0, min(left.contacts, len(due))))]
        begins = timestamps_of(START_MS + (day + 1) * DAY_MS)
        self._aborted = [_aborted(decision, begins) for decision in due[len(sent) :]]
        return [_known(decision) for decision in (*shown, *sent)]

    def _shown(self, events: Sequence[Event]) -> Iterable[Json]:
        for customer, place, intent in asking(self._seed, events):
            decision = self._engine.decide(customer, place, context={"intent": intent} if intent else None)
            if decision["type"] != "silence":
                yield decision

    def _due(self, before_ms: int) -> list[Json]:
        edge = timestamps_of(before_ms)
        due = sorted(
            (one for one in self._planned.values() if str(one["send_at"]) < edge),
            key=lambda one: (_FIRST[one["lane"]], one["send_at"], one["decision_id"]),
        )
        for decision in due:
            del self._planned[decision["decision_id"]]
        return due

    def close(self) -> None:
        self._engine.close()


def handed_on(events: Iterable[Event], hours: Sequence[str]) -> list[Event]:
    """The same in the same order, each received when the shop hands it on next: its own time stays its own."""
    return [{**event, "receivedAt": _next_hour(event["receivedAt"], hours)} for event in events]


def _next_hour(received: str, hours: Sequence[str]) -> str:
    date, time = received[:11], received[11:]
    return date + next((hour for hour in hours if time <= hour), hours[-1])


def _aborted(decision: Json, at: str) -> Event:
    event = {"type": "track", "event": "Contact Aborted", "messageId": f"x-{decision['decision_id']}", "userId": decision["customer_id"]}
    return event | {"timestamp": at, "receivedAt": at, "properties": {"decision_id": decision["decision_id"]}}


def _known(decision: Json) -> Json:
    """With what the shop knows of its own actions."""
    return decision | {"effort": _EFFORT.get(str(decision["action"]), 0.0)}


def asking(seed: int, events: Sequence[Event]) -> Iterable[tuple[str, str, str | None]]:
    """Who is asked about today: customer, placement, intent."""
    for event in events:
        if event.get("event") == "Contact Started":
            yield str(event["userId"]), "screen", str(event["properties"]["intent"])
        elif event["type"] == "page" and one(seed, str(event["messageId"]), "asks") < PAGE_ASKS:
            yield str(event["userId"]), "home", None
