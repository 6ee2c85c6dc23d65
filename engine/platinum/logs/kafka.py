"""The log on Apache Kafka: idempotent batches with acks from all replicas, reads at any offset.

Topics are made beforehand (``platinum topics create``), because their settings are part of the promises: record times are
the producer's, the future is refused by the broker too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaProducer, errors
from aiokafka.client import AIOKafkaClient

from platinum.emit.outgoing import Outgoing
from platinum.errors import Rejected, Unavailable, UsageError
from platinum.logs.kafka_batches import written_batches
from platinum.logs.kafka_calm import calm
from platinum.logs.kafka_reader import Reader
from platinum.logs.kafka_requests import join_requests
from platinum.logs.placement import partitions_of, refuse_future
from platinum.ports import Fetched, Record

#: Of one produced batch, and of one request: a batch of decisions with their inputs is some 2 MB.
_BATCH_BYTES, _REQUEST_BYTES = 900 << 10, 8 << 20
_REQUEST_TIMEOUT_MS = 30_000
#: How often a fetch that waits looks again. Nothing on the stream's way waits here.
_LOOK_S = 0.02


class KafkaLog:
    """See ``ports.Log``. One event loop uses it; it connects with the first call.

    Parameters
    ----------
    brokers : str
        Bootstrap addresses, ``host:port`` separated by commas.
    partitions : int
        P of every keyed topic, a power of two.
    generation : int
    clock_ms : callable or None
        Clock against which record times are checked before they are sent; None for a log that plays a history.
    prefix : str
        In front of every topic's name, for several deployments on one cluster.
    """

    def __init__(
        self, brokers: str, partitions: int = 4, generation: int = 1, clock_ms: Callable[[], int] | None = None, prefix: str = ""
    ) -> None:
        if partitions < 1 or partitions & (partitions - 1):
            raise ValueError(f"partitions must be a power of two, got {partitions}")
        self._brokers, self._partitions, self._generation = brokers, partitions, generation
        self._clock_ms, self._prefix = clock_ms, prefix
        self._connecting = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None
        self._reader: Reader | None = None
        self._order = asyncio.Lock()
        self._known: set[str] = set()
        self._closed = False

    @property
    def partitions(self) -> int:
        """P of every keyed topic."""
        return self._partitions

    @property
    def generation(self) -> int:
        """Grows when the log is replaced by another one."""
        return self._generation

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        """See ``ports.Log.append``; after ``Unavailable`` a part of the records may be there."""
        self._refuse_closed()
        if not records:
            return []
        if isinstance(records, Outgoing):
            return await self._append_laid(topic, records)
        refuse_future(topic, records, self._clock_ms)
        places = partitions_of(records, self._partitions)
        async with self._order:  # two calls keep their order although handing over a batch may wait
            producer = await self._producer_for(topic)
            try:
                sent = await _hand_over(producer, self._prefix + topic, records, places)
            except errors.KafkaError as error:
                raise _meaning(error, topic) from error
        return await _placed(sent, places, topic)

    async def _append_laid(self, topic: str, records: Outgoing) -> list[tuple[int, int]]:
        """What the stream puts out, written from its columns."""
        batches, p = written_batches(records.laid(), _BATCH_BYTES), records.partition
        async with self._order:
            producer = await self._producer_for(topic)
            try:
                fates = [await producer.send_batch(batch, self._prefix + topic, partition=p) for batch in batches]
            except errors.KafkaError as error:
                raise _meaning(error, topic) from error
        firsts = await _offsets(fates, topic)
        return [(p, first + n) for first, batch in zip(firsts, batches, strict=True) for n in range(batch.record_count())]

    async def _producer_for(self, topic: str) -> AIOKafkaProducer:
        producer, reader = await self._connected()
        if topic not in self._known:
            await self._know(reader, topic)
        return producer

    async def fetch(
        self, topic: str, partition: int, offset: int, max_records: int, max_bytes: int = 4 << 20, wait_s: float = 0.0
    ) -> list[Fetched]:
        """See ``ports.Log.fetch``."""
        self._check(partition)
        reader = (await self._connected())[1]
        until = asyncio.get_running_loop().time() + wait_s
        while True:
            self._refuse_closed()
            found = await reader.read(self._prefix + topic, partition, offset, max_records, max_bytes)
            left_s = until - asyncio.get_running_loop().time()
            if found or left_s <= 0:
                return found
            await asyncio.sleep(min(_LOOK_S, left_s))

    async def start(self, topic: str, partition: int) -> int:
        """Smallest offset still held."""
        self._check(partition)
        return await (await self._connected())[1].start(self._prefix + topic, partition)

    async def end(self, topic: str, partition: int) -> int:
        """Offset that the next record will get."""
        self._check(partition)
        return await (await self._connected())[1].end(self._prefix + topic, partition)

    async def close(self) -> None:
        """Flush and release."""
        if self._closed:
            return
        async with self._order:
            self._closed = True
        async with self._connecting:  # somebody may be connecting at this moment
            if self._producer is not None:
                await self._producer.stop()
            if self._reader is not None:
                await self._reader.close()

    def _check(self, partition: int) -> None:
        self._refuse_closed()
        if not 0 <= partition < self._partitions:
            raise ValueError(f"partition must be 0..{self._partitions - 1}, or the log must be opened with more partitions")

    def _refuse_closed(self) -> None:
        if self._closed:
            raise Unavailable("the log is closed")

    async def _know(self, reader: Reader, topic: str) -> None:
        """Refuse a topic that is not there: the producer would ask for it ten times a second for half a minute."""
        there = await reader.partitions(self._prefix + topic)
        if there != self._partitions:
            what = "does not exist" if there == 0 else f"has {there} partitions, not {self._partitions}"
            raise UsageError(f"topic {self._prefix}{topic} {what}: see `platinum topics check`")
        self._known.add(topic)

    async def _connected(self) -> tuple[AIOKafkaProducer, Reader]:
        if self._producer is not None and self._reader is not None:
            return self._producer, self._reader
        async with self._connecting:
            self._refuse_closed()
            if self._producer is None or self._reader is None:
                await self._connect()
        self._refuse_closed()
        assert self._producer is not None
        assert self._reader is not None
        return self._producer, self._reader

    async def _connect(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._brokers,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=_BATCH_BYTES,
            max_request_size=_REQUEST_BYTES,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
        )
        client = AIOKafkaClient(bootstrap_servers=self._brokers)
        join_requests(producer.client)
        calm(producer.client)
        calm(client)
        try:
            await producer.start()
            await client.bootstrap()
        except errors.KafkaError as error:
            with suppress(errors.KafkaError):
                await producer.stop()
            await client.close()
            raise Unavailable(f"Kafka does not answer at {self._brokers}: {type(error).__name__}") from error
        self._producer, self._reader = producer, Reader(client)


async def _hand_over(
    producer: AIOKafkaProducer, topic: str, records: Sequence[Record], places: Sequence[int]
) -> list[tuple[list[int], asyncio.Future[Any]]]:
    """Give the producer one batch, or several, per partition: which records, and their fate."""
    of: dict[int, list[int]] = {}
    for i, partition in enumerate(places):
        of.setdefault(partition, []).append(i)
    sent: list[tuple[list[int], asyncio.Future[Any]]] = []
    for partition, some in of.items():
        batch, inside = producer.create_batch(), list[int]()
        for i in some:
            key, value, time_ms, headers, _ = records[i]
            if batch.append(key=key, value=value, timestamp=time_ms, headers=list(headers)) is None:
                sent.append((inside, await producer.send_batch(batch, topic, partition=partition)))
                batch, inside = producer.create_batch(), []
                batch.append(key=key, value=value, timestamp=time_ms, headers=list(headers))
            inside.append(i)
        sent.append((inside, await producer.send_batch(batch, topic, partition=partition)))
    return sent


async def _placed(sent: Sequence[tuple[list[int], asyncio.Future[Any]]], places: Sequence[int], topic: str) -> list[tuple[int, int]]:
    placed: list[tuple[int, int]] = [(0, 0)] * len(places)
    for (inside, _), first in zip(sent, await _offsets([fate for _, fate in sent], topic), strict=True):
        for n, i in enumerate(inside):
            placed[i] = (places[i], first + n)
    return placed


async def _offsets(fates: Sequence[asyncio.Future[Any]], topic: str) -> list[int]:
    """First offset of each batch, once all are acknowledged."""
    # All of them are awaited whatever becomes of the first: an error that nobody fetches would be logged as a bug.
    results = await asyncio.gather(*fates, return_exceptions=True)
    for result in results:
        if isinstance(result, errors.KafkaError):
            raise _meaning(result, topic) from result
        if isinstance(result, BaseException):
            raise result
    return [fate.result().offset for fate in fates]


def _meaning(error: errors.KafkaError, topic: str) -> Exception:
    if isinstance(error, errors.InvalidTimestampError):
        return Rejected(
            "future_time", "'time_ms' must be at most 5 minutes ahead of the broker's clock; see docs/architecture.md, 'Time'", "time_ms"
        )
    if isinstance(error, errors.UnknownTopicOrPartitionError):
        return UsageError(f"topic {topic} does not exist, or has too few partitions: make it with `platinum topics create`")
    if isinstance(error, (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError)):
        return ValueError(f"a record for {topic} is larger than the broker takes")
    return Unavailable(f"Kafka did not acknowledge an append to {topic}: {type(error).__name__}")
