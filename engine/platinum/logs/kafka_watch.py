"""Whatever is appended to a topic from now on, as soon as it is there: a subscriber without a group."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from platinum.ports import Headers

_POLL_MS = 200


async def watch(brokers: str, topic: str, partitions: int) -> AsyncIterator[tuple[int, list[Headers]]]:
    """What each poll returned: (system's monotonic clock in ns when it was here, headers of each record).

    The first item is empty: everything that is appended after it will be seen.
    """
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False, fetch_max_wait_ms=_POLL_MS)
    await consumer.start()
    try:
        places = [TopicPartition(topic, p) for p in range(partitions)]
        consumer.assign(places)
        await consumer.seek_to_end(*places)
        for place in places:
            await consumer.position(place)
        yield time.monotonic_ns(), []
        while True:
            polled = await consumer.getmany(timeout_ms=_POLL_MS)
            yield time.monotonic_ns(), [record.headers for records in polled.values() for record in records]
    finally:
        await consumer.stop()
