"""The record path inside Faust: a consumer that applies each fetched batch itself, without agents, streams and acks.

Per-event delivery costs 90 µs in Faust, this costs 2 (docs/decisions/0012). What Faust still does: group membership,
rebalances, the consumer's thread. Every name of Faust or aiokafka that is overridden or reached into here is held by
``tests/contract/test_faust_hooks.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Protocol, cast

from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from platinum.ports import Fetched
from platinum.stream.ownership import Ownership


class RecordApp(Protocol):
    """What the consumer needs of its application."""

    ownership: Ownership
    record_topic: str


class GatedListener(driver.ConsumerRebalanceListener):
    """Tells the consumer's thread when it is between two assignments."""

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> Any:
        """All partitions are given back; a JoinGroup follows."""
        cast("GatedThread", self._thread).joining = True
        return super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """A new assignment holds."""
        cast("GatedThread", self._thread).joining = False
        await super().on_partitions_assigned(assigned)


class GatedThread(driver.AIOKafkaConsumerThread):
    """Commits nothing while a rebalance is on its way.

    A commit sent behind a pending JoinGroup is answered IllegalGeneration, and aiokafka then throws its fresh membership
    away; Faust's own timer commits every second. ``app.rebalancing`` is cleared too early to tell.
    """

    joining = False
    _committing: asyncio.Lock | None = None

    def _may_commit(self) -> bool:
        return not self.joining and self._ensure_consumer()._coordinator.generation >= 1  # noqa: SLF001 - no public name

    def _one_at_a_time(self) -> asyncio.Lock:
        self._committing = self._committing or asyncio.Lock()  # made in the thread's own loop
        return self._committing

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        async with self._one_at_a_time():
            return await super()._commit(offsets) if self._may_commit() else False

    async def is_member(self, tp: TP, offset: int) -> bool:
        """Whether the coordinator takes a commit of ours: the only proof that the group still gives us the partition."""
        async with self._one_at_a_time():
            if not self._may_commit():
                return False
            try:
                await self._ensure_consumer().commit({TopicPartition(tp.topic, tp.partition): OffsetAndMetadata(offset, "")})
            except KafkaError:
                return False
            return True


class RecordConsumer(driver.Consumer):
    """Polls, applies, and polls again only when everything of the last poll is applied."""

    RebalanceListener = GatedListener
    _thread: GatedThread

    @property
    def _ownership(self) -> Ownership:
        return cast("RecordApp", self.app).ownership

    @property
    def _topic(self) -> str:
        return cast("RecordApp", self.app).record_topic

    def _new_consumer_thread(self) -> GatedThread:
        return GatedThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Drop what was lost here: ``perform_seek`` is not called for an empty assignment."""
        self._ownership.keep(self._ours(assigned))
        await super().on_partitions_assigned(assigned, generation_id)

    async def perform_seek(self) -> None:
        """Called once per assignment before records flow: the checkpoints say where to read on, not Kafka's offsets."""
        await self._ownership.take(self._ours(self.assignment()))

    def _ours(self, assigned: Iterable[TP]) -> list[int]:
        return sorted(tp.partition for tp in assigned if tp.topic == self._topic)

    async def move(self, partition: int, offset: int) -> None:
        """``ownership.Seek``. Not ``seek``: that is not safe from this thread."""
        tp = TP(self._topic, partition)
        if tp in self.assignment():
            await self._thread.seek_wait({tp: offset})

    async def is_member(self, partition: int) -> bool:
        """``stream.deployment.Deployment.still_member``."""
        tp = TP(self._topic, partition)
        if tp not in self.assignment():
            return False
        at = max(self._ownership.positions().get(partition, -1), 0)
        return bool(await self._thread.call_thread(self._thread.is_member, tp, at))

    async def getmany(self, timeout: float) -> AsyncIterator[Any]:
        """Apply what one poll returns; yields nothing, so Faust has nothing to deliver."""
        at = self._ownership.positions()
        records, _ = await self._wait_next_records(timeout)
        if records and not self.should_stop and self.flow_active:  # mid-rebalance Faust would seek here: it must not
            await self._ownership.apply({tp.partition: _fetched(some) for tp, some in records.items() if tp.topic == self._topic}, at)
        for nothing in _NOTHING:
            yield nothing

    # What Faust commits is advisory: lag tools read it. It never leads the compare-and-set.
    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Any:
        return [TP(self._topic, p) for p in self._ownership.positions()]

    def _filter_committable_offsets(self, tps: Iterable[TP]) -> dict[TP, int]:
        at = self._ownership.positions()
        return {tp: at[tp.partition] for tp in tps if tp.partition in at and self._committed_offset[tp] != at[tp.partition]}

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust would look for acks that nobody gives."""


_NOTHING: tuple[Any, ...] = ()


def _fetched(records: Iterable[Any]) -> list[Fetched]:
    return [Fetched(r.offset, r.key, r.value or b"", r.timestamp, r.headers) for r in records]
