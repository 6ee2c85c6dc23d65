"""The record path inside Faust: a consumer that applies each fetched batch itself, without agents, streams and acks.

Per-event delivery costs 90 µs in Faust (docs/decisions/0012). What Faust still does, in the consumer's thread: group membership,
rebalances, commits. Records are read beside it (``fetching``): its consumer is paused from the moment it is assigned anything.
Every name of Faust or aiokafka that is overridden or reached into here is held by ``tests/contract/test_faust_hooks.py``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Protocol, cast

import structlog
from aiokafka import errors
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from platinum.errors import Unavailable
from platinum.logs.kafka_calm import teach
from platinum.stream.faust_leaving import leave_while_joining
from platinum.stream.fetching import Fetching
from platinum.stream.ownership import Ownership

LOG = structlog.get_logger("platinum.stream")
#: How often aiokafka is told that somebody polls.
_TELL_S = 1.0
_COORDINATOR_S = 10.0
#: A group that is disturbed so long, without an assignment in between, ends the worker: whoever restarts it is told.
_DISTURBED_S = 60.0
#: Trying again changes nothing about these.
_REFUSED = (
    errors.GroupAuthorizationFailedError,
    errors.TopicAuthorizationFailedError,
    errors.InconsistentGroupProtocolError,
    errors.InvalidGroupIdError,
    errors.InvalidSessionTimeoutError,
)


class RecordApp(Protocol):
    """What the consumer needs of its application."""

    ownership: Ownership
    fetching: Fetching
    record_topic: str


class GatedListener(driver.ConsumerRebalanceListener):
    """Tells the consumer's thread when it is between two assignments."""

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> Any:
        """All partitions are given back; a JoinGroup follows."""
        thread = cast("GatedThread", self._thread)
        thread.joining = True
        thread.furthest.clear()
        return super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """A new assignment holds. aiokafka's fetcher knows no position in it yet, and Faust resumes nothing of aiokafka's."""
        thread = cast("GatedThread", self._thread)
        thread.joining = False
        thread.pause(assigned)
        await super().on_partitions_assigned(assigned)


class GatedThread(driver.AIOKafkaConsumerThread):
    """Commits nothing while a rebalance is on its way, and nothing below what is committed.

    A commit sent behind a pending JoinGroup is answered IllegalGeneration, and aiokafka then throws its fresh membership
    away; Faust's own timer commits every second. ``app.rebalancing`` is cleared too early to tell. Where the store went back
    in time the position falls; the committed offset stays, because it says what need not be put out again.

    Attributes
    ----------
    furthest : dict
        Committed offsets, as far as they were asked for under the current assignment.
    """

    joining = False
    _committing: asyncio.Lock | None = None
    _disturbed_at_s: float | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.furthest: dict[TP, int] = {}
        super().__init__(*args, **kwargs)

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        teach(consumer._client)  # noqa: SLF001 - no public name
        return consumer

    async def on_thread_stop(self) -> None:
        """Leave the group, also while it waits for somebody else: see ``leave_while_joining``."""
        if self._consumer is not None:
            leave_while_joining(self._consumer)
        await super().on_thread_stop()

    def pause(self, assigned: Iterable[Any]) -> None:
        """Let aiokafka fetch nothing of these: they are read elsewhere."""
        self._ensure_consumer().pause(*assigned)

    async def polled(self) -> None:
        """Tell aiokafka that records are asked for: it leaves the group when nobody does for ``max_poll_interval_ms``.

        Raises what has ended the coordination of the group. What has only disturbed it (a broker that comes back answers in ways of
        which aiokafka knows no better than to tell its user) leads to joining again: it goes on by itself, but without heartbeats.
        """
        consumer = self._ensure_consumer()
        with consumer._subscription.fetch_context():  # noqa: SLF001 - public ones wait for a rebalance to end
            coordinator = consumer._coordinator  # noqa: SLF001
            try:
                coordinator.check_errors()
            except _REFUSED:
                raise
            except KafkaError as error:
                if coordinator._coordination_task.done() or self._disturbed_for_s() > _DISTURBED_S:  # noqa: SLF001 - no public name
                    raise
                LOG.warning("the group was disturbed; joining it again", error=type(error).__name__)
                coordinator.request_rejoin()
            else:
                if self._may_commit():
                    self._disturbed_at_s = None

    def _disturbed_for_s(self) -> float:
        now_s = time.monotonic()
        if self._disturbed_at_s is None:
            self._disturbed_at_s = now_s
        return now_s - self._disturbed_at_s

    def _may_commit(self) -> bool:
        return not self.joining and self._ensure_consumer()._coordinator.generation >= 1  # noqa: SLF001 - no public name

    def _may_go_back(self, tp: TP) -> bool:
        """Where a log was accepted anew the committed offset of before means nothing."""
        return cast("RecordConsumer", self.consumer).ownership_of_record_path().accepted(tp.partition)

    @property
    def is_in_group(self) -> bool:
        """Whether an assignment of the group holds."""
        return self._consumer is not None and self._may_commit()

    def _one_at_a_time(self) -> asyncio.Lock:
        self._committing = self._committing or asyncio.Lock()  # made in the thread's own loop
        return self._committing

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """In place of Faust's, which ends the worker when a commit fails, and when a rebalance has left nothing to commit."""
        async with self._one_at_a_time():
            if not self._may_commit():
                return False  # a question to the coordinator would wait for the JoinGroup that is on its way
            try:
                ahead = {tp: offset for tp, offset in offsets.items() if offset > await self._committed(tp) or self._may_go_back(tp)}
                if not self._may_commit():
                    return False
                ours = {tp: offset for tp, offset in ahead.items() if tp in self.assignment()}
                if ours:
                    taken = {TopicPartition(tp.topic, tp.partition): OffsetAndMetadata(offset, "") for tp, offset in ours.items()}
                    await self._ensure_consumer().commit(taken)
            except (KafkaError, Unavailable) as error:
                LOG.info("offsets are not committed", partitions=sorted(tp.partition for tp in offsets), error=type(error).__name__)
                return False
            self.furthest.update(ours)
            return len(ours) == len(ahead)

    async def committed(self, tp: TP) -> int:
        """Committed offset, fresh from the coordinator; 0 = none.

        Raises
        ------
        Unavailable
            It does not answer.
        """
        try:
            async with asyncio.timeout(_COORDINATOR_S):
                found = await self._ensure_consumer().committed(TopicPartition(tp.topic, tp.partition))
        except (KafkaError, TimeoutError) as error:
            raise Unavailable(f"the group's coordinator does not say what is committed: {type(error).__name__}") from error
        self.furthest[tp] = max(self.furthest.get(tp, 0), found or 0)
        return self.furthest[tp]

    async def _committed(self, tp: TP) -> int:
        return self.furthest[tp] if tp in self.furthest else await self.committed(tp)

    async def is_member(self, tp: TP, offset: int) -> bool:
        """Whether the coordinator takes a commit of ours: the only proof that the group still gives us the partition."""
        async with self._one_at_a_time():
            if not self._may_commit():
                return False
            try:
                at = offset if self._may_go_back(tp) else max(offset, await self._committed(tp))
                await self._ensure_consumer().commit({TopicPartition(tp.topic, tp.partition): OffsetAndMetadata(at, "")})
            except (KafkaError, Unavailable):
                return False
            return True


