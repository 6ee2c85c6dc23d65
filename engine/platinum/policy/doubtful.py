"""What a policy says of what went wrong that is allowed and most likely not meant: warnings of `policy check`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from platinum.policy.declared import kept
from platinum.policy.problems import Problems

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
