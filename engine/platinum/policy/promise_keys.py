"""The keys of ``promises`` and ``recovery``: what the ledger is made from."""

from __future__ import annotations

from platinum.policy.action_keys import NAME, NAME_WANTED
from platinum.policy.containers import ByForm, Key, ListOf, Record
from platinum.policy.durations import duration, some_duration
from platinum.policy.shapes import Choice, Flag, Number, Text
from platinum.policy.synonyms import meant
from platinum.vocabulary.table import SNAKE

_EVENT = Choice(tuple(SNAKE), "an event such as order_delivered:")

PROMISE = Record(
    "a promise",
    {
        "made_by": Key(
            Text("an event, or one and its property that says when it is due, such as order_completed.expected_delivery"),
            "The event that makes it, without anybody saying that it is one.",
            default="only Promise Made, or a decision",
        ),
        "kept_by": Key(ListOf(_EVENT, "events", 8), "The events that keep it: about the same order or request, else the oldest."),
        "within": Key(some_duration("24h"), "When it is due, where the event does not say."),
        "grace": Key(duration("2h"), "So long after, it still counts as on time.", default="0h"),
        "notice": Key(duration("24h"), "So long before it is due it must be kept or spoken of.", default="24h"),
        "late": Key(some_duration("3d"), "Kept so late it is worth half.", default="3d"),
        "weight": Key(Number(above=0, highest=1000), "How much it matters.", default="1"),
        "owner": Key(Text(NAME_WANTED, NAME, 64), "Who answers for it."),
    },
    synonyms=meant(made_by="made from", kept_by="kept by_event", within="due due_in", owner="team", notice="lead warn"),
)
PROMISES = ByForm(Flag(), PROMISE)

RECOVERY = Record(
    "recovery",
    {
        "quarantine": Key(duration("14d"), "Promotion rests so long after a case of ours was closed.", default="14d"),
        "called_off": Key(
            duration("7d"), "Nothing is promoted for so long of a category of which an order was cancelled or refunded.", default="7d"
        ),
        "deadlines": Key(
            ListOf(some_duration("24h"), "durations, for severity 1 to 5", 5, unique=False),
            "How soon a case must be closed, by severity.",
            default="[72h, 72h, 24h, 24h, 4h]",
        ),
        "patience": Key(
            Number(lowest=0, highest=1000), "Points of gratitude that waiting for us has earned.", default="one and a half thresholds"
        ),
        "owner": Key(Text(NAME_WANTED, NAME, 64), "Who answers for a case that nobody has taken yet."),
        "owners": Key(
            ListOf(Text(NAME_WANTED, NAME, 64), "names", 64),
            "Names of owners that events may say, of teams rather than of people: decisions tell these and no others.",
        ),
    },
    synonyms=meant(quarantine="rest", called_off="cancelled refunded returned sent_back", deadlines="deadline sla", owner="team"),
)
TRUST = Record(
    "trust",
    {"low": Key(Number(lowest=0, highest=1), "A trust index below this is low: see The ledger; 0 turns the rule off.", default="0.5")},
    shorthand="low",
    synonyms=meant(low="threshold limit min"),
)
