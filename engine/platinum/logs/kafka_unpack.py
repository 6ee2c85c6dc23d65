"""Compressed, transactional and control batches (format v2) → plain ones that ``kafka_scan`` reads.

aiokafka's parser raises at a header whose name is not UTF-8, so one such record would stop its partition; it also makes an object per
record. Its codecs are used, not its parser.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from aiokafka import codec
from aiokafka.record.control_record import ABORT_MARKER, ControlRecord
from aiokafka.record.memory_records import MemoryRecords

from platinum.logs.kafka_crc import checksum

_HEADER_BYTES, _BEFORE_LENGTH, _CRC_AT, _ATTRIBUTES_AT = 61, 12, 17, 21
#: Base offset, length, leader epoch, magic, CRC, attributes, last offset delta, first and largest time, producer id.
_FRONT = Struct(">qiibIhiqqq")
_LENGTH, _CRC, _ATTRIBUTES = Struct(">i"), Struct(">I"), Struct(">h")
_CODEC, _TRANSACTIONAL, _CONTROL = 0x07, 0x10, 0x20


class Codec(NamedTuple):
    """How one kind of compression is undone; ``is_there``: whether its library is installed."""

    name: str
    is_there: Callable[[], bool]
    unpack: Callable[[bytes], bytes]


_CODECS = {
    1: Codec("gzip", codec.has_gzip, codec.gzip_decode),
    2: Codec("snappy", codec.has_snappy, codec.snappy_decode),
    3: Codec("lz4", codec.has_lz4, codec.lz4_decode),
    4: Codec("zstd", codec.has_zstd, codec.zstd_decode),
}


class Unpacked(NamedTuple):
    """What became of an answer.

    Attributes
    ----------
    data : bytes
        Plain batches; markers and what was aborted are left out.
    after : int
        Offset behind the last batch that was looked at, 0 = none.
    damage : str
        Why the next one could not be used, "" = there is none, or it is cut off.
    missing : str
        The compression of the next one, whose library is not installed; "" = none.
    """

    data: bytes
    after: int
    damage: str = ""
    missing: str = ""


def unpacked(data: bytes, aborted: Any) -> Unpacked:
    """Go over the batches up to the first that cannot be used. All must be of format v2.

    Parameters
    ----------
    aborted : list of (producer id, first offset) or None
        Transactions whose records are left out.
    """
    to_come, gone = sorted(aborted or [], key=lambda one: one[1]), set[int]()
    plain, at, after = list[bytes](), 0, 0
    while at + _HEADER_BYTES <= len(data):
        base, length, _, _, crc, attributes, last, _, _, producer = _FRONT.unpack_from(data, at)
        end = at + _BEFORE_LENGTH + length
        if end > len(data):
            break
        batch = data[at:end]
        if length < _HEADER_BYTES - _BEFORE_LENGTH or last < 0 or base < after or checksum(_bytes(batch), _ATTRIBUTES_AT) != crc:
            return Unpacked(b"".join(plain), after, "a batch that its checksum does not fit")
        while to_come and to_come[0][1] <= base:
            gone.add(to_come.pop(0)[0])
        if attributes & _CONTROL:
            if _is_abort(batch):
                gone.discard(producer)
        elif not (attributes & _TRANSACTIONAL and producer in gone):
            kind = _CODECS.get(attributes & _CODEC)
            if kind is not None and not kind.is_there():
                return Unpacked(b"".join(plain), after, missing=kind.name)
            try:
                plain.append(_plain(batch, attributes, kind))
            except Exception as error:  # noqa: BLE001 - each codec has errors of its own for bytes that are none of its
                return Unpacked(b"".join(plain), after, f"a batch that cannot be unpacked: {type(error).__name__}")
        at, after = end, base + last + 1
    return Unpacked(b"".join(plain), after)


def _bytes(batch: bytes | bytearray) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(bytearray(batch), np.uint8)  # one that may be written, as everywhere: no second version is compiled


def _is_abort(batch: bytes) -> bool:
    marker = next(MemoryRecords(batch).next_batch(), None)
    return marker is not None and bool(ControlRecord.parse(marker.key) == ABORT_MARKER)


def _plain(batch: bytes, attributes: int, kind: Codec | None) -> bytes:
    """The batch without compression and transaction, sealed anew."""
    if attributes & _CODEC and kind is None:
        raise ValueError("compressed in a way that Kafka does not know")
    records = batch[_HEADER_BYTES:]
    made = bytearray(batch[:_HEADER_BYTES]) + (records if kind is None else kind.unpack(records))
    _LENGTH.pack_into(made, 8, len(made) - _BEFORE_LENGTH)
    _ATTRIBUTES.pack_into(made, _ATTRIBUTES_AT, attributes & ~(_CODEC | _TRANSACTIONAL))
    _CRC.pack_into(made, _CRC_AT, checksum(_bytes(made), _ATTRIBUTES_AT))
    return bytes(made)
