"""Dead letters of every size that can reach the interactions, on a real broker with the topics that `topics create` makes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaProducer

from platinum.clock import wall_ms
from platinum.emit.deadletter import MOST_BYTES, cut_of, dead_letter, size_of
from platinum.errors import Rejected, UsageError
from platinum.logs.kafka import KafkaLog
from platinum.logs.kafka_topics import admin, create, faults_of, topics_of
from platinum.ops.broker import LocalKafka
from platinum.ops.deadletters import letter_of
from platinum.ops.replay import MOST_COPY_BYTES, copy_of, plan
from platinum.ports import DEAD_LETTERS, INTERACTIONS, PROBES, Fetched, Record
from tests.builders.deployments import SECRET
from tests.builders.kafka import a_broker

TOPICS = topics_of(1, ["email"])
TOO_LARGE = Rejected("too_large", "no")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with a_broker(tmp_path_factory.mktemp("kafka")) as running:
        with admin(running.address) as client:
            create(client, TOPICS, replication=1)
            assert faults_of(client, TOPICS) == []
        yield running


def test_what_three_compressed_mebibytes_became_is_kept_and_not_replayed(broker: LocalKafka) -> None:
    async def check() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=broker.address, compression_type="gzip", max_request_size=8 << 20)
        await producer.start()
        await producer.send_and_wait(INTERACTIONS, b"x" * (3 << 20), key=b"k", headers=[("a", None)])
        await producer.stop()
        log = KafkaLog(broker.address, 1)
        (record,) = await log.fetch(INTERACTIONS, 0, 0, 1)
        await log.append(DEAD_LETTERS, [dead_letter(record, TOO_LARGE, INTERACTIONS, 0)] * 2)

        kept, again = await log.fetch(DEAD_LETTERS, 0, 0, 2)
        letter = letter_of(0, kept)

        assert letter is not None
        assert (len(record.value), cut_of(kept), kept[1:]) == (3 << 20, "value", again[1:])
        assert (await plan(log, [letter], SECRET, wall_ms(), again=True)).copies == []
        await log.close()

    asyncio.run(check())


def test_the_largest_letter_and_the_largest_copy_are_taken_and_a_topic_without_the_setting_is_named(broker: LocalKafka) -> None:
    async def check() -> None:
        log = KafkaLog(broker.address, 1)
        room = MOST_BYTES - size_of(dead_letter(Fetched(1, b"k", b"", 1, ()), TOO_LARGE, INTERACTIONS, 0))
        largest = dead_letter(Fetched(1, b"k", b"x" * room, 1, ()), TOO_LARGE, INTERACTIONS, 0)
        assert (size_of(largest), cut_of(largest)) == (MOST_BYTES, "")
        await log.append(DEAD_LETTERS, [largest])
        letter = letter_of(0, Fetched(1, *largest[:4]))
        assert letter is not None
        more = size_of(copy_of(letter, 1, 0)) - MOST_COPY_BYTES
        letter = letter._replace(record=letter.record._replace(value=letter.record.value[more:]))
        ((_, copy),) = (await plan(log, [letter], SECRET, wall_ms(), again=True)).copies
        await log.append(INTERACTIONS, [copy])

        with pytest.raises(UsageError, match="topics check"):
            await log.append(PROBES, [Record(b"k", b"x" * (1 << 21), 1, (), 0)])
        await log.append(PROBES, [Record(b"k", b"v", 1, (), 0)])
        await log.close()

    asyncio.run(check())
