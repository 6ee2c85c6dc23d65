"""All rules over one history, in the order in which a report tells them."""

from __future__ import annotations

from collections.abc import Callable

from platinum.ops.audit import (
    asked_twice,
    broken_promises,
    cancelled_orders,
    late_deliveries,
    never_thanked,
    sold_in_complaint,
    too_often,
    unanswered,
    without_basis,
)
from platinum.ops.audit.history import History
from platinum.ops.audit.occasions import Finding
from platinum.ops.audit.rules import Rules

DETECTORS: tuple[Callable[[History, Rules], Finding], ...] = (
    late_deliveries.find,
    unanswered.find,
    broken_promises.find,
    sold_in_complaint.find,
    without_basis.find,
    too_often.find,
    never_thanked.find,
    asked_twice.find,
)


#: What is looked at beside the breaches.
OBSERVERS: tuple[Callable[[History, Rules], Finding], ...] = (cancelled_orders.find,)


def observe(history: History, rules: Rules) -> list[Finding]:
    """What is no breach, and worth knowing."""
    return [find(history, rules) for find in OBSERVERS]


def detect(history: History, rules: Rules) -> list[Finding]:
    """What each rule found."""
    return [find(history, rules) for find in DETECTORS]
