"""Record batches as a broker would send them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c
from aiokafka.structs import TopicPartition

from platinum.events.fast.raw import PADDING
from platinum.events.record_columns import RecordColumns
from platinum.logs.kafka_records import records_from
from platinum.ports import Fetched

PLACE = TopicPartition("topic", 0)
_ATTRIBUTES = 21


def a_batch(records: Sequence[Fetched], compression: int = 0, append_time: bool = False, transactional: bool = False) -> bytes:
    """One batch; the offset of each record counts from the first one's."""
    base = records[0].offset if records else 0
    builder = DefaultRecordBatchBuilder(2, compression, transactional, 1 if transactional else -1, 0, 0, 1 << 30)
    for r in records:
        assert builder.append(r.offset - base, r.time_ms, r.key, r.value, list(r.headers)) is not None
    data = builder.build()
    data[0:8] = base.to_bytes(8, "big", signed=True)
    if append_time:
        data[_ATTRIBUTES + 1] |= 0x08
    return sealed(data)


def sealed(data: bytes | bytearray) -> bytes:
    """The batch with a checksum that fits."""
    crc = calc_crc32c(bytes(data[_ATTRIBUTES:]))
    return b"".join((data[:17], crc.to_bytes(4, "big"), data[_ATTRIBUTES:]))


def in_columns(records: Sequence[Any], per_batch: int = 50) -> RecordColumns[Fetched]:
    """The same records, as a fetch gives them."""
    given = [Fetched(offset, key, value, time_ms, tuple(headers)) for offset, key, value, time_ms, headers in records]
    data = b"".join(a_batch(given[at : at + per_batch]) for at in range(0, len(given), per_batch))
    columns, _ = records_from(PLACE, data, given[0].offset, None)
    assert isinstance(columns, RecordColumns)
    assert len(columns.text) == len(data) + PADDING
    return columns
