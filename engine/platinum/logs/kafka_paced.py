"""Appends to Kafka on a schedule, whatever has become of the ones before: the load of a latency bench.

``KafkaLog`` waits for acknowledgements and lets one batch per partition be on its way, as it must; a load that waits for
the system hides its stalls.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from aiokafka import errors
from aiokafka.client import AIOKafkaClient
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.structs import TopicPartition
from numpy.typing import NDArray

from platinum.errors import Unavailable
from platinum.logs.placement import partitions_of
from platinum.ports import Record

#: Events fall due in steps of so many seconds: a producer that is woken more often costs more than what it measures.
STEP_S = 0.002
_BATCH_BYTES = 900 << 10
_TIMEOUT_MS = 30_000
_HEAD_START_S = 0.1


class PacedLoad:
    """Records that are appended ``rate`` a second.

    Attributes
    ----------
    partition, offset : int64[B]
        Where each record came to lie.
    due_ns, sent_ns : int64[B]
        When each was due and when it was handed to the socket, of the system's monotonic clock.
    """

    def __init__(self, topic: str, records: Sequence[Record], partitions: int, rate: int) -> None:
        self._topic, self._records = topic, records
        self._places = partitions_of(records, partitions)
        self._ends = _step_ends(len(records), rate)
        self.partition = np.array(self._places, np.int64)
        self.offset = np.full(len(records), -1, np.int64)
        self.due_ns, self.sent_ns = np.zeros(len(records), np.int64), np.zeros(len(records), np.int64)

    async def run(self, client: AIOKafkaClient) -> None:
        """Append all of them; record time is the wall clock.

        Raises
        ------
        Unavailable
            The broker refused a batch.
        """
        leader = client.cluster.leader_for_partition(TopicPartition(self._topic, 0))
        start_ns = time.monotonic_ns() + int(_HEAD_START_S * 1e9)
        sent: list[tuple[dict[int, list[int]], asyncio.Task[Any]]] = []
        begin = 0
        for step, end in enumerate(self._ends):
            due_ns = start_ns + int(step * STEP_S * 1e9)
            if (early_ns := due_ns - time.monotonic_ns()) > 0:
                await asyncio.sleep(early_ns / 1e9)
            of, batches = self._built(begin, end, time.time_ns() // 1_000_000)
            sent.append((of, asyncio.ensure_future(client.send(leader, ProduceRequest(None, -1, _TIMEOUT_MS, [(self._topic, batches)])))))
            await asyncio.sleep(0)  # it is on its way before the next is built
            self.due_ns[begin:end], self.sent_ns[begin:end] = due_ns, time.monotonic_ns()
            begin = end
        for of, answer in sent:
            self._note(of, await answer)

    def _built(self, begin: int, end: int, time_ms: int) -> tuple[dict[int, list[int]], list[tuple[int, bytes]]]:
        of: dict[int, list[int]] = {}
        for i in range(begin, end):
            of.setdefault(self._places[i], []).append(i)
        batches = []
        for partition, some in of.items():
            builder = BatchBuilder(_BATCH_BYTES, 0)
            for i in some:
                builder.append(timestamp=time_ms, key=self._records[i].key, value=self._records[i].value)
            batches.append((partition, bytes(builder._build())))  # noqa: SLF001 - how aiokafka's own sender takes it
        return of, batches

    def _note(self, of: dict[int, list[int]], response: Any) -> None:
        ((_, answers),) = response.topics
        for partition, code, first, *_ in answers:
            if code:
                raise Unavailable(f"Kafka refused a batch: {errors.for_code(code).__name__}")
            some: NDArray[np.int64] = np.array(of[partition], np.int64)
            self.offset[some] = first + np.arange(len(some))


async def connect(brokers: str, topic: str) -> AIOKafkaClient:
    """A client that knows the topic's leader."""
    client = AIOKafkaClient(bootstrap_servers=brokers)
    await client.bootstrap()
    await client.add_topic(topic)
    await client.force_metadata_update()
    return client


def _step_ends(records: int, rate: int) -> list[int]:
    """Number of records that are due by the end of each step."""
    per_step = rate * STEP_S
    steps = int(np.ceil(records / per_step))
    return [min(records, round((step + 1) * per_step)) for step in range(steps)]
