"""``platinum report thanks``: what became of thanks, from event files and their decisions or from a deployment's own log."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from platinum.events.decode import decode
from platinum.events.plans import Decoding
from platinum.ids import decision_ref
from platinum.learn.thanks import Life, thanks_report
from platinum.policy.load import load_policy
from platinum.policy.policy import Policy
from platinum.ports import Fetched
from platinum.vocabulary.codes import ActionType, Kind
from platinum.wiring.effort_report import fill_from_files, fill_from_log

_THANK_YOU, _HELD_OUT = ActionType.THANK_YOU.name.lower(), "thanks_held_out"
_SELLS = (ActionType.OFFER.name.lower(), ActionType.HELP.name.lower())
_MET = (Kind.CONTACT_DISPATCHED, Kind.CONTACT_DELIVERED, Kind.DECISION_SHOWN, Kind.DECISION_ACCEPTED)
_KEPT = (*_MET, Kind.ORDER_COMPLETED, Kind.CASE_OPENED, Kind.CASE_CLOSED)
#: ``fault`` of a case that is nobody's debt.
_THEIRS, _NOBODYS = 2, 3


class Thanked:
    """What is kept of a history on the way: a ``Life`` per person, and what met them."""

    def __init__(self, policy: Policy) -> None:
        self.events = self.rejected = 0
        self._decoding = Decoding(policy.mappings, currency=policy.currency)
        self._earns = policy.tables.thank_for
        self._kinds = np.array(sorted({*map(int, _KEPT), *np.flatnonzero(self._earns).tolist()}))
        self._outbound = {name for name, one in zip(policy.channels, policy.tables.channels, strict=True) if one["outbound"]}
        self._lives: dict[str, Life] = defaultdict(Life)
        self._cases: dict[tuple[str, int], list[int]] = {}
        self._met: dict[int, int] = {}  # decision_ref → first time at which it met somebody
        self._thanks: list[dict[str, Any]] = []
        self._promotions: list[tuple[str, int, int]] = []  # customer, decision_ref, send time
        self._last_ms = 0

    def tell(self, records: Sequence[Fetched]) -> None:
        """Take in events; what is none is counted."""
        plain = [one._replace(offset=i) for i, one in enumerate(records) if one.value]
        columns, rejections = decode(plain, self._decoding)
        self.events += len(columns.events)
        self.rejected += len(rejections)
        if len(columns.events):
            self._last_ms = max(self._last_ms, int(columns.events["occurred_ms"].max()))
        for i in np.flatnonzero(np.isin(columns.events["kind"], self._kinds)).tolist():
            self._fold(columns.keys[i].decode(), columns.events[i])

    def _fold(self, customer: str, event: Any) -> None:
        life, kind, at_ms, ref = self._lives[customer], int(event["kind"]), int(event["occurred_ms"]), int(event["ref"])
        if kind in _MET:
            self._met[ref] = min(at_ms, self._met.get(ref, at_ms))
            return
        if kind == Kind.ORDER_COMPLETED and event["amount"] > 0:
            life.orders.append((at_ms, float(event["amount"])))
        elif kind == Kind.CASE_OPENED and event["code"] not in (_THEIRS, _NOBODYS):
            life.cases.append(self._cases.setdefault((customer, ref), [at_ms, 0]))
        elif kind == Kind.CASE_CLOSED and (customer, ref) in self._cases:
            self._cases.pop((customer, ref))[1] = at_ms
        if self._earns[kind] > 0:
            life.earned.append(at_ms)

    def decided(self, body: bytes) -> None:
        """Take in a decision."""
        decision = orjson.loads(body)
        customer, at_ms = decision["customer_id"], _ms(decision["decided_at"])
        self._last_ms = max(self._last_ms, at_ms)
        if decision["type"] == _THANK_YOU:
            self._thanks.append(decision)
        elif decision["type"] in _SELLS and decision["channel"] in self._outbound:
            self._promotions.append((customer, decision_ref(decision["decision_id"]), _ms(decision["send_at"])))
        if any(reason["code"] == _HELD_OUT for reason in decision["reasons"]):
            self._lives[customer].held_out.append(at_ms)

    def report(self, follow_up_days: int) -> dict[str, Any]:
        """The report, as ``platinum report thanks --json`` prints it."""
        confirmed = bool(self._met)
        for decision in self._thanks:
            planned_ms = 0 if confirmed else _ms(decision["send_at"])
            met_ms = self._met.get(decision_ref(decision["decision_id"]), planned_ms)
            self._lives[decision["customer_id"]].thanks.append((_ms(decision["decided_at"]), met_ms, decision))
        for customer, ref, send_ms in self._promotions:
            met_ms = self._met.get(ref, 0 if confirmed else send_ms)
            if met_ms:
                self._lives[customer].sold.append(met_ms)
        self._thanks, self._promotions = [], []
        counts = {"events": self.events, "rejected": self.rejected, "persons": len(self._lives), "confirmed": confirmed}
        return counts | thanks_report(list(self._lives.values()), self._last_ms, follow_up_days)


def _ms(instant: str) -> int:
    return round(datetime.fromisoformat(instant).timestamp() * 1000)


def report_files(files: Sequence[Path], policy: Path, decisions: Path | None, days: int, advance: Callable[[int], None]) -> dict[str, Any]:
    """The report of event files (one event per line, plain or .gz) and of their decisions, as ``platinum run`` writes them."""
    return fill_from_files(Thanked(load_policy(policy)), files, decisions, advance).report(days)


def report_log(data: Path, days: int) -> dict[str, Any]:
    """The report of everything that a deployment's log still holds, under the policy in force."""
    return asyncio.run(fill_from_log(data, Thanked)).report(days)
