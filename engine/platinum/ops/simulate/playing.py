"""One policy over a stretch: what it decides, and what it really sends.

What may be sent within an hour leaves unless the engine has taken it back by the end of that hour, and is told back then, with the
instant at which it might be sent. So events are handed over by the hour and not one by one; meanwhile the plan itself counts in the caps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, NamedTuple, Protocol

import numpy as np
import orjson

from platinum.events.times import parse_ms
from platinum.ops.audit.retell import Decided
from platinum.ops.simulate.stretch import Told

_HOUR_MS = 3_600_000

#: Members of a decision by which changes are told.
DIMENSIONS = ("lane", "type", "channel", "tone", "action")
NONE = "none"


class Made(NamedTuple):
    """One decision, as far as it is compared.

    Attributes
    ----------
    said : tuple of str
        One word for each of ``DIMENSIONS``.
    ground : str
        On what a contact stands; "" = none.
    account : str
        Id of the account in whose role it was made; "" = for themselves, or an id that is too long to be kept.
    """

    who: int
    at_ms: int
    placement: str
    said: tuple[str, ...]
    ground: str
    outbound: bool
    explored: bool
    reason: str
    account: str = ""

    def of(self, dimension: str) -> str:
        """Its word for one of ``DIMENSIONS``."""
        return self.said[DIMENSIONS.index(dimension)]


Pair = tuple[Made, Made]


class Standing(NamedTuple):
    """How somebody stands at the end of a stretch: their tier, "" where the policy has none, and the segments that they are in."""

    tier: str
    segments: tuple[str, ...]


class Sent(NamedTuple):
    """A contact that left."""

    sent_ms: int
    made: Made


@dataclass(slots=True)
class Played:
    """What one policy did.

    Attributes
    ----------
    rejected : int
        Events that it did not take.
    standing : dict
        Customer number → how they stand in the end; empty where the policy has neither tiers nor segments.
    """

    made: list[Made] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    rejected: int = 0
    standing: dict[int, Standing] = field(default_factory=dict)

    def as_decided(self) -> list[Decided]:
        """What left, as the audit's rules read it."""
        return [
            Decided(one.made.who, one.made.at_ms, one.sent_ms, one.made.of("type"), one.made.of("channel"), one.made.of("action"))
            for one in self.sent
        ]


class Player(Protocol):
    """What plays: an engine in memory."""

    def process_json(self, events: Sequence[bytes]) -> list[bytes]:
        """Events in order → decisions."""

    @property
    def withdrawn(self) -> list[str]:
        """Ids of planned contacts that the last events took back."""

    @property
    def rejected(self) -> list[Any]:
        """Events of the last call that were not taken."""


def play(told: Sequence[Told], player: Player, advance: Callable[[int], None]) -> Played:
    """Play a stretch hour by hour; ``advance`` is told how many events were played since its last call."""
    played = Played()
    planned: dict[str, Sent] = {}
    due: list[tuple[int, str]] = []
    at = 0
    while at < len(told):
        hour = told[at].time_ms // _HOUR_MS
        end = at + 1
        while end < len(told) and told[end].time_ms // _HOUR_MS == hour:
            end += 1
        until_ms = (hour + 1) * _HOUR_MS
        _take(
            player.process_json([*_leaving(due, planned, hour * _HOUR_MS, played), *(one.value for one in told[at:end])]),
            planned,
            due,
            played,
        )
        played.rejected += len(player.rejected)
        for gone in player.withdrawn:
            planned.pop(gone, None)
        advance(end - at)
        at = end
    _leaving(due, planned, until_ms if told else 0, played)
    return played


def _take(bodies: Sequence[bytes], planned: dict[str, Sent], due: list[tuple[int, str]], played: Played) -> None:
    """Note what was decided, and when it may leave."""
    for body in bodies:
        decision = orjson.loads(body)
        made = made_of(decision)
        played.made.append(made)
        if made.outbound:
            sent_ms = parse_ms(decision["send_at"]) or 0
            planned[decision["decision_id"]] = Sent(sent_ms, made)
            heappush(due, (sent_ms, decision["decision_id"]))


def _leaving(due: list[tuple[int, str]], planned: dict[str, Sent], before_ms: int, played: Played) -> list[bytes]:
    """Events that tell of what left before an instant; what was taken back did not."""
    told = []
    while due and due[0][0] < before_ms:
        identity = heappop(due)[1]
        if sent := planned.pop(identity, None):
            played.sent.append(sent)
            told.append(_dispatched(identity, sent))
    return told


def _dispatched(identity: str, sent: Sent) -> bytes:
    at = np.datetime64(sent.sent_ms, "ms").item().isoformat() + "Z"
    event = {"type": "track", "event": "Contact Dispatched", "userId": str(sent.made.who), "messageId": f"sent-{identity}", "timestamp": at}
    return orjson.dumps(event | {"properties": {"decision_id": identity, "channel": sent.made.of("channel")}})


def made_of(decision: dict[str, Any]) -> Made:
    """One decision of an engine."""
    return Made(
        int(decision["customer_id"]),
        parse_ms(decision["decided_at"]) or 0,
        decision["placement"] or "",
        tuple(_word(decision[name]) for name in DIMENSIONS),
        "" if decision["basis"] is None else decision["basis"]["kind"],
        decision["placement"] is None and decision["send_at"] is not None,
        decision["explored"],
        decision["reasons"][0]["code"],
        (decision["role"] or {}).get("account") or "",
    )


def _word(value: Any) -> str:
    if isinstance(value, dict):
        value = value["id"]  # of a tone
    return NONE if value is None else str(value)
