"""Appends to Kafka on a schedule, whatever has become of the ones before: the load of a latency bench.

``KafkaLog`` waits for acknowledgements and lets one batch per partition be on its way, as it must; a load that waits for
the system hides its stalls.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import pairwise
from struct import Struct
from typing import NamedTuple

import numpy as np
from aiokafka import errors
from aiokafka.protocol.api import RequestHeader_v1
from aiokafka.protocol.produce import ProduceRequest_v3, ProduceResponse_v3

from platinum.emit.outgoing import lay
from platinum.errors import Unavailable
from platinum.logs.kafka_batches import WrittenBatch, written_batches
from platinum.logs.placement import partitions_of
from platinum.ports import Record

#: Events fall due in steps of so many seconds, as those of a few API processes would: with steps of 2 ms the broker spent more on
#: requests than on records.
STEP_S = 0.004
_BATCH_BYTES = 900 << 10
_TIMEOUT_MS = 30_000
_HEAD_START_S = 0.1
#: For acknowledgements, behind the last step.
_PATIENCE_S = 30.0
_SIZE, _NUMBER = Struct(">i"), Struct(">i")


class PacedLoad:
    """Records that are appended ``rate`` a second.

    Requests are written here, all but times and checksums, and answers are read when the last one is there: building them on
    the way with a client took a fifth of a core from what is measured.

    Attributes
    ----------
    partition, offset : int64[B]
        Where each record came to lie.
    due_ns, sent_ns : int64[B]
        When each was due and when it was handed to the socket, of the system's monotonic clock.
    """

    def __init__(self, topic: str, records: Sequence[Record], partitions: int, rate: int) -> None:
        places = partitions_of(records, partitions)
        ends = _step_ends(len(records), rate)
        self._steps = [_step(topic, records, places, (a, z)) for a, z in pairwise([0, *ends])]
        self.partition = np.array(places, np.int64)
        self.offset = np.full(len(records), -1, np.int64)
        self.due_ns = (np.repeat(np.arange(len(ends)), np.diff([0, *ends])) * (STEP_S * 1e9)).astype(np.int64)
        self.sent_ns = np.zeros(len(records), np.int64)

    async def run(self, broker: str) -> None:
        """Append all of them to the only broker there is; record time is the wall clock.

        Raises
        ------
        Unavailable
            The broker refused a batch, or does not answer.
        """
        host, _, port = broker.rpartition(":")
        transport, answers = await asyncio.get_running_loop().create_connection(_Answers, host, int(port))
        try:
            self.due_ns += time.monotonic_ns() + int(_HEAD_START_S * 1e9)
            for step in self._steps:
                if (early_ns := int(self.due_ns[step.begin]) - time.monotonic_ns()) > 0:
                    await asyncio.sleep(early_ns / 1e9)
                step.stamp(time.time_ns() // 1_000_000)
                transport.write(step.request)
                await asyncio.sleep(0)  # it is on its way before the next is stamped
                self.sent_ns[step.begin : step.end] = time.monotonic_ns()
            async with asyncio.timeout(_PATIENCE_S):
                found = await answers.of(len(self._steps))
        except TimeoutError as error:
            raise Unavailable(f"Kafka did not acknowledge everything within {_PATIENCE_S:g} s") from error
        finally:
            transport.close()
        for step, answer in zip(self._steps, found, strict=True):
            self._note(step, answer)

    def _note(self, step: _Step, answer: bytes) -> None:
        ((_, parts),) = ProduceResponse_v3.decode(answer).topics
        of = {partition: some for partition, some, _ in step.batches}
        for partition, code, first, _ in parts:
            if code:
                raise Unavailable(f"Kafka refused a batch: {errors.for_code(code).__name__}")
            self.offset[of[partition]] = first + np.arange(len(of[partition]))


class _Answers(asyncio.Protocol):
    """Answers as they came; a broker gives them in the order of the questions."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._news = asyncio.Event()
        self._lost = False

    def data_received(self, data: bytes) -> None:
        self._text += data
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        self._news.set()

    async def of(self, n: int) -> list[bytes]:
        """The first ``n``, each behind its number."""
        found: list[bytes] = []
        at = 0
        while len(found) < n:
            while at + 4 <= len(self._text) and (end := at + 4 + _SIZE.unpack_from(self._text, at)[0]) <= len(self._text):
                found.append(bytes(self._text[at + 4 + _NUMBER.size : end]))
                at = end
            if len(found) < n:
                if self._lost:
                    raise Unavailable("Kafka closed the connection")
                self._news.clear()
                await self._news.wait()
        return found


class _Step(NamedTuple):
    """Records ``begin`` to ``end`` and the request that appends them; per partition which of them, and their batch inside of it."""

    begin: int
    end: int
    request: bytearray
    batches: list[tuple[int, list[int], WrittenBatch]]

    def stamp(self, time_ms: int) -> None:
        """Make this the time of every record."""
        for _, _, batch in self.batches:
            batch.stamp(time_ms)


def _step(topic: str, records: Sequence[Record], places: Sequence[int], span: tuple[int, int]) -> _Step:
    of: dict[int, list[int]] = {}
    for i in range(*span):
        of.setdefault(places[i], []).append(i)
    written = {p: written_batches(lay([records[i]._replace(time_ms=0) for i in some]), _BATCH_BYTES) for p, some in of.items()}
    parts = [(p, batch.stamp(0)) for p, (batch,) in written.items()]
    request = ProduceRequest_v3(None, -1, _TIMEOUT_MS, [(topic, [(p, bytes(whole)) for p, whole in parts])])
    text = RequestHeader_v1(request).encode() + request.encode()
    whole_request = bytearray(_SIZE.pack(len(text)) + text)
    batches, at = [], 0
    for p, whole in parts:
        at = whole_request.index(whole, at)
        room = np.frombuffer(whole_request, np.uint8)[at : at + len(whole)]
        batches.append((p, of[p], written[p][0].moved(room)))
        at += len(whole)
    return _Step(*span, whole_request, batches)


def _step_ends(records: int, rate: int) -> list[int]:
    """Number of records that are due by the end of each step."""
    per_step = rate * STEP_S
    steps = int(np.ceil(records / per_step))
    return [min(records, round((step + 1) * per_step)) for step in range(steps)]
