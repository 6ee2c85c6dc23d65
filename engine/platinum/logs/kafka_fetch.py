"""The stream's own reading: what several partitions hold from where each stands, asked for ahead of whoever applies it.

An ``AIOKafkaConsumer`` makes an object per record, in a thread of its own under Faust: 4 µs per event. Here a leader is asked for
all of its partitions at once, in the loop that applies, and the next question is on its way before the answer is applied.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping, Sequence
from typing import Any

import structlog
from aiokafka import errors
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.structs import TopicPartition

from platinum.errors import Inconsistent, Unavailable
from platinum.logs.kafka_calm import calm
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
#: Where a record batch says under which leader it was written.
_EPOCH_AT = 12
#: Of one answer; what does not fit into it comes with the next, which asks in another order.
_MOST_BYTES = 32 << 20
_FIRST_BACKOFF_S, _LONGEST_BACKOFF_S = 0.05, 2.0
#: Polls that bring fewer records are kept apart, see ``GAP_S``.
SMALL = 256
#: From one small answer to the next question. A poll costs 0.5 ms however little it brings. At 5,000
#: events/s on a machine with seven other programs per core 0, 2, 4 and 6 ms could not be told apart: still to be measured alone.
GAP_S = 0.004
#: A broker answers one connection's questions in order, so one that waits holds up the next: of a partition that was moved, or
#: whose neighbours have nothing new.
_WAYS = (ConnectionGroup.DEFAULT, ConnectionGroup.COORDINATION)


class _Place:
    """Where one partition is read.

    Attributes
    ----------
    next_offset : int
        To ask for next: behind ``rest``, which was not handed over yet.
    asked : bool
        A question about it is on its way.
    doubted, told : bool
        It may be another log now: a broker had none, or was away. Once that is told, nothing is asked until it is moved.
    epoch, end : int
        Leader epoch of the batch that was read last, and the log's end then; -1 = nothing was read since it was moved.
    """

    def __init__(self, offset: int) -> None:
        self.next_offset = offset
        self.rest: Sequence[Fetched] = ()
        self.asked = self.doubted = self.told = False
        self.epoch = self.end = -1
        self.not_before_s = 0.0
        self.backoff_s = _FIRST_BACKOFF_S

    def move(self, offset: int) -> None:
        """Ask there; what is on its way from elsewhere will be thrown away."""
        self.next_offset, self.rest = offset, ()
        self.doubted = self.told = False
        self.epoch = self.end = -1

    def is_another_log(self, end: int, epoch: int) -> bool:
        """Whether it may be: a topic that was made again, or lost its tail to another leader, goes on at any offset.

        Offsets alone show it only while it is shorter than where we are. A new leader is looked at once, for nothing.
        """
        self.told = self.doubted or end < self.end or -1 < self.epoch != epoch > -1
        self.end, self.epoch = end, self.epoch if epoch < 0 else epoch
        return self.told

    def hold_off(self, now_s: float) -> None:
        """Ask later."""
        self.not_before_s = now_s + self.backoff_s
        self.backoff_s = min(2 * self.backoff_s, _LONGEST_BACKOFF_S)

    def take(self, most: int) -> Sequence[Fetched]:
        """Up to so many of what is there."""
        taken = self.rest
        self.rest = taken[most:] if len(taken) > most else ()
        return taken[:most]


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
        self._places: dict[int, _Place] = {}
        self._on_their_way: dict[tuple[int, Any], asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._astray: list[int] = []
        self._unreadable: dict[int, Inconsistent] = {}
        self._woken = False
        self._bug: BaseException | None = None
        self._ask_at_s = 0.0
        self._turn = 0

    async def start(self) -> None:
        """Connect.

        Raises
        ------
        Unavailable
        """
        warm_reading()
        client = AIOKafkaClient(bootstrap_servers=self._brokers, request_timeout_ms=_REQUEST_TIMEOUT_MS)
        calm(client)
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
        place = self._places.setdefault(partition, _Place(offset))
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
        if self._ask_at_s > self._now_s() and not self._has_something():
            await self._wait(self._ask_at_s)
        self._ask()
        while not self._has_something() and self._now_s() < until_s:
            await self._wait(self._look_again_at(until_s))
            self._ask()
        if self._bug is not None:
            raise self._bug
        taken = {p: place.take(self._max_records) for p, place in self._places.items() if place.rest}
        if sum(map(len, taken.values())) >= SMALL:
            self._ask()
        elif taken:
            self._ask_at_s = self._now_s() + GAP_S
        return taken

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

    def _ask(self) -> None:
        """Ask each leader that has a free connection for all that may be asked for."""
        client = self._client
        if client is None:
            return
        now_s = self._now_s()
        of_leader: dict[int, dict[int, int]] = {}
        for p, place in self._places.items():
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

    def _failed(self, client: AIOKafkaClient, asked: Mapping[int, _Place], why: str) -> None:
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
        elif place.is_another_log(int(rest[0]), _epoch(rest[-1] or b"")):
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
                place.backoff_s = _FIRST_BACKOFF_S


def _epoch(data: bytes) -> int:
    """Leader epoch of the first batch, -1 without one."""
    return int.from_bytes(data[_EPOCH_AT : _EPOCH_AT + 4], "big", signed=True) if len(data) >= _EPOCH_AT + 4 else -1
