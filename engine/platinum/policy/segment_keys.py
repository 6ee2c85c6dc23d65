"""The keys of a segment."""

from __future__ import annotations

from platinum.policy.containers import Key, Raw, Record
from platinum.policy.content_schema import CONDITION_SCHEMA

MOST_SEGMENTS = 32
_WANTED = "conditions such as `orders: {at_least: 2}`"
SEGMENT = Record(
    "a segment",
    {
        "when": Key(Raw(_WANTED, CONDITION_SCHEMA), "Who is in it.", required=True),
        "not_when": Key(Raw(_WANTED, CONDITION_SCHEMA), "Who is not."),
    },
)
