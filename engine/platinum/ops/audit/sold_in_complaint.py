"""Promotions to customers who were waiting for something to be put right."""

from __future__ import annotations

from platinum.ops.audit.complaints import KINDS, Trouble, troubles
from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Finding, Occasion, finding, nothing
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.sends import SEND_COLUMNS, sends, unsaid
from platinum.vocabulary.codes import Kind, Purpose

BREACH = "sold_in_complaint"
_DETAILS = ("", "complaint open", "in quarantine")
_FREE, _OPEN, _QUARANTINE = 0, 1, 2


def find(history: History, rules: Rules) -> Finding:
    """Judge each promotion by the customer's troubles at its instant.

    Compared are customers with a trouble: those who were sold to in it with those who were left alone.
    """
    if not history.has(Kind.CONTACT_DISPATCHED):
        return nothing(BREACH, "no contacts of yours in these files")
    if not history.has(*(kind for kind in KINDS if kind not in (Kind.ORDER_CANCELLED, Kind.ORDER_REFUNDED, Kind.CONTACT_RESOLVED))):
        return nothing(BREACH, "no complaints, cases or failures in these files")
    of = troubles(history)
    sent = sends(history)
    judged: list[Occasion] = []
    sold: set[int] = set()
    for who, at_ms, channel, campaign, purpose, _ in Columns(sent, SEND_COLUMNS):
        if purpose == Purpose.PROMOTION:
            detail = _FREE
            for trouble in of.get(who, ()):
                state = state_at(trouble, at_ms, rules)
                if state:
                    sold.add(id(trouble))
                    detail = state if detail == _FREE else min(detail, state)
            judged.append((at_ms, 0, who, channel, campaign, 0, detail, detail > _FREE))
    compared = [(t.opened_ms, 0, who, t.channel, t.process, 0, 0, id(t) in sold) for who, listed in of.items() for t in listed]
    return finding(BREACH, judged, compared, _DETAILS, note=unsaid(sent))


def state_at(trouble: Trouble, at_ms: int, rules: Rules) -> int:
    """0 = nothing stands against a promotion, 1 = open, 2 = quarantine."""
    if at_ms < trouble.opened_ms:
        return _FREE
    if trouble.closed_ms < 0 or at_ms < trouble.closed_ms:
        return _OPEN if at_ms < trouble.opened_ms + rules.case_open_at_most_ms else _FREE
    ours = 0 <= trouble.ours_ms <= at_ms
    return _QUARANTINE if ours and at_ms < trouble.closed_ms + rules.quarantine_ms else _FREE
