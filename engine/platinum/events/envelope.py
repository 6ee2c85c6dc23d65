"""The three forms in which an event travels: bare JSON, CloudEvents 1.0 structured, CloudEvents 1.0 binary mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from platinum.errors import EventRejected
from platinum.events.columns import FLAG_HISTORY
from platinum.events.forms import CloudEvent, decoder
from platinum.events.rejection import Misshapen
from platinum.events.scan import refuse_broken
from platinum.vocabulary.limits import MAX_ID

Headers = Sequence[tuple[str, bytes]]

_structured = decoder(CloudEvent)


def unwrap(headers: Headers, value: bytes, suspicion: int) -> tuple[bytes | msgspec.Raw, str | None, int]:
    """Segment JSON, id of its envelope (``None`` without one) and flags of one record.

    A ``content-type`` that starts with ``application/cloudevents`` means structured mode, headers that start with ``ce_``
    mean binary mode, anything else is bare JSON (CloudEvents Kafka binding 1.0, section 3).

    Raises
    ------
    EventRejected
        ``unsupported_envelope``, or what ``suspicion`` (of ``scan.suspicions``) turns out to be.
    Misshapen
        The structured envelope lacks something.
    """
    if suspicion:
        refuse_broken(value, suspicion)
    flags = 0
    content_type = ""
    attributes: dict[str, str] = {}
    for name, raw in headers:
        lower = name.lower()
        if lower == "history":
            flags = FLAG_HISTORY
        elif lower == "content-type":
            content_type = _text(raw).lower()
        elif lower.startswith("ce_"):
            attributes[lower] = _text(raw)
    if content_type.startswith("application/cloudevents"):
        payload, message = _open_structured(content_type, value)
        return payload, message, flags
    if attributes:
        return value, _open_binary(content_type, attributes), flags
    return value, None, flags


def _text(raw: bytes | None) -> str:
    try:
        return (raw or b"").decode()
    except UnicodeDecodeError:
        raise EventRejected("not_utf8", "", "sent with headers in UTF-8") from None


def _open_structured(content_type: str, value: bytes) -> tuple[msgspec.Raw, str]:
    media_type = content_type.partition(";")[0].strip()
    if media_type != "application/cloudevents+json":
        raise EventRejected("unsupported_envelope", "content-type", "application/cloudevents+json, one event per record")
    try:
        event = _structured(value)
    except msgspec.ValidationError as error:
        raise Misshapen("cloudevent", error) from None
    if event.datacontenttype is not None and not _is_json(event.datacontenttype.lower()):
        raise EventRejected("unsupported_envelope", "datacontenttype", "application/json")
    return event.data, event.id


def _open_binary(content_type: str, attributes: Mapping[str, str]) -> str:
    if attributes.get("ce_specversion") != "1.0":
        raise EventRejected("unsupported_envelope", "ce_specversion", "1.0")
    for name in ("ce_id", "ce_source", "ce_type"):
        if not attributes.get(name):
            raise EventRejected("unsupported_envelope", name, "given: CloudEvents requires it")
    if len(attributes["ce_id"]) > MAX_ID:
        raise EventRejected("unsupported_envelope", "ce_id", f"at most {MAX_ID} characters")
    if content_type and not _is_json(content_type):
        raise EventRejected("unsupported_envelope", "content-type", "application/json")
    return attributes["ce_id"]


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip()
    return media_type == "application/json" or media_type.endswith("+json")
