"""Questions that were put a second time."""

from __future__ import annotations

from platinum.ops.audit.history import Columns, History
from platinum.ops.audit.occasions import Finding, Occasion, anywhere, finding, nothing
from platinum.ops.audit.rules import Rules
from platinum.ops.audit.sends import LISTEN, SEND_COLUMNS, sends
from platinum.vocabulary.codes import Kind

BREACH = "asked_twice"
#: Place in the details of what was asked again while speaking with the customer.
IN_CONVERSATION = 2
_DETAILS = ("", "same question again", "asked for what was known")


def find(history: History, rules: Rules) -> Finding:
    """The same survey sent again too soon on any channel, and every ``Asked Again``."""
    if not history.has(Kind.CONTACT_DISPATCHED, Kind.ASKED_AGAIN):
        return nothing(BREACH, "neither questions nor repeated questions in these files")
    judged: list[Occasion] = []
    last: dict[tuple[int, int], int] = {}
    for who, at_ms, channel, question, _, kind in Columns(sends(history), SEND_COLUMNS):
        if kind != LISTEN or not question:
            continue  # without a name nobody can tell whether it is the same question
        before = last.get((who, question))
        again = before is not None and at_ms - before < rules.ask_again_ms
        last[who, question] = at_ms
        judged.append((at_ms, 0, who, channel, question, 0, int(again), again))
    for who, at_ms, intent, process, channel in Columns(history.of(Kind.ASKED_AGAIN), ("who", "at_ms", "name_a", "name_b", "channel")):
        judged.append((at_ms, 0, who, channel, process or intent, 0, IN_CONVERSATION, True))
    if not judged:
        return nothing(BREACH, "no contact in these files is marked as a question with a name")
    judged.sort(key=lambda one: (one[2], one[0]))
    return finding(BREACH, judged, anywhere(judged), _DETAILS)
