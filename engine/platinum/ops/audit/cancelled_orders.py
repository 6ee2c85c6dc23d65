"""Orders that were cancelled or given back: no breach, but what follows them tells a firm something."""

from __future__ import annotations

from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Finding, Occasion, finding, nothing
from platinum.ops.audit.rules import Rules
from platinum.vocabulary.codes import Kind

BREACH = "order_cancelled"
_DETAILS = ("", "reason not said", "by your fault", "changed their mind")


def find(history: History, rules: Rules) -> Finding:
    """Each order, and each cancellation: it may not say which order it undoes, so it is an occasion of its own.

    No cost is told: what was cancelled is no spend, so customers who cancelled seem to have spent less before than those who only
    ordered; in a world where cancelling changed nothing, +11 (5 to 18) came out.
    """
    if not history.has(Kind.ORDER_CANCELLED):
        return nothing(BREACH, "no cancelled orders in these files")
    seen: list[Occasion] = []
    rows = history.of(Kind.ORDER_COMPLETED, Kind.ORDER_CANCELLED)
    for who, at_ms, kind, code, channel in Columns(rows, ("who", "at_ms", "kind", "code", "channel")):
        is_broken = kind == Kind.ORDER_CANCELLED
        detail = code + 1 if is_broken and 0 <= code <= 2 else int(is_broken)
        seen.append((at_ms, 0, who, channel, 0, 0, detail, is_broken))
    return finding(BREACH, seen, [], _DETAILS)
