"""Decision ids: readable, invertible, and the root of every draw's seed.

Stream: ``d.<generation>.<partition>.<offset>.<slot>``. HTTP: ``h.<bucket>.<32 hex digits>``. Either gives one
64-bit number, ``decision_ref``, which rows store and which seeds the draws, so that a draw replays from the id.
"""

from __future__ import annotations

import hashlib
import re

from platinum.hashing import mix64

_STREAM = re.compile(r"d\.(\d{1,9})\.(\d{1,5})\.(\d{1,18})\.(\d{1,4})\Z", re.ASCII)
_HTTP = re.compile(r"h\.(\d{4})\.([0-9a-f]{32})\Z", re.ASCII)


def stream_decision_id(generation: int, partition: int, offset: int, slot: int) -> str:
    """Id of the ``slot``-th decision that the record at (generation, partition, offset) triggered."""
    return f"d.{generation}.{partition}.{offset}.{slot}"


def http_decision_id(bucket: int, client: str, customer: str, placement: str, slot: int, request: str) -> str:
    """Id of a decision answered over HTTP; ``request`` is the idempotency key or a ULID made at the edge."""
    text = "\x1f".join((client, customer, placement, str(slot), request))
    return f"h.{bucket:04d}.{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"


def http_decision_ref(decision_id: str) -> int:
    """``decision_ref`` of what ``http_decision_id`` made, without looking whether it did."""
    return int(decision_id[7:23], 16) or 1


def stream_ref(generation: int, partition: int, offset: int, slot: int) -> int:
    """64-bit reference of a stream decision; kernels compute the same from the same four numbers."""
    return mix64(mix64(mix64(mix64(0, generation), partition), offset), slot) or 1


def decision_ref(decision_id: str) -> int:
    """64-bit reference of a decision id, 0 when the text is no decision id."""
    if match := _STREAM.match(decision_id):
        generation, partition, offset, slot = map(int, match.groups())
        return stream_ref(generation, partition, offset, slot)
    if match := _HTTP.match(decision_id):
        return int(match[2][:16], 16) or 1
    return 0
