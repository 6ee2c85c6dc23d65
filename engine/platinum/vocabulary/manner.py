"""Words for how somebody likes to be spoken to: what they may wish, what an employee may note, what an employee is told."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: The five members of a tone, each from -1 to 1: tells or asks, shows feeling or control, formal or familiar, much detail or little,
#: quick or calm (assertiveness and responsiveness: Merrill and Reid; treatment-formulas 3.2).
DIMENSIONS = ("assertive", "responsive", "formality", "detail", "pace")
#: Wishes about the presentation: what the values of the preferences `detail`, `order` and `pace` may be.
DETAIL = ("brief", "full")
ORDER = ("facts_first", "people_first")
PACE = ("quick", "calm")

_BY_DIMENSION = (
    ("direct", "asking"),
    ("warm", "matter_of_fact"),
    ("formal", "familiar"),
    ("thorough", "brief"),
    ("quick", "calm"),
)
#: Tag of an employee → dimension counted from 1, above 0 for its upper end and below for its lower.
TAGS: Mapping[str, int] = MappingProxyType(
    {tag: sign * (i + 1) for i, pair in enumerate(_BY_DIMENSION) for tag, sign in zip(pair, (1, -1), strict=True)}
)
#: Hints to an employee, two per dimension: for who tends to its upper end, and to its lower.
HINTS = (
    "be_direct",
    "ask_first",
    "show_feeling",
    "stick_to_facts",
    "be_formal",
    "be_familiar",
    "explain_fully",
    "be_brief",
    "be_quick",
    "take_time",
)
#: What each asks of whoever speaks with the customer.
HINT_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "be_direct": "Say what you propose; they do not need to be asked twice.",
        "ask_first": "Ask what they would like before you propose something.",
        "show_feeling": "Show that you care, in words of your own.",
        "stick_to_facts": "Keep to the matter; feelings make them impatient.",
        "be_formal": "Address them formally, in whole sentences.",
        "be_familiar": "Speak as you would to an acquaintance.",
        "explain_fully": "Explain how it comes about and what follows; they want to understand.",
        "be_brief": "The answer first, in a sentence or two.",
        "be_quick": "Come to the point and say when it is done.",
        "take_time": "Take your time, and do not press for an answer.",
    }
)
#: Why a tone was chosen, as decisions say it; index = ``decide.tone``'s constants.
TONE_SOURCES = ("default", "stated", "nearest", "inferred", "learned", "tried")
