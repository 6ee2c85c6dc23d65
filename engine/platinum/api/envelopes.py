"""CloudEvents over HTTP (HTTP binding 1.0): the envelope is taken off, the log holds the event that was in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import unquote_to_bytes

from platinum.api.problems import FieldError, Problem
from platinum.errors import EventRejected, Rejected
from platinum.events.bare import bare

_STRUCTURED = b"application/cloudevents"


def opened(body: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The event of a request in any of the three forms, bare.

    Parameters
    ----------
    headers : iterable of (bytes, bytes)
        Those of the request, names in lower case. In binary mode ``ce-*``, percent-encoded as the binding says.

    Raises
    ------
    EventRejected
        The envelope is none, or carries something else than JSON.
    """
    attributes, kind = [], b""
    for name, value in headers:
        if name.startswith(b"ce-"):
            attributes.append((f"ce_{name[3:].decode('latin-1')}", unquote_to_bytes(value)))
        elif name == b"content-type":
            kind = value.strip().lower()
    if attributes or kind.startswith(_STRUCTURED):
        return bare(body, [*attributes, ("content-type", kind)])
    return bare(body)


def opened_all(events: Sequence[bytes]) -> tuple[bytes, ...]:
    """Events of a decision request, those in structured mode taken out of their envelope.

    Raises
    ------
    Problem
        422: an envelope is broken.
    """
    done = []
    for i, event in enumerate(events):
        try:
            done.append(bare(event))
        except Rejected as error:
            where = f"events[{i}]"
            wrong = [FieldError(f"{where}.{error.field}".rstrip("."), "as CloudEvents 1.0 says")]
            raise Problem(422, "rejected", f"{error.reason}: {where}: {error}", wrong) from None
    return tuple(done)


def opened_or_left(event: bytes) -> bytes:
    """One event of a batch, bare; a broken envelope stays, to be refused alone like any other broken event."""
    try:
        return bare(event)
    except EventRejected:
        return event
