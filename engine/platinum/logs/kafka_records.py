"""What a broker answered for one partition → its records, as columns wherever they are plain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from aiokafka import errors
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

from platinum.errors import Unavailable
from platinum.events.fast.raw import PADDING
from platinum.events.fast.utf8 import leave_broken_texts
from platinum.events.record_columns import N_SPANS, RecordColumns
from platinum.logs.kafka_scan import DAMAGED, OTHER, read, scan
from platinum.ports import Fetched

_PADDING = bytes(PADDING)


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
    """
    text, state = data + _PADDING, np.zeros(3, np.int64)
    found = scan(np.frombuffer(text, np.uint8), len(data), state)
    if found == OTHER:
        return _by_aiokafka(place, data, offset, aborted)
    end, n_records, after = state.tolist()
    if data and end == 0:
        raise _damaged(place, offset, "a batch that its checksum does not fit" if found == DAMAGED else "no whole batch")
    spans = np.empty((N_SPANS, n_records), np.int64)
    n = read(np.frombuffer(text, np.uint8), end, offset, spans)
    if n < 0:
        raise _damaged(place, offset, "a record that does not fit its batch")
    return RecordColumns(text, spans[:, :n], Fetched), max(after, offset)


def _by_aiokafka(place: TopicPartition, data: bytes, offset: int, aborted: Any) -> tuple[list[Fetched], int]:
    """Whatever the kernels leave: slower, and right for everything."""
    records = PartitionRecords(place, MemoryRecords(data), aborted, offset, None, None, True, READ_COMMITTED)
    found: list[Fetched] = []
    try:
        found.extend(Fetched(r.offset, r.key, r.value or b"", r.timestamp, r.headers) for r in records if r.offset >= offset)
    except (errors.KafkaError, ValueError, ArithmeticError, LookupError, MemoryError, AssertionError, RuntimeError) as error:
        if not found:
            raise _damaged(place, offset, type(error).__name__) from error
    return found, max(records.next_fetch_offset, offset)


def _damaged(place: TopicPartition, offset: int, what: str) -> Unavailable:
    return Unavailable(f"{place.topic}, partition {place.partition}: the broker's answer from offset {offset} on is damaged: {what}")


def warm_reading() -> None:
    """Compile, or load, what reads records, before one waits for it."""
    text, nothing = np.zeros(PADDING, np.uint8), np.zeros(0, np.int64)
    scan(text, 0, np.zeros(3, np.int64))
    read(text, 0, 0, np.empty((N_SPANS, 0), np.int64))
    leave_broken_texts(text, nothing, nothing, nothing)
