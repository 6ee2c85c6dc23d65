"""What must not happen, looked for in what a policy sent: by the audit's rules where it has them, else recomputed from the contacts.

None of it asks the engine: what decides whether a contact was allowed here is what was said in the events, and the policy file.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from platinum.ops.audit import sold_in_complaint, without_basis
from platinum.ops.audit.history import History
from platinum.ops.audit.instead import with_contacts
from platinum.ops.audit.occasions import Finding
from platinum.ops.audit.rules import Rules
from platinum.ops.simulate.playing import Played, Sent
from platinum.ops.simulate.stretch import Stretch, zones
from platinum.policy.matrix import CELLS
from platinum.policy.policy import Policy
from platinum.policy.scalars import DAY_MS
from platinum.vocabulary.codes import PURPOSE_OF, ActionType, Gate, Lane, Purpose

#: Breach → what a table calls it.
BREACHES = {
    "without_basis": "contacts without a basis",
    "beyond_caps": "contacts beyond a cap",
    "quiet_hours": "contacts in quiet hours",
    "during_case": "promotion during an open case, or soon after",
    "outside_budget": "more than a budget grants",
}


#: Purposes whose contacts count for an account (``decide.resting``).
_COUNTED = (Purpose.PROMOTION, Purpose.RELATIONSHIP)


class Breach(NamedTuple):
    """One of them."""

    who: int
    at_ms: int
    channel: str
    action: str
    why: str


@dataclass(frozen=True, slots=True)
class Case:
    """What is looked at: a stretch, a policy, what it did, and the history with its contacts in place of the firm's."""

    stretch: Stretch
    policy: Policy
    played: Played
    history: History


def breaches(stretch: Stretch, policy: Policy, played: Played) -> dict[str, list[Breach]]:
    """All of them, by kind, in order of customer and time where the audit finds them, else of time."""
    case = Case(stretch, policy, played, with_contacts(stretch.history, played.as_decided()))
    return {name: list(find(case)) for name, find in _FINDERS.items()}


def _rules(policy: Policy) -> Rules:
    return replace(Rules(), timezone=policy.timezone, quarantine_ms=int(policy.tables.settings[0]["quarantine_ms"]))


def _without_basis(case: Case) -> Iterator[Breach]:
    for one in case.played.sent:
        if one.made.ground in ("", "none"):
            yield _of(one, "the decision names no ground")
    yield from _found(without_basis.find(case.history, _rules(case.policy)), case)


def _during_case(case: Case) -> Iterator[Breach]:
    yield from _found(sold_in_complaint.find(case.history, _rules(case.policy)), case)


def _found(finding: Finding, case: Case) -> Iterator[Breach]:
    name = case.history.name
    for one in finding.broken:
        why = finding.details[int(one["detail"])]
        sent = next((s for s in case.played.sent if s.made.who == one["who"] and s.sent_ms == one["at_ms"]), None)
        action = sent.made.of("action") if sent else name(int(one["process"]))
        yield Breach(int(one["who"]), int(one["at_ms"]), name(int(one["channel"])), action, why)


def _of(one: Sent, why: str) -> Breach:
    return Breach(one.made.who, one.sent_ms, one.made.of("channel"), one.made.of("action"), why)


def _beyond_caps(case: Case) -> Iterator[Breach]:
    """Each contact, of those that a cap counts, in whose window there are as many before it as the cap allows."""
    sent = sorted(case.played.sent, key=lambda one: one.sent_ms)
    for cap, text in zip(case.policy.tables.caps, case.policy.caps, strict=True):
        limit, window_ms = int(cap["limit"]), int(cap["window_ms"])
        channel = case.policy.channels[int(cap["channel"])] if cap["channel"] >= 0 else ""
        counted = (
            (one.made.who, one)
            for one in sent
            if int(cap["types"]) >> ActionType[one.made.of("type").upper()] & 1 and channel in ("", one.made.of("channel"))
        )
        yield from _beyond(counted, limit, window_ms, f"one more than {text}")
    yield from _beyond_account_cap(case.policy, sent)


