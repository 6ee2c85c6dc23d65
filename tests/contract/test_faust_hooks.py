"""What our record path overrides or reaches into in Faust and aiokafka: an upgrade that moves one of these fails here, by name."""

from __future__ import annotations

import asyncio
import inspect
import re
from typing import Any

import aiokafka
import pytest
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.cluster import ClusterMetadata
from aiokafka.conn import AIOKafkaConnection
from aiokafka.consumer.fetcher import READ_COMMITTED, Fetcher, PartitionRecords
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.producer.message_accumulator import BatchBuilder, MessageAccumulator, MessageBatch
from aiokafka.protocol.fetch import FetchRequest, FetchResponse_v4, FetchResponse_v5, FetchResponse_v10, FetchResponse_v11
from aiokafka.protocol.produce import ProduceRequest
from faust import App, Worker
from faust.transport.consumer import Consumer, ConsumerThread, ThreadDelegateConsumer
from faust.transport.drivers import aiokafka as driver

from platinum.logs.kafka_batches import WrittenBatch
from platinum.logs.kafka_requests import JoinedRequest, join_requests
from platinum.stream import faust_app, faust_consumer

#: Overridden: (their class, our class, method, arguments that it is called with).
OVERRIDDEN = (
    (driver.Consumer, faust_consumer.RecordConsumer, "_new_consumer_thread", ()),
    (driver.Consumer, faust_consumer.RecordConsumer, "on_partitions_assigned", ("assigned", "generation_id")),
    (driver.Consumer, faust_consumer.RecordConsumer, "on_partitions_revoked", ("revoked",)),
    (driver.Consumer, faust_consumer.RecordConsumer, "perform_seek", ()),
    (driver.Consumer, faust_consumer.RecordConsumer, "getmany", ("timeout",)),
    (driver.Consumer, faust_consumer.RecordConsumer, "_filter_tps_with_pending_acks", ("topics",)),
    (driver.Consumer, faust_consumer.RecordConsumer, "_filter_committable_offsets", ("tps",)),
    (driver.Consumer, faust_consumer.RecordConsumer, "verify_event_path", ("now", "tp")),
    (driver.Consumer, faust_consumer.RecordConsumer, "stop_flow", ()),
    (driver.AIOKafkaConsumerThread, faust_consumer.GatedThread, "_commit", ("offsets",)),
    (driver.AIOKafkaConsumerThread, faust_consumer.GatedThread, "_create_worker_consumer", ("transport",)),
    (driver.ConsumerRebalanceListener, faust_consumer.GatedListener, "on_partitions_revoked", ("revoked",)),
    (driver.ConsumerRebalanceListener, faust_consumer.GatedListener, "on_partitions_assigned", ("assigned",)),
    (BatchBuilder, WrittenBatch, "_set_producer_state", ("producer_id", "producer_epoch", "base_sequence")),
    (BatchBuilder, WrittenBatch, "_build", ()),
    (BatchBuilder, WrittenBatch, "size", ()),
    (ProduceRequest, JoinedRequest, "build", ("request_struct_class",)),
    (App, faust_app.WorkerApp, "_new_transport", ()),
    (App, faust_app.WorkerApp, "on_first_start", ()),
    (App, faust_app.WorkerApp, "on_stop", ()),
)
#: Called: (class, method, arguments that we give).
CALLED = (
    (driver.Consumer, "wait", ()),
    (ThreadDelegateConsumer, "assignment", ()),
    (driver.AIOKafkaConsumerThread, "_ensure_consumer", ()),
    (ConsumerThread, "call_thread", ()),
    (Worker, "_setup_logging", ()),
    (Worker, "_schedule_shutdown", ("signal",)),
    (Worker, "on_worker_shutdown", ()),
    (aiokafka.AIOKafkaConsumer, "commit", ("offsets",)),
    (aiokafka.AIOKafkaConsumer, "committed", ("partition",)),
    (aiokafka.AIOKafkaConsumer, "pause", ("partitions",)),
    (SubscriptionState, "fetch_context", ()),
    (GroupCoordinator, "check_errors", ()),
    (GroupCoordinator, "request_rejoin", ()),
    (aiokafka.AIOKafkaProducer, "create_batch", ()),
    (aiokafka.AIOKafkaProducer, "send_batch", ("batch", "topic", "partition")),
    (AIOKafkaClient, "bootstrap", ()),
    (AIOKafkaClient, "send", ("node_id", "request", "group")),
    (AIOKafkaClient, "add_topic", ("topic",)),
    (AIOKafkaClient, "force_metadata_update", ()),
    (AIOKafkaClient, "_metadata_update", ("cluster_metadata", "topics")),
    (AIOKafkaClient, "_get_conn", ("node_id", "group", "no_hint")),
    (AIOKafkaConnection, "close", ("reason",)),
    (ClusterMetadata, "leader_for_partition", ("partition",)),
    (FetchRequest, "__init__", ("max_wait_time", "min_bytes", "max_bytes", "isolation_level", "topics")),
    (PartitionRecords, "__init__", ("tp", "records", "aborted_transactions", "fetch_offset", "check_crcs", "isolation_level")),
)


def _names(function: object) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]  # type: ignore[arg-type]


@pytest.mark.parametrize(("theirs", "ours", "method", "arguments"), OVERRIDDEN, ids=lambda x: getattr(x, "__name__", str(x)))
def test_what_is_overridden_is_still_there_and_called_the_same_way(
    theirs: type, ours: type, method: str, arguments: tuple[str, ...]
) -> None:
    assert issubclass(ours, theirs)
    assert method in vars(ours)
    assert _names(getattr(theirs, method)) == list(arguments)


