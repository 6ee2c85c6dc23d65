"""Orders that were cancelled or given back: no breach, but what follows them tells a firm something."""

from __future__ import annotations

from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Finding, Occasion, finding, nothing
from platinum.ops.audit.rules import Rules
from platinum.vocabulary.codes import Kind

BREACH = "order_cancelled"
_DETAILS = ("", "reason not said", "by your fault", "changed their mind")
#: An order and what it cost lie before the instant that is looked from, as an order does that is cancelled later.
_JUST_AFTER_MS = 1000


def find(history: History, rules: Rules) -> Finding:
    """Each order, and each cancellation; compared are customers who cancelled with those who only ordered.

    A cancellation may not say which order it undoes, so it is an occasion of its own.
    """
    if not history.has(Kind.ORDER_CANCELLED):
        return nothing(BREACH, "no cancelled orders in these files")
    compared: list[Occasion] = []
    rows = history.of(Kind.ORDER_COMPLETED, Kind.ORDER_CANCELLED)
    for who, at_ms, kind, code, channel in Columns(rows, ("who", "at_ms", "kind", "code", "channel")):
        is_broken = kind == Kind.ORDER_CANCELLED
        detail = code + 1 if is_broken and 0 <= code <= 2 else int(is_broken)
        compared.append((at_ms + _JUST_AFTER_MS * (not is_broken), 0, who, channel if is_broken else 0, 0, 0, detail, is_broken))
    return finding(BREACH, compared, [(*one[:3], 0, 0, 0, *one[6:]) for one in compared], _DETAILS)
