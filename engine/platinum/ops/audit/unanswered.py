"""Requests that were not answered in the time that the rules give."""

from __future__ import annotations

from typing import NamedTuple

from platinum.ops.audit.due import DUE_DETAILS, Due, Key, judge, moved
from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Finding, finding, nothing
from platinum.ops.audit.rules import Rules
from platinum.vocabulary.codes import Kind

BREACH = "unanswered_request"
_COLUMNS = ("who", "at_ms", "ref", "kind", "name_a", "name_b", "channel")


class _Open(NamedTuple):
    """A request without a number, waiting for an answer."""

    key: Key
    intent: int


def find(history: History, rules: Rules) -> Finding:
    """Look for the answer, or the refusal, to each request.

    By its number; an answer without one answers the customer's oldest open request without a number, of its intent if it says one.
    """
    if not history.has(Kind.REQUEST_MADE):
        return nothing(BREACH, "no requests in these files")
    if not history.has(Kind.REQUEST_ANSWERED, Kind.REQUEST_REFUSED):
        return nothing(BREACH, "requests are there, but nothing says which were answered")
    made: dict[Key, Due] = {}
    done: dict[Key, int] = {}
    waiting: list[_Open] = []
    whose = -1
    nameless = -1
    rows = Columns(history.of(Kind.REQUEST_MADE, Kind.REQUEST_ANSWERED, Kind.REQUEST_REFUSED), _COLUMNS)
    for who, at_ms, ref, kind, intent, process, channel in rows:
        if who != whose:
            whose, waiting = who, []
        if kind == Kind.REQUEST_MADE:
            key = (who, ref or nameless)
            if not ref:
                nameless -= 1
                waiting.append(_Open(key, intent))
            made.setdefault(key, Due(key, at_ms + rules.answer_within_ms, channel, process or intent, 0))
        elif ref:
            done.setdefault((who, ref), at_ms)
        else:
            answered = next((one for one in waiting if intent in (0, one.intent)), None)
            if answered:
                waiting.remove(answered)
                done[answered.key] = at_ms
    return finding(BREACH, judge(made.values(), done, moved(history), history.end_ms), details=DUE_DETAILS)
