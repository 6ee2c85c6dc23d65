"""What makes a record valid, written from the published rules alone: schema, named limits, envelopes. The decoder's oracle."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs

from platinum.vocabulary.schema import event_schema
from platinum.vocabulary.table import BY_NAME

Record = tuple[int, bytes | None, bytes, int, Sequence[tuple[str, bytes]]]

_SCHEMA = jsonschema_rs.Draft202012Validator(event_schema())
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_HUGE = 1e308  # what 1e400 is to a reader of float64: a number beyond every limit


class Invalid(Exception):
    """The record breaks a rule."""


def payload_of(record: Record) -> tuple[dict[str, Any], str | None]:
    """Segment payload of a valid record, and the id of its envelope.

    Raises
    ------
    Invalid
    """
    _, key, value, _, headers = record
    document = strict_json(value)
    sent = {name.lower(): _header(raw) for name, raw in headers if re.match("content-type$|ce_", name.lower())}
    content_type = sent.get("content-type", "").lower()
    message: str | None = None
    if content_type.startswith("application/cloudevents"):
        document, message = _structured(document, content_type)
    elif any(name.startswith("ce_") for name in sent):
        message = _binary(sent, content_type)
    if not _SCHEMA.is_valid(document):
        raise Invalid("schema")
    _times(document)
    _group(document)
    _quiet_hours(document)
    _whose(document)
    customer = customer_of(document)
    if key not in (None, customer):
        raise Invalid("key_mismatch")
    return document, message


def strict_json(value: bytes) -> Any:
    """Document of a text that is RFC 8259 and within the limits of size and depth."""
    if len(value) > 256 * 1024:
        raise Invalid("too_large")
    try:
        text = value.decode("utf-8")
        document = json.loads(text, parse_constant=_no_constant, parse_int=_number, parse_float=_number)
    except (ValueError, RecursionError):
        raise Invalid("not_json") from None
    if text.count("{") + text.count("[") > 32 and _depth(_STRING.sub("", text)) > 32:
        raise Invalid("too_deep")
    for literal in _STRING.findall(text) if "\\u" in text else ():
        if any("\ud800" <= c <= "\udfff" for c in json.loads(literal)):
            raise Invalid("not_json")
    return document


def customer_of(document: dict[str, str]) -> bytes:
    """Customer key of a payload that obeys the schema."""
    user = document.get("userId")
    who = user if user is not None else document["anonymousId"]
    _pseudonym(who)
    return (who if user is not None else "anon:" + who).encode()


def _pseudonym(who: str) -> None:
    bare = re.sub(r"^\s+|\s+$", "", who)
    digits = sum(c in "0123456789" for c in bare)
    email = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", bare)
    phone = re.fullmatch(r"(tel: ?)?[+(][0-9 ()./-]{6,30}|tel:[0-9 ()./-]{6,30}|0[0-9]{1,5}[ /][0-9 ()./-]{4,30}", bare.lower())
    if email or (phone and 7 <= digits <= 15):
        raise Invalid("personal_key")


def epoch_ms(text: str) -> int:
    """Milliseconds of a date-time of the right form, by the standard library."""
    try:
        at = datetime.fromisoformat(re.sub(r"\.(\d+)", lambda m: "." + m[1][:6].ljust(6, "0"), text.upper()))
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("time_range") from None
    ms = (at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000
    if not 0 <= ms < 4_102_444_800_000:
        raise Invalid("time_range")
    seconds = int((at.replace(microsecond=0) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    return seconds * 1000 + at.microsecond // 1000


def _times(document: dict[str, Any]) -> None:
    if document.get("timestamp") is not None:
        epoch_ms(document["timestamp"])
    properties = document.get("properties")
    dated = document["type"] == "track" and document["event"] in ("Promise Made", "Promise Renegotiated", "Goal Stated")
    if dated and isinstance(properties, dict) and properties.get("due_at") is not None:
        epoch_ms(properties["due_at"])


def _whose(document: dict[str, Any]) -> None:
    spec = BY_NAME.get(document["event"]) if document["type"] == "track" else None
    if spec is not None and spec.property("customer_id") and document["properties"].get("customer_id") is not None:
        _pseudonym(document["properties"]["customer_id"])


def _group(document: dict[str, Any]) -> None:
    if document["type"] == "group" and isinstance(document.get("traits"), dict) and document["traits"].get("until") is not None:
        epoch_ms(document["traits"]["until"])


def _quiet_hours(document: dict[str, Any]) -> None:
    """Two equal times could mean the whole day or no minute of it; so could 24:00 to 00:00."""
    if document["type"] != "track" or document["event"] != "Preference Stated":
        return
    properties = document["properties"]
    if properties["preference"] == "quiet_hours":
        first, last = properties["from"], properties["to"]
        if first[:2].replace("24", "00") + first[2:] == last[:2].replace("24", "00") + last[2:] and (first, last) != ("00:00", "24:00"):
            raise Invalid("schema")


def _header(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Invalid("not_utf8") from None


def _structured(document: Any, content_type: str) -> tuple[Any, str]:
    if content_type.split(";", maxsplit=1)[0].strip() != "application/cloudevents+json" or not isinstance(document, dict):
        raise Invalid("unsupported_envelope")
    of_data = document.get("datacontenttype")
    texts = [document.get(name) for name in ("id", "source", "type")]
    if document.get("specversion") != "1.0" or not all(isinstance(text, str) and text for text in texts):
        raise Invalid("unsupported_envelope")
    if len(document["id"]) > 256 or "data" not in document or not (of_data is None or isinstance(of_data, str)):
        raise Invalid("unsupported_envelope")
    if of_data is not None and not _is_json(of_data.lower()):
        raise Invalid("unsupported_envelope")
    return document["data"], document["id"]


def _binary(sent: dict[str, str], content_type: str) -> str:
    if sent.get("ce_specversion") != "1.0" or not all(sent.get(name) for name in ("ce_id", "ce_source", "ce_type")):
        raise Invalid("unsupported_envelope")
    if len(sent["ce_id"]) > 256 or (content_type and not _is_json(content_type)):
        raise Invalid("unsupported_envelope")
    return sent["ce_id"]


def _is_json(content_type: str) -> bool:
    return re.fullmatch(r"application/json|.*\+json", content_type.split(";", maxsplit=1)[0].strip(), re.S) is not None


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _number(text: str) -> float:
    value = float(text)
    return max(-_HUGE, min(_HUGE, value))


def _depth(text: str) -> int:
    deepest = now = 0
    for c in text:
        if c in "{[":
            now += 1
            deepest = max(deepest, now)
        elif c in "}]":
            now -= 1
    return deepest
