"""The classes of promises that a policy has, those that it does not name among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platinum.policy.scalars import DAY_MS

HOUR_MS = DAY_MS // 24
NOTICE_MS, LATE_MS = DAY_MS, 3 * DAY_MS
#: The class of call-backs, and the intent of the request for one.
CALL_BACK = "call_back"
#: Classes that a policy has without naming them; one that says something else about them, or ``no``, wins.
DEFAULTS: dict[str, dict[str, Any]] = {
    "answer": {"made_by": "request_made", "within": 24 * HOUR_MS, "kept_by": ["request_answered", "request_refused", "contact_resolved"]},
    CALL_BACK: {"within": 24 * HOUR_MS, "kept_by": ["contact_resolved", "request_answered"]},
    "delivery": {"made_by": "order_completed.expected_delivery", "kept_by": ["order_delivered"]},
}


def classes_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Every class by name, those that are there by default too; without those that are turned off."""
    given = values.get("promises", {})
    every = {**{name: spec for name, spec in DEFAULTS.items() if name not in given}, **given}
    return dict(sorted((name, spec) for name, spec in every.items() if isinstance(spec, dict)))
