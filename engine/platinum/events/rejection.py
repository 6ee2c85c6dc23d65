"""Why a record was refused, in words that name the field and never quote what stood in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from platinum.errors import EventRejected
from platinum.vocabulary.limits import MAX_ID, MAX_LOCALE, MAX_NAME
from platinum.vocabulary.spec import EventSpec
from platinum.vocabulary.table import CALLS, PRODUCT


@dataclass(frozen=True, slots=True)
class Rejection:
    """One record that was not decoded.

    Attributes
    ----------
    index : int
        Its position among the records given to ``decode``.
    reason : str
        One of ``vocabulary.REJECTION_REASONS``.
    """

    index: int
    reason: str
    message: str
    field: str


class Misshapen(Exception):
    """msgspec refused a part of an event; ``part`` is ``cloudevent``, ``event``, ``properties`` or ``mapping``."""

    def __init__(self, part: str, cause: msgspec.ValidationError, spec: EventSpec | None = None) -> None:
        super().__init__(part)
        self.part, self.cause, self.spec = part, cause, spec


_AT = re.compile(r" - at `\$\.?([^`]*)`\Z")
_MISSING = re.compile(r"Object missing required field `([^`]*)`")
_ID = f"text of 1 to {MAX_ID} characters, or null"
_ACCOUNT = f"text of 1 to {MAX_ID} characters, free of control characters, or null"
_TAG = f"text of at most {MAX_LOCALE} characters, or null"
_NAME = f"text of at most {MAX_NAME} characters, or null"
_OBJECT = "an object, or null"
#: What the members of the envelope must be.
ENVELOPE_WANTS = {
    "": "an object",
    "type": "one of " + ", ".join(CALLS),
    "event": _ID,
    "userId": _ID,
    "anonymousId": _ID,
    "messageId": _ID,
    "groupId": _ACCOUNT,
    "previousId": _ID,
    "timestamp": "an RFC 3339 date-time, or null",
    "context": _OBJECT,
    "context.channel": _NAME,
    "context.locale": _TAG,
    "context.timezone": _TAG,
    "context.location": _OBJECT,
    "context.location.country": _NAME,
    "context.groupId": _ACCOUNT,
    "properties": _OBJECT,
    "traits": _OBJECT,
}


def explain(error: Misshapen) -> EventRejected:
    """The rejection that tells the sender what to correct."""
    text = str(error.cause)
    at = _AT.search(text)
    field = at[1] if at else ""
    missing = _MISSING.match(text)
    if missing:
        field = f"{field}.{missing[1]}".lstrip(".")
    if error.part == "cloudevent":
        return EventRejected("unsupported_envelope", field, "as CloudEvents 1.0 says, with the event as an object in 'data'")
    if error.part == "event":
        return EventRejected("unknown_type" if field == "type" else "schema", field, ENVELOPE_WANTS.get(field, "of the right type"))
    want = _want(error.spec, field)
    path = f"{'traits' if error.part == 'traits' else 'properties'}.{field}".rstrip(".")
    if error.part == "mapping":
        return EventRejected("mapping", path, f"{want}, after the policy's mapping")
    return EventRejected("schema", path, want)


def _want(spec: EventSpec | None, field: str) -> str:
    """What ``field`` of an event's properties must be."""
    name, _, member = re.sub(r"\[[^\]]*\]", "", field).partition(".")
    prop = spec.property(name) if spec else None
    if prop is None:
        return "an object"
    if prop.type == "products" and field != name:
        return next((line.wanted for line in PRODUCT if line.name == member), "an object")
    return prop.wanted if not prop.required else f"given, and {prop.wanted}"
