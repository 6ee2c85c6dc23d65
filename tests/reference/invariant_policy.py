"""What the independent checker reads of a policy file: caps, channels, promise classes, sensitive traits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

Json = dict[str, Any]

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
_UNITS = {"min": 60_000, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}
PURPOSES = {
    "notice": "legal", "apology": "service", "amends": "service", "answer": "service", "thank_you": "relationship",
    "listen": "relationship", "surprise": "relationship", "help": "promotion", "offer": "promotion",
}  # fmt: skip
_UNSOLICITED = frozenset({"thank_you", "listen", "surprise", "help", "offer"})
_SCOPES = {
    "contact": _UNSOLICITED, "thank": frozenset({"thank_you"}), "question": frozenset({"listen"}), "surprise": frozenset({"surprise"}),
    "help": frozenset({"help"}), "offer": frozenset({"offer"}),
}  # fmt: skip


@lru_cache(maxsize=200_000)
def instant_ms(text: str) -> int:
    """RFC 3339 as milliseconds since 1970."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def duration_ms(text: str) -> int:
    """``36h`` in milliseconds."""
    match = re.fullmatch(r"(\d+)(min|h|d|w)", text)
    if match is None:
        raise ValueError(f"{text!r} is no duration")
    return int(match[1]) * _UNITS[match[2]]


class Cap(NamedTuple):
    """At most ``limit`` contacts of these types in any window; ``channel`` "" = on all outbound ones."""

    limit: int
    kinds: frozenset[str]
    window_ms: int
    channel: str


class Class(NamedTuple):
    """A class of promises."""

    name: str
    kind: str  # promise or request
    made_by: str
    due_property: str
    within_ms: int
    kept_by: frozenset[str]
    grace_ms: int


def _cap(text: str, channel: str) -> Cap:
    match = re.fullmatch(r"(\d+)\s+(?:(\w+?)s?\s+)?per\s+(\w+)", text)
    if match is None:
        raise ValueError(f"{text!r} is no cap")
    return Cap(int(match[1]), _SCOPES[match[2] or "contact"], duration_ms(match[3]), channel)


def _class(name: str, spec: Mapping[str, Any]) -> Class:
    made_by, _, due = str(spec.get("made_by", "")).partition(".")
    kind = "request" if made_by in ("request_made", "contact_started") else "promise"
    within_ms = duration_ms(spec["within"]) if "within" in spec else 0
    return Class(name, kind, made_by, due, within_ms, frozenset(spec.get("kept_by", ())), duration_ms(spec.get("grace", "0h")))


class Rules:
    """A policy as the checker needs it."""

    def __init__(self, policy: Mapping[str, Any]) -> None:
        channels = policy["channels"]
        self.outbound = {name for name, spec in channels.items() if isinstance(spec, Mapping) and spec.get("kind") == "outbound"}
        self.for_customers = {name for name in self.outbound if channels[name].get("basis") == "existing_customer"}
        self.caps = [_cap(text, "") for text in policy.get("caps", ())]
        self.caps += [_cap(text, name) for name in self.outbound for text in channels[name].get("caps", ())]
        self.actions: Mapping[str, Any] = policy["actions"]
        self.sensitive = {n for n, spec in policy.get("traits", {}).items() if isinstance(spec, Mapping) and spec.get("sensitive")}
        self._uses = {name: tuple(sorted(self.sensitive & set(spec.get("when", ())))) for name, spec in self.actions.items()}
        standard: dict[str, Any] = {
            "answer": {"made_by": "request_made", "within": "24h", "kept_by": ["request_answered", "request_refused", "contact_resolved"]},
            "call_back": {"within": "24h", "kept_by": ["contact_resolved", "request_answered"]},
            "delivery": {"made_by": "order_completed.expected_delivery", "kept_by": ["order_delivered"]},
        }
        self.classes = {name: _class(name, spec) for name, spec in {**standard, **policy.get("promises", {})}.items()}
        self.quarantine_ms = duration_ms(policy.get("recovery", {}).get("quarantine", "14d"))
        self.owed_after_ms = duration_ms(policy.get("listening", {}).get("owed_after", "14d"))
        self.quiet_ms = (24 * HOUR_MS, 72 * HOUR_MS)

    def sensitive_of(self, action: str) -> tuple[str, ...]:
        """Sensitive traits that an action's condition rests on."""
        return self._uses.get(action, ())

    def purpose_of(self, kind: str) -> str:
        """Purpose of an action type; silence has none."""
        return PURPOSES.get(kind, "")
