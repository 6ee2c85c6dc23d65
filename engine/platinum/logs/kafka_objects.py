"""What a broker answered for one partition → its records, by aiokafka: an object per record, and no kernel that is to be loaded first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import errors
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

from platinum.errors import Inconsistent, Unavailable
from platinum.ports import Fetched

#: Place, bytes, offset asked for, aborted transactions → records, and the offset behind what was looked at.
ReadRecords = Callable[[TopicPartition, bytes, int, Any], tuple[Sequence[Fetched], int]]


def few_records_from(place: TopicPartition, data: bytes, offset: int, aborted: Any) -> tuple[Sequence[Fetched], int]:
    """See ``kafka_records.records_from``, for commands that read a few records and end.

    Loading what reads them in columns takes a third of a second of CPU. It is loaded only where aiokafka finds nothing that it can
    use: that reads what aiokafka cannot, such as a header's name that is not UTF-8, or says what is wrong.
    """
    if not aborted:
        with suppress(Unavailable, Inconsistent, errors.KafkaError):
            records, after = by_aiokafka(place, data, offset, aborted)
            if after > offset:
                return records, after
    from platinum.logs.kafka_records import records_from

    return records_from(place, data, offset, aborted)


def by_aiokafka(place: TopicPartition, data: bytes, offset: int, aborted: Any) -> tuple[list[Fetched], int]:
    """Batches of any format; raises as ``kafka_records.records_from``."""
    records = PartitionRecords(place, MemoryRecords(data), aborted, offset, None, None, True, READ_COMMITTED)
    found: list[Fetched] = []
    try:
        found.extend(Fetched(r.offset, r.key, r.value or b"", r.timestamp, r.headers) for r in records if r.offset >= offset)
    except errors.UnsupportedCodecError as error:
        if not found:
            raise missing(place, offset, "snappy or lz4") from error
    except (errors.KafkaError, ValueError, ArithmeticError, LookupError, MemoryError, AssertionError, RuntimeError) as error:
        if not found:
            raise damaged(place, offset, type(error).__name__) from error
    return found, max(records.next_fetch_offset, offset)


def damaged(place: TopicPartition, offset: int, what: str) -> Unavailable:
    """Why nothing can be made of an answer."""
    return Unavailable(f"{place.topic}, partition {place.partition}: the broker's answer from offset {offset} on is damaged: {what}")


def missing(place: TopicPartition, offset: int, codec: str) -> Inconsistent:
    """Why records cannot be read in this installation."""
    return Inconsistent(
        f"{place.topic}, partition {place.partition}: records from offset {offset} on are compressed with {codec}, which this "
        "installation cannot read: install platinum[kafka] again (its package cramjam is missing), then start this process again"
    )
