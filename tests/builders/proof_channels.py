"""A simulated channel system: what it does with planned contacts, by a hash of their id. It sends, claims, aborts, forgets, is late.

It goes by what is published: it sends nothing that was withdrawn, nothing that a claim was told to drop, nothing that is over.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from platinum.ops.population.draws import one
from platinum.ops.population.lines import timestamps_of
from platinum.ops.population.moments import parse_ms

Json = dict[str, Any]
SECOND_MS, MINUTE_MS, HOUR_MS = 1_000, 60_000, 3_600_000
#: Share of contacts, and what becomes of them.
#: ``send in its time``: at some instant until it is over. ``crash``: claimed, and never sent. ``too late``: claimed when it is over.
FATES = (
    (0.20, "send"),
    (0.22, "send in its time"),
    (0.08, "send and tell late"),
    (0.22, "claim"),
    (0.07, "crash"),
    (0.08, "abort"),
    (0.08, "forget"),
    (0.05, "too late"),
)


class Claim(NamedTuple):
    """An asking that is due."""

    at_ms: int
    customer: str
    decision_id: str
    claimant: str


def fate_of(seed: int, decision_id: str) -> str:
    """What becomes of a contact."""
    at = one(seed, decision_id, "fate")
    for share, name in FATES:
        at -= share
        if at < 0.0:
            return name
    return FATES[0][1]


class ChannelSystem:
    """Contacts on their way.

    Attributes
    ----------
    sent : list of decisions
        Dispatched since they were last taken: what people hear of.
    answers : dict of decision id → list of (claimant, answer)
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._due: list[tuple[int, int, str, Json]] = []
        self._entered = 0
        self._withdrawn: set[str] = set()
        self.sent: list[Json] = []
        self.answers: dict[str, list[tuple[str, str]]] = {}

    def take(self, decisions: Iterable[Json]) -> None:
        """Plan what to do with the contacts among new decisions."""
        for decision in decisions:
            if decision["placement"] is None and decision["type"] != "silence":
                fate, send_ms, ends_ms = self._span(decision)
                self._plan(send_ms if fate in ("send", "send and tell late") else self._within(decision, send_ms, ends_ms), fate, decision)

    def withdraw(self, decision_ids: Iterable[str]) -> None:
        """Hear of withdrawals."""
        self._withdrawn.update(decision_ids)

    def due(self, before_ms: int, ask: Callable[[Claim], str]) -> list[Json]:
        """Do what is due; returns the events that tell of it, in no order."""
        events: list[Json] = []
        while self._due and self._due[0][0] < before_ms:
            at_ms, _, what, decision = heapq.heappop(self._due)
            if what.startswith("send"):
                events += self._send(at_ms, decision, 20 * HOUR_MS if what.endswith("late") else 0)
            elif what in ("claim", "crash", "too late"):
                self._claim(at_ms, what, decision, ask)
            elif what == "claimed":
                events += self._dispatched(at_ms, decision, 0)
            elif what == "abort":
                events.append(_event("Contact Aborted", at_ms, at_ms, decision))
        return events

    def _span(self, decision: Json) -> tuple[str, int, int]:
        return fate_of(self._seed, decision["decision_id"]), parse_ms(decision["send_at"]), parse_ms(decision["expires_at"])

    def _within(self, decision: Json, send_ms: int, ends_ms: int) -> int:
        """An instant of the contact's life, not at its very end; behind it for who is too late."""
        if fate_of(self._seed, decision["decision_id"]) == "too late":
            return ends_ms + round(2 * HOUR_MS * one(self._seed, decision["decision_id"], "too late"))
        share = one(self._seed, decision["decision_id"], "when")
        return send_ms + round(share * max(0, ends_ms - send_ms - 2 * HOUR_MS)) + SECOND_MS

    def _plan(self, at_ms: int, what: str, decision: Json) -> None:
        self._entered += 1
        heapq.heappush(self._due, (at_ms, self._entered, what, decision))

    def _send(self, at_ms: int, decision: Json, late_ms: int) -> list[Json]:
        if decision["decision_id"] in self._withdrawn:
            return []
        return self._dispatched(at_ms + 1, decision, late_ms)

    def _dispatched(self, at_ms: int, decision: Json, late_ms: int) -> list[Json]:
        if at_ms >= parse_ms(decision["expires_at"]):
            return []
        self.sent.append(decision)
        told_ms = at_ms + round(late_ms * one(self._seed, decision["decision_id"], "told"))
        return [_event("Contact Dispatched", at_ms, told_ms, decision)]

    def _claim(self, at_ms: int, what: str, decision: Json, ask: Callable[[Claim], str]) -> None:
        identity = decision["decision_id"]
        answers = self.answers.setdefault(identity, [])
        askers = ("mailer-1", "mailer-2", "mailer-1") if one(self._seed, identity, "rivals") < 0.2 else ("mailer-1",)
        for claimant in askers:
            answers.append((claimant, ask(Claim(at_ms, decision["customer_id"], identity, claimant))))
        if what == "claim" and answers[0][1] == "send":
            self._plan(at_ms + round(30 * MINUTE_MS * one(self._seed, identity, "sends")), "claimed", decision)


def _event(name: str, at_ms: int, told_ms: int, decision: Mapping[str, Any]) -> Json:
    return {
        "type": "track",
        "event": name,
        "messageId": f"ch-{name[8:10]}-{decision['decision_id']}",
        "userId": decision["customer_id"],
        "timestamp": timestamps_of(at_ms),
        "receivedAt": timestamps_of(told_ms),
        "properties": {"decision_id": decision["decision_id"], "channel": decision["channel"]},
    }
