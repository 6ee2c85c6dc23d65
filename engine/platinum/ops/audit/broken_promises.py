"""What was promised in so many words: ``Promise Made`` and what became of it."""

from __future__ import annotations

from platinum.ops.audit.due import DUE_DETAILS, Due, Key, earliest, judge, moved
from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Finding, finding, nothing
from platinum.ops.audit.rules import Rules
from platinum.vocabulary.codes import Kind

BREACH = "broken_promise"


def find(history: History, rules: Rules) -> Finding:
    """Compare each promise's due time with ``Promise Kept``; made twice under one id, the first one counts."""
    if not history.has(Kind.PROMISE_MADE):
        return nothing(BREACH, "no promises in these files")
    made: dict[Key, Due] = {}
    rows = Columns(history.of(Kind.PROMISE_MADE), ("who", "ref", "high", "channel", "name_a", "name_b"))
    for who, ref, high, channel, name_a, name_b in rows:
        made.setdefault((who, ref), Due((who, ref), int(high), channel, name_a, name_b))
    judged = judge(made.values(), earliest(history, Kind.PROMISE_KEPT), moved(history), history.end_ms)
    note = "" if history.has(Kind.PROMISE_KEPT) else "nothing in these files says that a promise was kept"
    return finding(BREACH, judged, details=DUE_DETAILS, note=note)