@pytest.mark.parametrize(("theirs", "method", "arguments"), CALLED, ids=lambda x: getattr(x, "__name__", str(x)))
def test_what_is_called_still_takes_what_we_give(theirs: type, method: str, arguments: tuple[str, ...]) -> None:
    assert set(arguments) <= set(_names(getattr(theirs, method)))


def test_names_that_are_reached_into_are_where_they_were() -> None:
    assert driver.Consumer.RebalanceListener is driver.ConsumerRebalanceListener
    assert driver.Transport.Consumer is driver.Consumer
    waits = inspect.getsource(Consumer._wait_next_records)
    assert "await self.wait(self.can_resume_flow)" in waits  # ours waits alike, and must not seek in mid-rebalance
    assert "perform_seek" not in waits
    assert "_coordinator.generation" in inspect.getsource(driver.ConsumerRebalanceListener)
    assert "self._coordination_task.done()" in inspect.getsource(GroupCoordinator.check_errors)
    # stream/faust_leaving.py: closing waits for that attribute, then leaves if there is a generation
    assert "await self._coordination_task" in inspect.getsource(GroupCoordinator.close)
    assert "self.generation > 0" in inspect.getsource(GroupCoordinator._maybe_leave_group)
    assert "LeaveGroupRequest(self.group_id, self.member_id)" in inspect.getsource(GroupCoordinator._maybe_leave_group)
    assert "self._consumer.stop()" in inspect.getsource(driver.AIOKafkaConsumerThread.on_thread_stop)
    assert "self._request_timeout_ms / 1000" in inspect.getsource(aiokafka.AIOKafkaProducer.send_batch)  # logs/kafka_producer.py
    assert "self._batch_ttl" in inspect.getsource(MessageAccumulator._append_batch)
    assert "conn = self._conns[conn_id]" in inspect.getsource(AIOKafkaClient._get_conn)  # logs/kafka_calm.py
    assert "await self.ready(node_id, group=group)" in inspect.getsource(AIOKafkaClient.send)
    committed = inspect.getsource(Consumer._commit_offsets)
    assert "self._committed_offset.update" in committed


def test_a_builder_of_ours_answers_what_a_batch_of_theirs_asks() -> None:
    asked = set(re.findall(r"self\._builder\.(\w+)", inspect.getsource(MessageBatch)))

    assert asked <= {"append", "record_count", "closed", "_set_producer_state", "_build"}
    assert set(vars(BatchBuilder(1, 0))) == {"_builder", "_relative_offset", "_buffer", "_closed", "_key_serializer", "_value_serializer"}


@pytest.mark.parametrize("version", range(3, ProduceRequest._CLASSES[-1].API_VERSION + 1))
def test_a_request_put_together_in_one_step_has_the_same_bytes(version: int) -> None:
    topics = [("a.decisions", [(0, b"x" * 300), (3, bytearray(b"yy"))]), ("b", [(1, b"")])]
    given = {"transactional_id": None, "required_acks": -1, "timeout": 30_000, "topics": topics}
    theirs, ours = ProduceRequest(**given), JoinedRequest(**given)

    (kind,) = [one for one in ProduceRequest._CLASSES if version == one.API_VERSION]
    assert b"size" + (b"header" + ours.build(kind).encode()) == b"size" + (b"header" + theirs.build(kind).encode())
    assert len(ours.build(kind).encode()) == len(theirs.build(kind).encode())
    assert ours.build(kind).RESPONSE_TYPE is theirs.build(kind).RESPONSE_TYPE
    assert version == ours.prepare({0: (3, version)}).API_VERSION


def test_a_request_in_parts_is_added_to_as_a_connection_does() -> None:
    source = inspect.getsource(AIOKafkaConnection.send)

    assert "message = header.encode() + request_struct.encode()" in source
    assert 'size = struct.pack(">i", len(message))' in source
    assert "self._writer.write(size + message)" in source
    assert source.count("message") == 3  # nothing else is done with it


def test_a_producers_requests_are_put_together_in_one_step() -> None:
    class Client:
        async def send(self, node_id: int, request: object) -> object:
            return request

    client, theirs = Client(), ProduceRequest(transactional_id=None, required_acks=-1, timeout=5, topics=[("t", [(0, b"z")])])
    join_requests(client)

    sent = asyncio.run(client.send(1, theirs))
    assert isinstance(sent, JoinedRequest)
    assert b"" + (b"" + sent.prepare({0: (3, 7)}).encode()) == theirs.prepare({0: (3, 7)}).encode()
    assert asyncio.run(client.send(1, "metadata")) == "metadata"


def test_what_aiokafka_s_own_fetching_does_is_what_ours_counts_on() -> None:
    assert READ_COMMITTED == 1
    assert len(ConnectionGroup) == 2
    assert "tp_state.paused" in inspect.getsource(Fetcher._get_actions_per_node)  # paused from the start, nothing is fetched twice
    assert "fetcher_idle_time" in inspect.getsource(GroupCoordinator._heartbeat_routine)
    assert ".resume(" not in inspect.getsource(driver)


@pytest.mark.parametrize(
    ("response", "aborted"), [(FetchResponse_v4, 4), (FetchResponse_v5, 5), (FetchResponse_v10, 5), (FetchResponse_v11, 5)]
)
def test_aborted_transactions_stand_where_they_are_looked_for(response: Any, aborted: int) -> None:
    *_, (_, topics) = zip(response.SCHEMA.names, response.SCHEMA.fields, strict=True)
    names = topics.array_of.fields[1].array_of.names

    assert (names[aborted], names[-1]) == ("aborted_transactions", "message_set")
