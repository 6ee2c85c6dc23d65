"""What a policy says of what went wrong that is allowed and most likely not meant: warnings of `policy check`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from platinum.policy.declared import kept
from platinum.policy.problems import Problems
from platinum.vocabulary.codes import LANE_OF, ActionType, Kind, Lane

#: Events of which nobody should be thanked for having had them.
_WENT_WRONG = frozenset(
    [
        "complaint_made",
        "failure_reported",
        "order_cancelled",
        "order_refunded",
        "request_refused",
        "form_error",
        "self_service_failed",
        "waited",
        "asked_again",
        "contact_transferred",
        "contact_marked_spam",
        "unsubscribed",
        "objection_made",
        "vulnerability_stated",
        "decision_declined",
    ]
)

#: Events of which the class is a request: somebody waits for an answer.
_ASKS = (int(Kind.REQUEST_MADE), int(Kind.CONTACT_STARTED))
#: What a policy speaks of → what is then owed, and what becomes of it where no action pays it.
_OWED_BY = {
    "promises": {
        "promise_broken": "who was promised something hears nothing when it is over its time",
        "request": "who asked for something hears nothing when the answer is over its time",
    },
    "recovery": {"apology": "nobody apologises for what went wrong", "money": "nobody hears of the money that is owed"},
    "listening": {
        "answer": "who answered never hears what came of it",
        "answer_pending": "who answered waits in silence while nothing comes of it",
    },
}


def warn_of_unpaid(values: Mapping[str, Any], made_by: Iterable[int], problems: Problems) -> None:
    """Debts that the policy speaks of and no action pays; ``made_by`` says of each class of promises which event makes it."""
    owed = {"request" if kind in _ASKS else "promise_broken" for kind in made_by}
    paid: set[str] = set()
    for action in values.get("actions", {}).values():
        kind = ActionType[str(action.get("type", "offer")).upper()] if isinstance(action, Mapping) else ActionType.OFFER
        if LANE_OF[kind] is Lane.OWED:
            paid.update(kept(action.get("pays")) or ["apology"])
    for section, debts in _OWED_BY.items():
        for debt, meaning in debts.items():
            if section in values and debt not in paid and (section != "promises" or debt in owed):
                problems.warn((section,), f"no action pays `{debt}`: {meaning}", key=True)


def warn_of_wrongs(values: Mapping[str, Any], problems: Problems) -> None:
    """Deadlines that grow with severity, rest that is none, thanks for what went wrong."""
    recovery = values.get("recovery", {})
    deadlines = kept(recovery.get("deadlines"))
    for i, (lighter, graver) in enumerate(pairwise(deadlines), 1):
        if graver > lighter:
            problems.warn(("recovery", "deadlines", i), "a graver case has more time than a lighter one; they stand for severity 1 to 5")
    if 0 < len(deadlines) < 5:
        problems.warn(("recovery", "deadlines"), f"names {len(deadlines)} of 5; the graver ones keep their defaults")
    if recovery.get("quarantine") == 0:
        problems.warn(("recovery", "quarantine"), "is 0: who was failed is sold to as soon as the case is closed")
    for name in values.get("thank", {}).get("for", {}):
        if name in _WENT_WRONG:
            problems.warn(
                ("thank", "for", name), "earns thanks for what went wrong; `recovery.patience` is for who waited for you", key=True
            )
