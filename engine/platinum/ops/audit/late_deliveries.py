"""Orders that did not arrive by their ``expected_delivery``."""

from __future__ import annotations

from collections.abc import Iterator

from platinum.hashing import name_hash
from platinum.ops.audit.due import DUE_DETAILS, Due, earliest, judge, moved
from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Finding, finding, nothing
from platinum.ops.audit.rules import Rules
from platinum.vocabulary.codes import Kind

BREACH = "late_delivery"
PROCESS = "delivery"


def find(history: History, rules: Rules) -> Finding:
    """Compare what ``Order Completed`` promised with ``Order Delivered`` of the same order.

    An order cancelled before it was due was not broken. ``Promise Renegotiated`` with the order's number moves it.
    """
    if not history.has(Kind.ORDER_COMPLETED):
        return nothing(BREACH, "no orders in these files")
    made = list(_promised(history))
    if not made:
        return nothing(BREACH, "no order says when it was expected to arrive")
    if not history.has(Kind.ORDER_DELIVERED):
        return nothing(BREACH, "orders say when they were expected, but nothing says when they arrived")
    history.names.setdefault(name_hash(PROCESS), PROCESS)
    void = earliest(history, Kind.ORDER_CANCELLED)
    judged = judge(made, earliest(history, Kind.ORDER_DELIVERED), moved(history), history.end_ms, void)
    return finding(BREACH, judged, details=DUE_DETAILS)


def _promised(history: History) -> Iterator[Due]:
    process = name_hash(PROCESS)
    for who, ref, high, channel in Columns(history.of(Kind.ORDER_COMPLETED), ("who", "ref", "high", "channel")):
        if high > 0 and ref:
            yield Due((who, ref), int(high), channel, process, 0)
