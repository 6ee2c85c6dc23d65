"""The log on Apache Kafka as those use it that run a deployment: many records are read and written in columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

from platinum.emit.outgoing import Outgoing
from platinum.logs.kafka_batches import warm_writing, written_batches
from platinum.logs.kafka_objects import ReadRecords
from platinum.logs.kafka_plain import PlainKafkaLog, offsets_of
from platinum.logs.kafka_producer import BATCH_BYTES
from platinum.logs.kafka_records import records_from
from platinum.ports import Record


class KafkaLog(PlainKafkaLog):
    """See ``PlainKafkaLog``."""

    _records_from: ReadRecords = staticmethod(records_from)

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        """See ``PlainKafkaLog.append``."""
        if not isinstance(records, Outgoing) or not records:
            return await super().append(topic, records)
        self._refuse_closed()
        return await self._append_laid(topic, records)

    async def _append_laid(self, topic: str, records: Outgoing) -> list[tuple[int, int]]:
        """What the stream puts out, written from its columns."""
        batches, p = written_batches(records.laid(), BATCH_BYTES), records.partition
        async with self._order:
            producer = await self._producer_for(topic)
            with self._replacing(producer, topic):
                fates = [await producer.send_batch(batch, self._prefix + topic, partition=p) for batch in batches]
        with self._replacing(producer, topic):
            firsts = await offsets_of(fates)
        behind = [first + batch.record_count() for first, batch in zip(firsts, batches, strict=True)]
        return list(zip(repeat(p), chain.from_iterable(map(range, firsts, behind))))

    async def _connect(self) -> None:
        warm_writing()
        await super()._connect()
