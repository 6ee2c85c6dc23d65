"""More contacts than the rules, or the customer, allow in a window of time."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Finding, Occasion, anywhere, finding, nothing
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.sends import UNSOLICITED, sends, unsaid
from platinum.policy.scalars import DAY_MS
from platinum.vocabulary.codes import Kind, Preference

BREACH = "contacted_too_often"
_DETAILS = ("", "over the limit", "over what the customer asked for")
_FINE, _LIMIT, _STATED = 0, 1, 2


class _Stated(NamedTuple):
    """A cadence that the customer asked for."""

    limit: int
    window_ms: int


def find(history: History, rules: Rules) -> Finding:
    """Count the contacts that nobody asked for in the window that ends with each of them, over all channels."""
    if not history.has(Kind.CONTACT_DISPATCHED):
        return nothing(BREACH, "no contacts of yours in these files")
    sent = sends(history)
    of_send = iter(Columns(sent, ("channel", "purpose", "name_a")))
    judged: list[Occasion] = []
    past: deque[int] = deque()
    stated: _Stated | None = None
    whose = -1
    rows = history.of(Kind.CONTACT_DISPATCHED, Kind.PREFERENCE_STATED)
    for who, at_ms, kind, code, low, high, amount in Columns(rows, ("who", "at_ms", "kind", "code", "low", "high", "amount")):
        if who != whose:
            whose, past, stated = who, deque(), None
        if kind == Kind.PREFERENCE_STATED:
            if code == Preference.CADENCE:
                stated = _Stated(int(low), int(high * DAY_MS)) if amount > 0 else None
            continue
        channel, purpose, campaign = next(of_send)
        if purpose not in UNSOLICITED:
            continue
        detail = _FINE
        if stated and _full(past, at_ms, stated.limit, stated.window_ms):
            detail = _STATED
        elif _full(past, at_ms, rules.contacts, rules.contacts_window_ms):
            detail = _LIMIT
        past.append(at_ms)
        judged.append((at_ms, 0, who, channel, campaign, 0, detail, detail > _FINE))
    return finding(BREACH, judged, anywhere(judged), _DETAILS, note=unsaid(sent))


def _full(past: deque[int], at_ms: int, limit: int, window_ms: int) -> bool:
    """The one comparison of a rolling cap: whether the ``limit``-th most recent contact is still inside the window (5.7)."""
    if limit == 0:
        return True
    return len(past) >= limit and past[-limit] > at_ms - window_ms
