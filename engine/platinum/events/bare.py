"""Events out of their CloudEvents envelope, where no record with headers carries them: HTTP, files, the library."""

from __future__ import annotations

import msgspec

from platinum.events.envelope import Headers, unwrap
from platinum.events.rejection import Misshapen, explain
from platinum.events.scan import suspicions

#: Headers of a record whose value is a CloudEvent in structured mode.
STRUCTURED: tuple[tuple[str, bytes], ...] = (("content-type", b"application/cloudevents+json"),)
_MARK = b'"specversion"'


class _Outer(msgspec.Struct):
    """What only a CloudEvent has."""

    specversion: msgspec.Raw
    data: msgspec.Raw


_outer = msgspec.json.Decoder(_Outer).decode
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


def structured_data(value: bytes) -> bytes | None:
    """What a CloudEvent in structured mode carries in ``data``; None for anything else."""
    if _MARK not in value:
        return None
    try:
        return bytes(_outer(value).data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def bare(value: bytes, headers: Headers = ()) -> bytes:
    """An event without its envelope, whose id becomes ``messageId`` where the event has none; a bare one byte for byte.

    Parameters
    ----------
    headers : sequence of (str, bytes)
        Those of a record (``ce_id``, ...) in binary mode. Structured mode is known by what is in the event, too.

    Raises
    ------
    EventRejected
        ``unsupported_envelope``, or what keeps an event in an envelope from being read.
    """
    if structured_data(value) is not None:
        headers = STRUCTURED
    if not headers:
        return value
    try:
        payload, message, _ = unwrap(headers, value, int(suspicions([value])[0]))
        return bytes(payload) if message is None else _with_id(bytes(payload), message)
    except Misshapen as error:
        raise explain(error) from None
    except msgspec.DecodeError:
        return value  # no JSON: whoever reads it next says so


def _with_id(event: bytes, message_id: str) -> bytes:
    members = _members(event)
    given = members.get("messageId")
    if given is not None and bytes(given) != b"null":
        return event
    return _encode(members | {"messageId": message_id})
