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
from platinum.policy.scalars import DAY_MS

#: ``Engine.process``: events in order → decisions in order.
Process = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
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
    """Play a past day by day; yields what was decided.

    Parameters
    ----------
    advance : callable
        Told how many events were played since its last call.
    """
    due: list[tuple[int, str, dict[str, Any]]] = []
    for day in _days(told):
        batch = [(one.time_ms, one.event) for one in day]
        while due and due[0][0] <= day[-1].time_ms:
            sent_ms, _, event = heappop(due)
            batch.append((sent_ms, event))
        batch.sort(key=lambda one: one[0])
        for decision in process([event for _, event in batch]):
            one = _decided(decision)
            yield one
            if one.sent_ms >= 0:
                heappush(due, (one.sent_ms, decision["decision_id"], _dispatch(decision)))
        advance(len(day))


def _days(told: list[Told]) -> Iterator[list[Told]]:
    day: list[Told] = []
    for one in told:
        if day and one.time_ms // DAY_MS != day[0].time_ms // DAY_MS:
            yield day
            day = []
        day.append(one)
    if day:
        yield day


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
