"""Events as log records when they are played as a history: key and record time are read off the event itself."""

from __future__ import annotations

import msgspec

from platinum.errors import EventRejected
from platinum.events.bare import STRUCTURED, structured_data
from platinum.events.keys import customer_key
from platinum.events.times import parse_ms
from platinum.ports import Record


class _Peek(msgspec.Struct):
    """What placing an event on the log needs to know of it; everything else is the decoder's to judge."""

    receivedAt: str | None = None  # noqa: N815 - Segment's own spelling
    timestamp: str | None = None
    userId: str | None = None  # noqa: N815
    anonymousId: str | None = None  # noqa: N815


_PEEK = msgspec.json.Decoder(_Peek)


def record_of(value: bytes, clock_ms: int) -> Record:
    """Record of one event; its time is ``receivedAt``, else ``timestamp``, else the clock so far.

    A CloudEvent in structured mode goes on the log as one. What cannot be read goes there all the same: the decoder says
    what is wrong with it, in the dead letters.
    """
    data = structured_data(value)
    headers = () if data is None else STRUCTURED
    try:
        peek = _PEEK.decode(value if data is None else data)
        time_ms = parse_ms(peek.receivedAt or peek.timestamp or "")
        key = customer_key(peek.userId, peek.anonymousId)
    except (msgspec.MsgspecError, EventRejected, UnicodeError, RecursionError):
        return Record(None, value, clock_ms, headers, 0)
    return Record(key, value, clock_ms if time_ms is None else time_ms, headers)
