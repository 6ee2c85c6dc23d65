"""``platinum report goals``: whether goals come before gadgets, from event files and their decisions or from a deployment's own log."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from platinum.events.decode import decode
from platinum.events.plans import Decoding
from platinum.ids import decision_ref
from platinum.learn.goals import Aims, gadgets, goals_report
from platinum.policy.load import load_policy
from platinum.policy.policy import Policy
from platinum.ports import Fetched
from platinum.vocabulary.codes import ActionType, Kind
from platinum.wiring.effort_report import fill_from_files, fill_from_log

_OFFER = ActionType.OFFER.name.lower()
_HELPS = (ActionType.HELP, ActionType.ANSWER)
_MET = (Kind.CONTACT_DISPATCHED, Kind.CONTACT_DELIVERED, Kind.DECISION_SHOWN, Kind.DECISION_ACCEPTED)
_KEPT = np.array([*map(int, _MET), int(Kind.GOAL_STATED), int(Kind.GOAL_PROGRESSED)])
_GADGET = "gadget"


def serving_of(policy: Policy) -> dict[str, set[str]]:
    """Goal → help and answers of the policy that serve it."""
    settings, found = policy.tables.settings[0], {}
    for g in range(int(settings["n_goals"])):
        served = [
            one.name
            for one, row in zip(policy.actions, policy.tables.actions, strict=True)
            if one.type in _HELPS and (int(row["goal"]) == g + 1 or int(row["near_goals"]) >> g & 1)
        ]
        found[policy.names[int(settings["goal_names"][g])]] = set(served)
    return found


class Aimed:
    """What is kept of a history on the way: ``Aims`` per person, and what met them."""

    def __init__(self, policy: Policy) -> None:
        self.events = self.rejected = 0
        self._decoding = Decoding(policy.mappings, currency=policy.currency)
        self._names = policy.names
        self._serving = serving_of(policy)
        self._outbound = {name for name, one in zip(policy.channels, policy.tables.channels, strict=True) if one["outbound"]}
        self._helps = set().union(*self._serving.values())
        self._lives: dict[str, Aims] = defaultdict(Aims)
        self._met: dict[int, int] = {}  # decision_ref → first time at which it met somebody
        self._helped: list[tuple[str, int, int, str]] = []  # customer, decision_ref, send time, action
        self._offers: list[tuple[int, bool]] = []  # decision_ref, whether it is a gadget
        self._span = (0, 0)

    def tell(self, records: Sequence[Fetched]) -> None:
        """Take in events; what is none is counted."""
        plain = [one._replace(offset=i) for i, one in enumerate(records) if one.value]
        columns, rejections = decode(plain, self._decoding)
        self.events += len(columns.events)
        self.rejected += len(rejections)
        if len(columns.events):
            times = columns.events["occurred_ms"]
            self._reach(int(times.min()), int(times.max()))
        for i in np.flatnonzero(np.isin(columns.events["kind"], _KEPT)).tolist():
            self._fold(columns.keys[i].decode(), columns.events[i])

    def _reach(self, first_ms: int, last_ms: int) -> None:
        before = self._span
        self._span = (min(first_ms, before[0]) if before[1] else first_ms, max(last_ms, before[1]))

    def _fold(self, customer: str, event: Any) -> None:
        kind, at_ms, ref = int(event["kind"]), int(event["occurred_ms"]), int(event["ref"])
        if kind in _MET:
            self._met[ref] = min(at_ms, self._met.get(ref, at_ms))
            return
        hashed = int(event["name_a"])
        goal = self._names.get(hashed, f"#{hashed:08x}")
        if kind == Kind.GOAL_STATED:
            self._lives[customer].stated.append((at_ms, goal))
        else:
            self._lives[customer].progressed.append((at_ms, goal, float(event["low"])))

    def decided(self, body: bytes) -> None:
        """Take in a decision."""
        decision = orjson.loads(body)
        if decision["action"] is None:
            return
        ref, send_ms = decision_ref(decision["decision_id"]), _ms(decision["send_at"])
        self._reach(_ms(decision["decided_at"]), _ms(decision["decided_at"]))
        if decision["action"] in self._helps:
            self._helped.append((decision["customer_id"], ref, send_ms, decision["action"]))
        if decision["type"] == _OFFER and decision["channel"] in self._outbound:
            self._offers.append((ref, any(reason["code"] == _GADGET for reason in decision["reasons"])))

    def report(self) -> dict[str, Any]:
        """The report, as ``platinum report goals --json`` prints it."""
        confirmed = bool(self._met)
        for customer, ref, send_ms, action in self._helped:
            met_ms = self._met.get(ref, 0 if confirmed else send_ms)
            if met_ms:
                self._lives[customer].helped.append((met_ms, action))
        self._helped = []
        sent = [marked for ref, marked in self._offers if not confirmed or ref in self._met]
        first, last = (datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z" for ms in self._span)
        return {
            "events": self.events,
            "rejected": self.rejected,
            "confirmed": confirmed,
            "window": {"from": first if self._span[1] else None, "to": last if self._span[1] else None},
            "goals": sorted(self._serving),
            "gadgets": gadgets(sent) if self._serving else None,
            **goals_report(list(self._lives.values()), self._serving),
        }


def _ms(instant: str) -> int:
    return round(datetime.fromisoformat(instant).timestamp() * 1000)


def report_files(files: Sequence[Path], policy: Path, decisions: Path | None, advance: Callable[[int], None]) -> dict[str, Any]:
    """The report of event files (one event per line, plain or .gz) and of their decisions, as ``platinum run`` writes them."""
    return fill_from_files(Aimed(load_policy(policy)), files, decisions, advance).report()


def report_log(data: Path) -> dict[str, Any]:
    """The report of everything that a deployment's log still holds, under the policy in force."""
    return asyncio.run(fill_from_log(data, Aimed)).report()