class RecordConsumer(driver.Consumer):
    """Polls, applies, and polls again only when everything of the last poll is applied."""

    RebalanceListener = GatedListener
    _thread: GatedThread
    _told: asyncio.Future[Any] | None = None
    _told_at_s = 0.0

    def ownership_of_record_path(self) -> Ownership:
        """For the consumer's thread."""
        return self._ownership

    @property
    def _ownership(self) -> Ownership:
        return cast("RecordApp", self.app).ownership

    @property
    def _fetching(self) -> Fetching:
        return cast("RecordApp", self.app).fetching

    @property
    def _topic(self) -> str:
        return cast("RecordApp", self.app).record_topic

    @property
    def is_in_group(self) -> bool:
        """Whether an assignment of the group holds, an empty one too."""
        return self._thread.is_in_group

    def _new_consumer_thread(self) -> GatedThread:
        return GatedThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Nothing new is begun from here on; the JoinGroup waits until what was begun has ended."""
        await super().on_partitions_revoked(revoked)
        await self._ownership.settle()

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
        """``ownership.Seek``. Where aiokafka's consumer stands means nothing."""
        tp = TP(self._topic, partition)
        if tp in self.assignment():
            self._fetching.seek(partition, offset)

    async def is_member(self, partition: int) -> bool:
        """``stream.deployment.Deployment.still_member``."""
        tp = TP(self._topic, partition)
        if tp not in self.assignment():
            return False
        at = max(self._ownership.positions().get(partition, -1), 0)
        return bool(await self._thread.call_thread(self._thread.is_member, tp, at))

    async def committed(self, partition: int) -> int:
        """``stream.deployment.Deployment.committed``."""
        return int(await self._thread.call_thread(self._thread.committed, TP(self._topic, partition)))

    async def getmany(self, timeout: float) -> AsyncIterator[Any]:
        """Apply what one poll returns; yields nothing, so Faust has nothing to deliver."""
        if not self.flow_active:
            await self.wait(self.can_resume_flow)  # type: ignore[arg-type]  # as Faust does
        self._tell_polled()
        at = self._ownership.positions()
        fetched = await self._fetching.take(at, timeout)
        for partition in self._fetching.astray():
            await self._ownership.claim_again(partition)
        for partition, why in self._fetching.unreadable().items():
            await self._ownership.stop(partition, why)
        if fetched and not self.should_stop and self.flow_active:  # mid-rebalance Faust would seek here: it must not
            await self._ownership.apply(fetched, at)
        for nothing in _NOTHING:
            yield nothing

    def _tell_polled(self) -> None:
        """Once a second, and only from the record path: one that is stuck loses its partitions. Waits for nothing."""
        now_s = self.loop.time()
        if self._told is not None:
            if not self._told.done() or now_s < self._told_at_s + _TELL_S:
                return
            if not self._told.cancelled():
                self._told.result()
        self._told_at_s = now_s
        self._told = asyncio.ensure_future(self._thread.call_thread(self._thread.polled))

    def stop_flow(self) -> None:
        """Assigned partitions are given back, or the worker ends: nothing is waited for."""
        super().stop_flow()
        self._fetching.wake()

    # What Faust commits is advisory: lag tools read it. It never leads the compare-and-set.
    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Any:
        return [TP(self._topic, p) for p in self._ownership.positions()]

    def _filter_committable_offsets(self, tps: Iterable[TP]) -> dict[TP, int]:
        at = self._ownership.positions()
        return {tp: at[tp.partition] for tp in tps if tp.partition in at and self._committed_offset[tp] != at[tp.partition]}

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust would look for acks that nobody gives."""


_NOTHING: tuple[Any, ...] = ()