def _beyond_account_cap(policy: Policy, sent: Sequence[Sent]) -> Iterator[Breach]:
    """Each promotional or relationship contact of an account that had as many in the window before it as it may."""
    limit, window_ms = int(policy.tables.settings[0]["account_cap"]), int(policy.tables.settings[0]["account_cap_ms"])
    if limit < 0:
        return
    counted = (
        (one.made.account, one) for one in sent if one.made.account and PURPOSE_OF[ActionType[one.made.of("type").upper()]] in _COUNTED
    )
    yield from _beyond(counted, limit, window_ms, f"one more to its account than accounts.cap: {limit} in {window_ms // DAY_MS} days")


def _beyond(counted: Iterable[tuple[int | str, Sent]], limit: int, window_ms: int, why: str) -> Iterator[Breach]:
    """Of contacts in order of time, each with whose it counts as: those before which there are ``limit`` of the same in the window."""
    past: dict[int | str, deque[int]] = defaultdict(deque)
    for whose, one in counted:
        times = past[whose]
        while times and times[0] <= one.sent_ms - window_ms:
            times.popleft()
        if len(times) >= limit and CELLS[Gate.CAP, Lane[one.made.of("lane").upper()]][0]:
            yield _of(one, why)
        times.append(one.sent_ms)


def _quiet_hours(case: Case) -> Iterator[Breach]:
    """Each contact whose minute, on the customer's clock as they last told it, is quiet on its channel."""
    told: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for who, from_ms, zone in zones(case.stretch.told):
        told[who].append((from_ms, zone))
    quiet = {
        name: (int(c["quiet_from"]), int(c["quiet_to"])) for name, c in zip(case.policy.channels, case.policy.tables.channels, strict=True)
    }
    for one in case.played.sent:
        first, last = quiet[one.made.of("channel")]
        if first < 0 or not CELLS[Gate.QUIET_HOURS, Lane[one.made.of("lane").upper()]][0]:
            continue
        said = told.get(one.made.who, [])
        at = bisect_right(said, (one.made.at_ms, "\x7f")) - 1
        minute = _minute(one.sent_ms, said[at][1] if at >= 0 else case.policy.timezone, case.policy.timezone)
        if first <= minute < last if first < last else (minute >= first or minute < last):
            yield _of(one, f"{minute // 60:02d}:{minute % 60:02d} where they are")


def _minute(at_ms: int, zone: str, otherwise: str) -> int:
    try:
        clock = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        clock = ZoneInfo(otherwise)
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(clock)
    return local.hour * 60 + local.minute


def _outside_budget(case: Case) -> Iterator[Breach]:
    """What was decided beyond what a budget without a floor grants over the whole stretch, chance of the draw (3 σ) allowed for."""
    settings, actions = case.policy.tables.settings[0], case.policy.tables.actions
    of = {action.name: int(actions[a]["budget"]) - 1 for a, action in enumerate(case.policy.actions) if actions[a]["budget"]}
    given: Counter[int] = Counter()
    days = math.floor(case.stretch.days) + 1
    for one in case.played.made:
        which = of.get(one.of("action"), -1)
        if which < 0 or settings["budget_floor_ms"][which] > 0:
            continue
        given[which] += 1
        granted = float(settings["budget_per_day"][which]) * days
        if given[which] > granted + 3.0 * float(np.sqrt(granted)):
            name = case.policy.names.get(int(settings["budget_name"][which]), "")
            yield Breach(one.who, one.at_ms, one.of("channel"), one.of("action"), f"{name} grants {granted:g} in {days} days")


_FINDERS: dict[str, Callable[[Case], Iterator[Breach]]] = {
    "without_basis": _without_basis,
    "beyond_caps": _beyond_caps,
    "quiet_hours": _quiet_hours,
    "during_case": _during_case,
    "outside_budget": _outside_budget,
}
