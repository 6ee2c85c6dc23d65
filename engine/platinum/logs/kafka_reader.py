"""Reading Kafka at any offset: one request, one answer, nothing remembered between two.

An ``AIOKafkaConsumer`` reads ahead from a position of its own; artefacts, dead letters, the newest record of an output and
what ``explain`` looks for lie anywhere. The stream's own records come through Faust, not through here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka import errors
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.offset import OffsetRequest
from aiokafka.structs import TopicPartition

from platinum.errors import Inconsistent, Unavailable
from platinum.logs.kafka_calm import teach
from platinum.logs.kafka_objects import ReadRecords
from platinum.ports import Fetched

_LATEST, _EARLIEST = -1, -2
_READ_COMMITTED = 1
_TRIES, _PAUSE_S = 8, 0.1
#: Questions on their way are looked after so often, and so long.
_CLOSING_S, _MOST_CLOSING_S = 0.002, 5.0
#: Of one request: a broker that takes longer is away.
_REQUEST_TIMEOUT_MS = 10_000
#: What a record takes beside its value, about; a request for too little costs another one.
_ENVELOPE_BYTES = 4 << 10
#: Of one answer; a broker gives 55 MiB at most.
_MOST_BYTES = 32 << 20


async def started_reader(brokers: str, records_from: ReadRecords) -> Reader:
    """A reader that is connected.

    Raises
    ------
    KafkaError
        No broker answers.
    """
    client = AIOKafkaClient(bootstrap_servers=brokers, request_timeout_ms=_REQUEST_TIMEOUT_MS)
    teach(client)
    try:
        await client.bootstrap()
    except errors.KafkaError:
        await client.close()
        raise
    return Reader(client, records_from)


class Reader:
    """Offsets and records of any topic.

    Parameters
    ----------
    client : AIOKafkaClient
        Bootstrapped; its connections are used.
    records_from : callable
        Makes records of what a broker answers.
    """

    def __init__(self, client: AIOKafkaClient, records_from: ReadRecords) -> None:
        self._client, self._records_from = client, records_from
        self._asking = 0
        self._closed = False

    async def close(self) -> None:
        """Let questions that are on their way end, then the client's connections: it would open new ones for them."""
        self._closed = True
        until_s = asyncio.get_running_loop().time() + _MOST_CLOSING_S
        while self._asking and asyncio.get_running_loop().time() < until_s:
            await asyncio.sleep(_CLOSING_S)
        await self._client.close()

    async def partitions(self, topic: str) -> int:
        """How many a topic has; 0 when it does not exist.

        Raises
        ------
        Unavailable
            No broker says.
        """
        if not await self._look_up(topic):
            raise Unavailable(f"Kafka does not answer for {topic}: no metadata")
        return len(self._client.cluster.partitions_for_topic(topic) or ())

    async def _look_up(self, topic: str) -> bool:
        """Fresh metadata with ``topic`` in it, if a broker answers. ``add_topic`` alone returns at once when another task asked before."""
        await self._client.add_topic(topic)
        return bool(await self._client.force_metadata_update())

    async def end(self, topic: str, partition: int) -> int:
        """Offset of the next record; 0 for a topic that does not exist, as for one without records."""
        return await self._offset(topic, partition, _LATEST)

    async def start(self, topic: str, partition: int) -> int:
        """Smallest offset held."""
        return await self._offset(topic, partition, _EARLIEST)

    async def _offset(self, topic: str, partition: int, which: int) -> int:
        response = await self._ask(topic, partition, OffsetRequest(-1, _READ_COMMITTED, [(topic, [(partition, which)])]))
        if response is None:
            return 0
        ((_, ((_, _, _, offset, *_),)),) = response.topics
        return int(offset)

    async def read(self, topic: str, partition: int, offset: int, max_records: int, max_bytes: int) -> list[Fetched]:
        """What lies from ``offset`` on, within the bounds of ``ports.Log.fetch``; nothing when that is the end.

        Raises
        ------
        Inconsistent
            ``offset`` lies before the smallest offset held, or the records are compressed in a way that cannot be undone here.
        Unavailable
        """
        while True:
            wanted = min(max_bytes, _MOST_BYTES) + _ENVELOPE_BYTES
            request = FetchRequest(0, 1, wanted, _READ_COMMITTED, [(topic, [(partition, offset, wanted)])])
            response = await self._ask(topic, partition, request)
            if response is None:
                return []
            ((_, ((_, code, high, *rest, data),)),) = response.topics
            if errors.for_code(code) is errors.OffsetOutOfRangeError:
                await self._refuse_removed(topic, partition, offset)
                return []
            # From version 5 on the log's first offset comes before the aborted transactions.
            aborted = rest[2] if len(rest) > 2 else rest[1]
            records, behind = self._records_from(TopicPartition(topic, partition), data, offset, aborted) if data else ((), offset)
            found, after = _within(records, behind, max_records, max_bytes)
            if found or after >= high or after == offset:
                return found
            offset = after  # compaction has emptied these batches

    async def _refuse_removed(self, topic: str, partition: int, offset: int) -> None:
        start = await self.start(topic, partition)
        if offset < start:
            raise Inconsistent(
                f"{topic}, partition {partition}: offset {offset} was asked for, retention has removed everything before {start}"
            )

    async def _ask(self, topic: str, partition: int, request: Any) -> Any:
        """Answer of the partition's leader; None when the topic does not exist."""
        self._asking += 1
        try:
            return await self._answer(topic, partition, request)
        finally:
            self._asking -= 1

    async def _answer(self, topic: str, partition: int, request: Any) -> Any:
        tp = TopicPartition(topic, partition)
        why = "no leader"
        for attempt in range(_TRIES):
            if self._closed:
                raise Unavailable("the log is closed")
            leader = self._client.cluster.leader_for_partition(tp)
            if leader is None or leader < 0:
                await self._look_up(topic)
                leader = self._client.cluster.leader_for_partition(tp)
                if leader is None and self._client.cluster.partitions_for_topic(topic) is None:
                    return None
            if leader is not None and leader >= 0:
                try:
                    response = await self._client.send(leader, request)
                except errors.KafkaError as error:
                    why = type(error).__name__
                else:
                    ((_, ((_, code, *_),)),) = response.topics
                    kind = errors.for_code(code)
                    if kind in (errors.NoError, errors.OffsetOutOfRangeError):
                        return response
                    why = kind.__name__
            self._client.force_metadata_update()
            await asyncio.sleep(_PAUSE_S * min(attempt + 1, 5))
        raise Unavailable(f"Kafka does not answer for {topic}, partition {partition}: {why}")


def _within(records: Sequence[Fetched], behind: int, max_records: int, max_bytes: int) -> tuple[list[Fetched], int]:
    """The first of them within the bounds, and the offset behind what was looked at."""
    found: list[Fetched] = []
    n_bytes = 0
    for record in records:
        n_bytes += len(record.value)
        if found and (n_bytes > max_bytes or len(found) >= max_records):
            return found, record.offset
        found.append(record)
    return found, behind
