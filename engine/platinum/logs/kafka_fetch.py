"""The stream's own reading: what several partitions hold from where each stands, asked for ahead of whoever applies it.

An ``AIOKafkaConsumer`` makes an object per record, in a thread of its own under Faust: 4 µs per event. Here a leader is asked for
all of its partitions at once, in the loop that applies. Where the log had more than an answer, the next question is on its way before
the answer is applied. Where it had not, a question as early would come back with the few records that have arrived meanwhile, and most
would wait for those to be applied: it is asked when whoever applies is nearly done (``ahead``).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Container, Mapping, Sequence
from typing import Any

import structlog
from aiokafka import errors
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.structs import TopicPartition

from platinum.errors import Inconsistent, Unavailable
from platinum.logs.kafka_calm import teach
from platinum.logs.kafka_place import FIRST_BACKOFF_S, ReadPlace, epoch_of
from platinum.logs.kafka_records import records_from, warm_reading
from platinum.ports import Fetched

LOG = structlog.get_logger("platinum.logs")
_READ_COMMITTED = 1
#: A broker answers at the first byte, or after so long without one.
_MOST_WAIT_MS = 500
_REQUEST_TIMEOUT_MS = 10_000
#: 2 and 4 MiB took 1.0 µs of CPU per event in place of 0.74: the bytes no longer stay in the caches.
#: Of one partition and answer: about ``stream.deployment.MOST_RECORDS`` of a shop's events.
_PART_BYTES = 4 << 20
#: Of one answer; what does not fit into it comes with the next, which asks in another order.
_MOST_BYTES = 32 << 20
#: Share of the time that the loop's thread may be at work as long as it keeps up. A batch costs a millisecond however little it brings:
#: asked for at once, the next one would have half as many records, and the thread would never rest. Nor is it to rest for longer
#: than ``MOST_REST_S`` behind a large batch: after a stall the next ones wait.
MOST_BUSY, MOST_REST_S = 0.72, 0.004
#: A broker answers one connection's questions in order, so one that waits holds up the next: of a partition that was moved, or
#: whose neighbours have nothing new.
_WAYS = (ConnectionGroup.DEFAULT, ConnectionGroup.COORDINATION)


class KafkaFetch:
    """See ``stream.fetching.Fetching``. One event loop uses it.

    Parameters
    ----------
    brokers : str
        Bootstrap addresses, ``host:port`` separated by commas.
    topic : str
    max_records : int
        Of one partition, handed over at once.
    part_bytes : int
        Of one partition, asked for at once.
    """

    def __init__(self, brokers: str, topic: str, max_records: int, part_bytes: int = _PART_BYTES) -> None:
        self._brokers, self._topic, self._max_records, self._part_bytes = brokers, topic, max_records, part_bytes
        self._client: AIOKafkaClient | None = None
        self._places: dict[int, ReadPlace] = {}
        self._on_their_way: dict[tuple[int, Any], asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._astray: list[int] = []
        self._unreadable: dict[int, Inconsistent] = {}
        self._woken = False
        self._bug: BaseException | None = None
        self._taken_at_s = self._worked_s = 0.0
        self._turn = 0

    async def start(self) -> None:
        """Connect.

        Raises
        ------
        Unavailable
        """
        warm_reading()
        client = AIOKafkaClient(bootstrap_servers=self._brokers, request_timeout_ms=_REQUEST_TIMEOUT_MS)
        teach(client)
        try:
            await client.bootstrap()
        except errors.KafkaError as error:
            await client.close()
            raise Unavailable(f"Kafka does not answer at {self._brokers}: {type(error).__name__}") from error
        self._client = client
        await client.add_topic(self._topic)

    async def close(self) -> None:
        """Give up what is on its way, and the connections."""
        client, self._client = self._client, None
        for task in self._on_their_way.values():
            task.cancel()
        if client is not None:
            await asyncio.gather(*self._on_their_way.values(), return_exceptions=True)
            await client.close()

    def seek(self, partition: int, offset: int) -> None:
        """See ``stream.fetching.Fetching.seek``."""
        place = self._places.setdefault(partition, ReadPlace(offset))
        place.move(offset)
        self._unreadable.pop(partition, None)
        self.wake()

    def wake(self) -> None:
        """See ``stream.fetching.Fetching.wake``."""
        self._woken = True
        self._news.set()

    def astray(self) -> list[int]:
        """See ``stream.fetching.Fetching.astray``."""
        found, self._astray = self._astray, []
        return found

    def unreadable(self) -> dict[int, Inconsistent]:
        """See ``stream.fetching.Fetching.unreadable``."""
        found, self._unreadable = self._unreadable, {}
        return found

    async def take(self, wanted: Container[int], timeout_s: float) -> dict[int, Sequence[Fetched]]:
        """See ``stream.fetching.Fetching.take``."""
        for partition in [p for p in self._places if p not in wanted]:
            del self._places[partition]
        self._woken = False
        until_s = self._now_s() + timeout_s
        if (rested_at_s := self._rested_at_s()) > self._now_s() and not self._has_something():
            await self._wait(rested_at_s)
        self._ask()
        while not self._has_something() and self._now_s() < until_s:
            await self._wait(self._look_again_at(until_s))
            self._ask()
        if self._bug is not None:
            raise self._bug
        taken = {p: place.take(self._max_records) for p, place in self._places.items() if place.rest}
        if taken:
            self._taken_at_s, self._worked_s = self._now_s(), time.thread_time()
            self._ask([p for p in taken if self._places[p].is_behind])
        return taken

    def ahead(self) -> None:
        """See ``stream.fetching.Fetching.ahead``."""
        if self._now_s() >= self._rested_at_s():
            self._ask()

    def _rested_at_s(self) -> float:
        """When the next question may be asked, as far as can be told now."""
        worked_s = time.thread_time() - self._worked_s
        return self._taken_at_s + worked_s + min(worked_s * (1 / MOST_BUSY - 1), MOST_REST_S)

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()

    def _has_something(self) -> bool:
        return (
            self._woken
            or bool(self._astray or self._unreadable)
            or self._bug is not None
            or any(place.rest for place in self._places.values())
        )

    def _look_again_at(self, until_s: float) -> float:
        """When to ask although nothing was heard: one that has held off is due."""
        now_s = self._now_s()
        return min([until_s, *(place.not_before_s for place in self._places.values() if place.not_before_s > now_s)])

    async def _wait(self, until_s: float) -> None:
        """Until there is news, or until then."""
        loop = asyncio.get_running_loop()
        self._news.clear()
        timer = loop.call_at(until_s, self._news.set)
        try:
            await self._news.wait()
        finally:
            timer.cancel()

    def _ask(self, some: Collection[int] | None = None) -> None:
        """Ask each leader that has a free connection for all that may be asked for, or for ``some`` of it."""
        client = self._client
        if client is None:
            return
        now_s = self._now_s()
        of_leader: dict[int, dict[int, int]] = {}
        for p, place in self._places.items() if some is None else ((p, self._places[p]) for p in some):
            if place.asked or place.told or place.rest or place.not_before_s > now_s:
                continue
            leader = client.cluster.leader_for_partition(TopicPartition(self._topic, p))
            if leader is None or leader < 0:
                place.hold_off(now_s)
                client.force_metadata_update()
            else:
                of_leader.setdefault(leader, {})[p] = place.next_offset
        for leader, offsets in of_leader.items():
            way = next(((leader, way) for way in _WAYS if (leader, way) not in self._on_their_way), None)
            if way is not None:
                self._on_their_way[way] = task = asyncio.get_running_loop().create_task(self._asked(client, way, offsets))
                task.add_done_callback(self._ended)
                for p in offsets:
                    self._places[p].asked = True

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Hand an error that nobody expected to whoever takes: it ends the worker."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._bug = error
        self._news.set()

    async def _asked(self, client: AIOKafkaClient, way: tuple[int, Any], offsets: Mapping[int, int]) -> None:
        """One question and its answer."""
        asked = {p: self._places[p] for p in offsets if p in self._places}
        try:
            response = await client.send(way[0], self._request(offsets), group=way[1])
            answers = [part for _, parts in response.topics for part in parts]
            if not answers:
                raise errors.for_code(response.error_code)
        except errors.KafkaError as error:
            self._failed(client, asked, type(error).__name__)
        else:
            for partition, code, *rest in answers:
                self._answered(client, partition, offsets[partition], code, rest)
        finally:
            for place in asked.values():
                place.asked = False
            del self._on_their_way[way]

    def _request(self, offsets: Mapping[int, int]) -> FetchRequest:
        """Each time in another order: what a broker finds no more room for comes last."""
        parts = [(p, offset, self._part_bytes) for p, offset in offsets.items()]
        self._turn += 1
        turn = self._turn % len(parts)
        return FetchRequest(_MOST_WAIT_MS, 1, _MOST_BYTES, _READ_COMMITTED, [(self._topic, parts[turn:] + parts[:turn])])

    def _failed(self, client: AIOKafkaClient, asked: Mapping[int, ReadPlace], why: str) -> None:
        LOG.warning("Kafka does not answer", topic=self._topic, partitions=sorted(asked), error=why)
        client.force_metadata_update()
        for place in asked.values():
            place.doubted = True
            place.hold_off(self._now_s())

    def _answered(self, client: AIOKafkaClient, partition: int, offset: int, code: int, rest: Sequence[Any]) -> None:
        """One partition's part of an answer."""
        place = self._places.get(partition)
        if place is None or place.next_offset != offset:
            return  # moved meanwhile, or let go
        kind = errors.for_code(code)
        if kind is errors.OffsetOutOfRangeError:
            self._astray.append(partition)
            place.hold_off(self._now_s())
        elif kind is not errors.NoError:
            self._failed(client, {partition: place}, kind.__name__)
        elif place.is_another_log(int(rest[0]), epoch_of(rest[-1] or b"")):
            self._astray.append(partition)
        else:
            try:
                # From version 5 on the log's first offset comes before the aborted transactions.
                aborted = rest[3] if len(rest) > 4 else rest[2]
                place.rest, place.next_offset = records_from(TopicPartition(self._topic, partition), rest[-1] or b"", offset, aborted)
            except Unavailable as damaged:
                LOG.error("records are damaged", error=str(damaged))  # noqa: TRY400 - the place says nothing to whoever is woken
                place.hold_off(self._now_s())
            except Inconsistent as unreadable:
                self._unreadable[partition] = unreadable
                place.hold_off(self._now_s())
            else:
                place.backoff_s = FIRST_BACKOFF_S
