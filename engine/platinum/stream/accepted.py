"""What an accepted log leaves among the artefacts: from where a partition is read on, and under which generation.

It lies in the log, not in a file: every worker reads it at its next claim, and a store that is lost later does not take it
along, so no decision id is ever given twice (docs/decisions/0013).
"""

from __future__ import annotations

import msgspec

from platinum.ports import Record

#: In front of the partition's number. On partition 0 of the artefacts, whatever the key's hash: all must agree about it.
ACCEPTED_KEY = b"accepted:"


class Accepted(msgspec.Struct, frozen=True):
    """Partition ``partition`` is read on at ``offset``, and what is decided there has ids of ``generation``."""

    partition: int
    generation: int
    offset: int


_DECODER = msgspec.json.Decoder(Accepted)


def accepted_record(accepted: Accepted, time_ms: int) -> Record:
    """Artefact of an accepted log."""
    return Record(ACCEPTED_KEY + b"%d" % accepted.partition, msgspec.json.encode(accepted), time_ms, partition=0)


def read_accepted(value: bytes) -> Accepted:
    """Inverse of ``accepted_record``."""
    return _DECODER.decode(value)
