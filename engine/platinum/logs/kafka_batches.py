"""Record batches for aiokafka's producer that are written from columns in one call, in place of its own builder."""

from __future__ import annotations

from struct import Struct

import numpy as np
from aiokafka.producer.message_accumulator import BatchBuilder
from numpy.typing import NDArray

from platinum.emit.kafka_form import put_records, records_bytes
from platinum.emit.outgoing import Laid, lay
from platinum.logs.kafka_crc import checksum
from platinum.ports import Record

#: Base offset, length, leader epoch, magic, CRC | attributes, last offset delta, first and largest time, producer id, its epoch,
#: first sequence number, number of records. Kafka, "Record Batch", format 2.
_FRONT, _BEHIND_CRC = Struct(">qiibI"), Struct(">hiqqqhii")
_CRC_AT, _HEADER_BYTES = 17, 61
_LENGTH_FROM, _MAGIC = 12, 2


class WrittenBatch(BatchBuilder):  # type: ignore[misc]
    """A batch that is complete; ``MessageBatch`` asks it what it asks a ``BatchBuilder``.

    Parameters
    ----------
    room : uint8[*]
        Header and records; kept until the batch is acknowledged.
    """

    def __init__(self, room: NDArray[np.uint8], first_ms: int, largest_ms: int, count: int) -> None:
        self._room, self._first_ms, self._largest_ms = room, first_ms, largest_ms
        self._relative_offset = count
        self._producer = (-1, -1, 0)
        self._closed = True

    def append(self, **_: object) -> None:
        """Nothing can be added."""

    def stamp(self, time_ms: int) -> memoryview:
        """The whole batch with this as every record's time; they must have been written with equal times."""
        self._first_ms = self._largest_ms = time_ms
        return self._build()

    def moved(self, room: NDArray[np.uint8]) -> WrittenBatch:
        """The same batch in another place."""
        return WrittenBatch(room, self._first_ms, self._largest_ms, self._relative_offset)

    def _set_producer_state(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        self._producer = (producer_id, producer_epoch, base_sequence)

    def _build(self) -> memoryview:
        n, whole = self._relative_offset, self._room.data
        _BEHIND_CRC.pack_into(whole, _CRC_AT + 4, 0, n - 1, self._first_ms, self._largest_ms, *self._producer, n)
        _FRONT.pack_into(whole, 0, 0, len(whole) - _LENGTH_FROM, -1, _MAGIC, checksum(self._room, _CRC_AT + 4))
        return whole

    def size(self) -> int:
        """Bytes."""
        return len(self._room)


def warm_writing() -> None:
    """Compile, or load, what writes batches, before one waits for it."""
    written_batches(lay([Record(b"warm", b"", 0)]), 0)


def written_batches(laid: Laid, batch_bytes: int) -> list[WrittenBatch]:
    """Batches of all records, in order, each of ``batch_bytes`` at most unless one record alone is larger."""
    batches: list[WrittenBatch] = []
    became, sizes = np.zeros(3, np.int64), np.zeros(2, np.int64)
    while (first := int(became[0])) < len(laid.times_ms):
        records_bytes(laid.keys, laid.values, laid.heads, first, sizes)
        of_all, of_first = sizes.tolist()
        room = np.empty(_HEADER_BYTES + max(of_first, min(of_all, batch_bytes)), np.uint8)
        put_records(laid.keys, laid.values, laid.heads, laid.times_ms, room[_HEADER_BYTES:], became)
        behind = int(became[0])
        batches.append(WrittenBatch(room[: _HEADER_BYTES + int(became[1])], int(laid.times_ms[first]), int(became[2]), behind - first))
    return batches
