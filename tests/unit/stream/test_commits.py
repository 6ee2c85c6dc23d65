"""The consumer group's offset never goes back: it says what need not be put out again (docs/decisions/0014)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from aiokafka.errors import CommitFailedError, KafkaConnectionError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.types import TP

from platinum.stream.faust_consumer import GatedThread
from tests.builders.loops import in_loop

HERE = TP("platinum.interactions.v1", 2)


class Broker:
    """Of aiokafka's consumer, what the thread asks: a coordinator that keeps one group's offset."""

    _coordinator = SimpleNamespace(generation=3)

    def __init__(self, committed: int | None) -> None:
        self.offset = committed
        self.commits: list[int] = []
        self.down = self.refuses = False

    async def committed(self, partition: TopicPartition) -> int | None:
        if self.down:
            raise KafkaConnectionError
        return self.offset

    async def commit(self, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
        if self.refuses:
            raise CommitFailedError("the group has rebalanced")
        (at,) = offsets.values()
        self.offset = at.offset
        self.commits.append(at.offset)


def a_thread(broker: Broker) -> GatedThread:
    thread: Any = GatedThread.__new__(GatedThread)
    thread.consumer = SimpleNamespace(ownership_of_record_path=lambda: SimpleNamespace(accepted=lambda _p: False))
    thread.furthest, thread.tp_last_committed_at = {}, {}
    thread._ensure_consumer = lambda: broker
    thread.assignment = lambda: {HERE}
    found: GatedThread = thread
    return found


@in_loop
async def test_a_position_that_fell_is_not_committed() -> None:
    broker = Broker(committed=500)
    thread = a_thread(broker)

    for position in (300, 499, 500, 501, 450, 502):
        assert await thread._commit({HERE: position})

    assert broker.commits == [501, 502]


@in_loop
async def test_asking_for_membership_commits_nothing_smaller() -> None:
    broker = Broker(committed=500)
    thread = a_thread(broker)

    assert await thread.is_member(HERE, 0)

    assert broker.commits == [500]


@in_loop
async def test_the_first_commit_of_a_group_is_taken() -> None:
    broker = Broker(committed=None)
    thread = a_thread(broker)

    assert await thread._commit({HERE: 7})

    assert broker.commits == [7]


@in_loop
async def test_where_the_coordinator_does_not_answer_nothing_is_committed() -> None:
    broker = Broker(committed=500)
    broker.down = True
    thread = a_thread(broker)

    assert not await thread._commit({HERE: 700})
    assert not await thread.is_member(HERE, 700)

    assert broker.commits == []


@in_loop
async def test_a_refused_commit_and_one_of_partitions_that_are_gone_end_nobody() -> None:
    broker = Broker(committed=500)
    broker.refuses = True
    thread: Any = a_thread(broker)

    assert not await thread._commit({HERE: 700})
    broker.refuses = False
    assigned, thread.assignment = thread.assignment, set
    assert not await thread._commit({HERE: 700})
    thread.assignment = assigned
    assert await thread._commit({HERE: 700})

    assert broker.commits == [700]
