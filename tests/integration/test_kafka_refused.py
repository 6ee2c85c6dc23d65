"""What a real broker refuses, or is too long away to take, harms nothing that comes after it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator

import pytest

from platinum.clock import wall_ms
from platinum.errors import Rejected, UsageError
from platinum.logs.kafka import KafkaLog
from platinum.logs.kafka_topics import Topic, admin, create
from platinum.ops.broker import LocalKafka
from platinum.ports import Record
from tests.builders.kafka import a_broker
from tests.builders.loops import in_loop

HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with a_broker(tmp_path_factory.mktemp("kafka")) as broker:
        with admin(broker.address) as client:
            create(client, [Topic(name, 4, {"message.timestamp.after.max.ms": "300000"}) for name in ("refused", "away")], replication=1)
        yield broker


def some(text: str, at_ms: int) -> list[Record]:
    """Two records for each partition."""
    return [Record(b"k", f"{text}-{n}".encode(), at_ms, (), n % 4) for n in range(8)]


async def values(log: KafkaLog, topic: str) -> list[list[str]]:
    """Of each partition, without the number behind the text."""
    return [[r.value.decode().partition("-")[0] for r in await log.fetch(topic, p, 0, 1_000)] for p in range(4)]


def test_a_refused_batch_does_not_have_the_broker_refuse_those_that_follow(broker: LocalKafka) -> None:
    @in_loop
    async def check() -> None:
        log = KafkaLog(broker.address)  # without a clock of its own: the broker refuses, as when clocks differ
        await log.append("refused", some("a", wall_ms()))
        with pytest.raises(Rejected):
            await log.append("refused", some("future", wall_ms() + HOUR_MS))
        await log.append("refused", some("b", wall_ms()))
        with pytest.raises(UsageError):
            await log.append("nowhere", some("c", wall_ms()))
        await log.append("refused", some("d", wall_ms()))

        assert await values(log, "refused") == [["a", "a", "b", "b", "d", "d"]] * 4
        await log.close()

    check()


def test_appends_to_a_frozen_broker_are_there_once_and_in_order_and_closing_does_not_wait_for_it(broker: LocalKafka) -> None:
    @in_loop
    async def check() -> None:
        log, other = KafkaLog(broker.address), KafkaLog(broker.address)
        await other.append("away", some("0", wall_ms()))
        await log.append("away", some("1", wall_ms()))
        os.kill(broker.pid, signal.SIGSTOP)
        try:
            tasks = [asyncio.create_task(log.append("away", some(text, wall_ms()))) for text in "2345"]
            lost = asyncio.create_task(other.append("away", some("never", wall_ms())))
            await asyncio.sleep(11)  # longer than one request
            began = time.monotonic()
            lost.cancel()
            await other.close()
            closed_s = time.monotonic() - began
        finally:
            os.kill(broker.pid, signal.SIGCONT)
        await asyncio.wait_for(asyncio.gather(*tasks), 60)

        found = [[text for text in texts if text != "never"] for texts in await values(log, "away")]
        assert found == [["0", "0", "1", "1", "2", "2", "3", "3", "4", "4", "5", "5"]] * 4
        assert closed_s < 15
        await log.close()

    check()
