"""The log on Apache Kafka: idempotent batches with acks from all replicas, reads at any offset.

This one does without kernels: a command that reads and appends a few records has done so before they are loaded. ``kafka.KafkaLog``
is what runs a deployment.

Topics are made beforehand (``platinum topics create``), because their settings are part of the promises: record times are
the producer's, the future is refused by the broker too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaProducer, errors

from platinum.errors import Rejected, Unavailable, UsageError
from platinum.logs.kafka_objects import ReadRecords, few_records_from
from platinum.logs.kafka_producer import started_producer, stopped
from platinum.logs.kafka_reader import Reader, started_reader
from platinum.logs.placement import partitions_of, refuse_future
from platinum.ports import Fetched, Record

#: How often a fetch that waits looks again. Nothing on the stream's way waits here.
_LOOK_S = 0.02
#: How long closing waits for a batch that is being handed over.
_HANDING_OVER_S = 2.0


class PlainKafkaLog:
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

    _records_from: ReadRecords = staticmethod(few_records_from)

    def __init__(
        self, brokers: str, partitions: int = 4, generation: int = 1, clock_ms: Callable[[], int] | None = None, prefix: str = ""
    ) -> None:
        if partitions < 1 or partitions & (partitions - 1):
            raise ValueError(f"partitions must be a power of two, got {partitions}")
        self._brokers, self._partitions, self._generation = brokers, partitions, generation
        self._clock_ms, self._prefix = clock_ms, prefix
        self._connecting = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None
        self._spent: AIOKafkaProducer | None = None
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
        """See ``ports.Log.append``; after ``Unavailable`` a part of the records may be there.

        It waits for a broker that is away as long as it takes, and the records are then there once and in order: a sequence
        number that was given away cannot be taken back. Who cannot wait so long must not hand over more meanwhile.
        """
        self._refuse_closed()
        if not records:
            return []
        refuse_future(topic, records, self._clock_ms)
        places = partitions_of(records, self._partitions)
        async with self._order:  # two calls keep their order although handing over a batch may wait
            producer = await self._producer_for(topic)
            with self._replacing(producer, topic):
                sent = await _hand_over(producer, self._prefix + topic, records, places)
        with self._replacing(producer, topic):
            return await _placed(sent, places)

    @contextmanager
    def _replacing(self, producer: AIOKafkaProducer, topic: str) -> Iterator[None]:
        """Give a producer up when a batch is refused for good: its sequence numbers are missing, and all that follow would be refused."""
        try:
            yield
        except errors.KafkaError as error:
            if self._producer is producer:
                self._producer, self._spent = None, producer
            raise _meaning(error, topic) from error

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
        with suppress(TimeoutError):  # whoever hands over at this moment waits for a broker that is away
            async with asyncio.timeout(_HANDING_OVER_S), self._order:
                self._closed = True  # not before: calls that came first are completed, also those that are still connecting
        self._closed = True
        async with self._connecting:  # somebody may be connecting at this moment
            for producer in (self._spent, self._producer):
                if producer is not None:
                    await stopped(producer)
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
        try:
            if self._spent is not None:
                await stopped(self._spent)  # what it still has on its way must not be overtaken
                self._spent = None
            self._producer = self._producer or await started_producer(self._brokers)
            self._reader = self._reader or await started_reader(self._brokers, self._records_from)
        except errors.KafkaError as error:
            raise Unavailable(f"Kafka does not answer at {self._brokers}: {type(error).__name__}") from error


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


async def _placed(sent: Sequence[tuple[list[int], asyncio.Future[Any]]], places: Sequence[int]) -> list[tuple[int, int]]:
    placed: list[tuple[int, int]] = [(0, 0)] * len(places)
    for (inside, _), first in zip(sent, await offsets_of([fate for _, fate in sent]), strict=True):
        for n, i in enumerate(inside):
            placed[i] = (places[i], first + n)
    return placed


async def offsets_of(fates: Sequence[asyncio.Future[Any]]) -> list[int]:
    """First offset of each batch, once all are acknowledged."""
    # All of them are awaited whatever becomes of the first: an error that nobody fetches would be logged as a bug.
    results = await asyncio.gather(*fates, return_exceptions=True)
    for result in results:
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
        return UsageError(f"a record for {topic} is larger than the broker takes: see `platinum topics check`")
    return Unavailable(f"Kafka did not acknowledge an append to {topic}: {type(error).__name__}")
