"""A past told to an engine: the same events under numbers for customers, without the firm's own contacts, which the engine decides anew.

Whatever the engine wants sent is taken as sent at its ``send_at``, and told back: its caps and intervals count what went out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import heappop, heappush
from typing import Any, NamedTuple

import orjson

from platinum.events.bare import bare
from platinum.events.times import parse_ms
from platinum.ops.line import Line
from platinum.vocabulary.codes import PURPOSE_OF, Purpose

#: ``Engine.process``: events in order → decisions in order.
Process = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
_MOST_IN_BATCH = 5_000
_PROMOTION, _ALL = "promotion", "all"
#: What takes a waiting contact out of the plan → which ones (``profile.withdraw`` has the exact rules).
_ENDS = {
    "Order Completed": _PROMOTION,
    "Complaint Made": _ALL,
    "Unsubscribed": _PROMOTION,
    "Objection Made": _ALL,
    "Contact Marked Spam": _PROMOTION,
}
_PROMOTING = frozenset(kind.name.lower() for kind, purpose in PURPOSE_OF.items() if purpose == Purpose.PROMOTION)
_OWN = frozenset(("Contact Dispatched", "Contact Delivered", "Contact Bounced", "Contact Aborted"))


class Decided(NamedTuple):
    """What an engine decided, as far as a report tells it; silence has no channel.

    Attributes
    ----------
    sent_ms : int
        When it goes out; -1 = nothing does.
    """

    who: int
    at_ms: int
    sent_ms: int
    type: str
    channel: str
    action: str


class Told(NamedTuple):
    """One event for the engine."""

    time_ms: int
    order: int
    event: dict[str, Any]


def retold(lines: Iterable[Line], numbers: Mapping[str, int], latest_ms: int) -> list[Told]:
    """Events in order of time, without the firm's own contacts; ``numbers`` gives each customer's."""
    told: list[Told] = []
    for line in lines:
        event = orjson.loads(bare(line.value))
        if event.get("event") in _OWN:
            continue
        at_ms = parse_ms(event.get("timestamp") or "")
        key = event["userId"] if event.get("userId") is not None else f"anon:{event.get('anonymousId')}"
        who = numbers.get(key.strip().lower() if "@" in key else key)
        if at_ms is None or at_ms > latest_ms or who is None:
            continue
        event.pop("anonymousId", None)
        event.pop("receivedAt", None)  # one who is told late must not be met late
        event["userId"] = str(who)
        told.append(Told(at_ms, len(told), event))
    told.sort()
    return told


def decisions(told: list[Told], process: Process, advance: Callable[[int], None]) -> Iterator[Decided]:
    """Play a past; yields what was decided.

    Parameters
    ----------
    advance : callable
        Told how many events were played since its last call.

    Notes
    -----
    A contact that goes out at once is out before the customer's next event, as it would be live, so no batch has two events of one
    customer. One that waits for the morning is dropped when an event comes first that rules it out: an order ends a promotion, a
    complaint or an opt-out all that nobody asked for.
    """
    play = _Play(process)
    for one in told:
        yield from play.until(one.time_ms)
        yield from play.add(one.time_ms, one.event)
        advance(1)
    yield from play.flush()


class _Play:
    """The batch in the making, and the contacts that wait for their time."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._batch: list[dict[str, Any]] = []
        self._in_batch: set[str] = set()
        self._due: list[tuple[int, str, dict[str, Any]]] = []
        self._gone: set[str] = set()
        #: Customer → (decision, whether it promotes) of what waits.
        self._waiting: dict[str, list[tuple[str, bool]]] = {}

    def until(self, at_ms: int) -> Iterator[Decided]:
        """Send what is due by an instant."""
        while self._due and self._due[0][0] <= at_ms:
            sent_ms, decision, event = heappop(self._due)
            waiting = self._waiting[event["userId"]]
            waiting[:] = [one for one in waiting if one[0] != decision]
            if decision not in self._gone:
                yield from self.add(sent_ms, event)

    def add(self, at_ms: int, event: dict[str, Any]) -> Iterator[Decided]:
        """Put one event behind the others; first the batch is played if it has one of this customer."""
        who = event["userId"]
        if who in self._in_batch or len(self._batch) >= _MOST_IN_BATCH:
            yield from self.flush()
            yield from self.until(at_ms)  # what the batch wanted sent at once
        ends = _ENDS.get(event.get("event", ""))
        if ends and who in self._waiting:
            self._gone.update(decision for decision, promotes in self._waiting[who] if promotes or ends == _ALL)
        self._batch.append(event)
        self._in_batch.add(who)

    def flush(self) -> Iterator[Decided]:
        """Play the batch."""
        made = self._process(self._batch) if self._batch else []
        self._batch, self._in_batch = [], set()
        for decision in made:
            one = _decided(decision)
            yield one
            if one.sent_ms >= 0:
                key = decision["decision_id"]
                heappush(self._due, (one.sent_ms, key, _dispatch(decision)))
                self._waiting.setdefault(decision["customer_id"], []).append((key, one.type in _PROMOTING))


def _decided(decision: dict[str, Any]) -> Decided:
    sent_ms = parse_ms(decision["send_at"]) if decision["send_at"] else None
    return Decided(
        int(decision["customer_id"]),
        parse_ms(decision["decided_at"]) or 0,
        -1 if sent_ms is None else sent_ms,
        decision["type"],
        decision["channel"] or "",
        decision["action"] or "",
    )


def _dispatch(decision: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "track",
        "event": "Contact Dispatched",
        "userId": decision["customer_id"],
        "messageId": f"sent-{decision['decision_id']}",
        "timestamp": decision["send_at"],
        "properties": {"decision_id": decision["decision_id"], "channel": decision["channel"]},
    }
