"""What a broker answered for one partition → its records, as columns wherever they are plain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from aiokafka.structs import TopicPartition

from platinum.events.fast.raw import PADDING
from platinum.events.fast.utf8 import leave_broken_texts
from platinum.events.record_columns import N_SPANS, RecordColumns
from platinum.logs.kafka_objects import by_aiokafka, damaged, missing
from platinum.logs.kafka_scan import DAMAGED, END, GOOD, OTHER, RECORDS, read, scan
from platinum.logs.kafka_unpack import unpacked
from platinum.ports import Fetched

_PADDING = bytes(PADDING)
_LENGTH_FROM, _MAGIC_AT = 12, 16


def records_from(place: TopicPartition, data: bytes, offset: int, aborted: Any) -> tuple[Sequence[Fetched], int]:
    """Records from ``offset`` on, and the offset behind what was looked at: batches may be emptied, or hold markers only.

    Parameters
    ----------
    data : bytes
        Record batches, the last of which may be cut off.
    aborted : list of (producer id, first offset) or None
        Transactions whose records are left out.

    Raises
    ------
    Unavailable
        The bytes are not those that were written, or nothing whole is in them.
    Inconsistent
        They are compressed in a way that this installation cannot undo.
    """
    text, state = data + _PADDING, np.zeros(3, np.int64)
    found = scan(np.frombuffer(text, np.uint8), len(data), state)
    if found == OTHER:
        return by_aiokafka(place, data, offset, aborted) if _is_older(data) else _unpacked(place, data, offset, aborted)
    end, n_records, after = state.tolist()
    if data and end == 0:
        raise damaged(place, offset, "a batch that its checksum does not fit" if found == DAMAGED else "no whole batch")
    return _in_columns(place, text, offset, end, n_records), max(after, offset)


def _in_columns(place: TopicPartition, text: bytes, offset: int, end: int, n_records: int) -> Sequence[Fetched]:
    spans = np.empty((N_SPANS, n_records), np.int64)
    n = read(np.frombuffer(text, np.uint8), end, offset, spans)
    if n < 0:
        raise damaged(place, offset, "a record that does not fit its batch")
    return RecordColumns(text, spans[:, :n], Fetched)


def _is_older(data: bytes) -> bool:
    """Whether a batch of before Kafka 0.11 is among these. Those have no headers, and a name cannot be wrong."""
    at = 0
    while at + _MAGIC_AT < len(data):
        if data[at + _MAGIC_AT] < 2:
            return True
        at += _LENGTH_FROM + max(int.from_bytes(data[at + 8 : at + _LENGTH_FROM], "big", signed=True), 1)
    return False


def _unpacked(place: TopicPartition, data: bytes, offset: int, aborted: Any) -> tuple[Sequence[Fetched], int]:
    """Compressed and transactional batches: made plain, then read like others."""
    plain, after, damage, codec = unpacked(data, aborted)
    if after <= offset:  # what could be used comes first; the next question begins behind it
        if codec:
            raise missing(place, offset, codec)
        raise damaged(place, offset, damage or "no whole batch")
    text, state = plain + _PADDING, np.zeros(3, np.int64)
    if scan(np.frombuffer(text, np.uint8), len(plain), state) != GOOD or state[END] != len(plain):
        raise damaged(place, offset, "a batch that does not hold what it says")
    records = _in_columns(place, text, offset, len(plain), int(state[RECORDS]))
    return records if len(records) else [], after


def warm_reading() -> None:
    """Compile, or load, what reads records, before one waits for it."""
    text, nothing = np.zeros(PADDING, np.uint8), np.zeros(0, np.int64)
    scan(text, 0, np.zeros(3, np.int64))
    read(text, 0, 0, np.empty((N_SPANS, 0), np.int64))
    leave_broken_texts(text, nothing, nothing, nothing)
