"""Dead letters: the rejected record as it came, and why, in headers that Kafka's own tools know."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from platinum.errors import Rejected
from platinum.ports import Fetched, Headers, Record

_ORIGIN = "__streams.errors."  # Kafka Streams KIP-1034: text, not binary numbers
_OURS = "platinum.dlq."
try:
    BUILD = version("platinum")
except PackageNotFoundError:  # run from a folder that was never installed
    BUILD = "0"


def dead_letter(record: Fetched, rejected: Rejected, topic: str, partition: int, stage: str = "decode") -> Record:
    """Record for the dead letters.

    Key, value and headers are the original's, byte for byte, so that replaying it is appending it again.

    Parameters
    ----------
    record : Fetched
        As it was read from ``topic`` and ``partition``.
    rejected : Rejected
        Its message never quotes what the record holds.
    stage : str
        ``decode``, ``fold``, ``decide`` or ``emit``.
    """
    texts = {
        f"{_ORIGIN}topic": topic,
        f"{_ORIGIN}partition": str(partition),
        f"{_ORIGIN}offset": str(record.offset),
        f"{_ORIGIN}exception": rejected.reason,
        f"{_ORIGIN}message": str(rejected),
        f"{_OURS}reason": rejected.reason,
        f"{_OURS}stage": stage,
        f"{_OURS}field": rejected.field,
        f"{_OURS}build": BUILD,
    }
    headers = tuple((name, text.encode()) for name, text in texts.items())
    # A dead letter that was replayed and failed again carries only the newest verdict.
    return Record(record.key, record.value, record.time_ms, (*without_verdict(record.headers), *headers), partition)


def without_verdict(headers: Headers) -> Headers:
    """Headers of a dead letter as the rejected record had them."""
    return tuple(pair for pair in headers if not pair[0].startswith((_ORIGIN, _OURS)))


class Verdict(NamedTuple):
    """Why a record was rejected: one of the closed list of reasons, the field (``""``: the whole record), the message."""

    reason: str
    field: str
    message: str


def verdict_of(letter: Record) -> Verdict:
    """What the headers of a dead letter say."""
    named = dict(letter.headers)
    return Verdict(*(named[name].decode() for name in (f"{_OURS}reason", f"{_OURS}field", f"{_ORIGIN}message")))


def origin_of(letter: Record) -> tuple[int, int]:
    """(partition, offset) of the record that was rejected."""
    named = dict(letter.headers)
    return int(named[f"{_ORIGIN}partition"]), int(named[f"{_ORIGIN}offset"])
