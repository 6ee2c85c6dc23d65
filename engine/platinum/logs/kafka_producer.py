"""The producer of a log on Kafka: idempotent, patient, and given up as a whole when one of its batches is refused for good."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiokafka import AIOKafkaProducer, errors

from platinum.logs.kafka_calm import teach
from platinum.logs.kafka_requests import join_requests

#: Of one produced batch, and of one request: a batch of decisions with their inputs is some 2 MB.
BATCH_BYTES, _REQUEST_BYTES = 900 << 10, 8 << 20
#: Of one request; then the connection is made anew and the same batch sent again under the same sequence number.
_REQUEST_TIMEOUT_MS = 10_000
#: How long a batch waits for its turn, and for a partition to get a leader: as good as for ever. aiokafka would drop it after the
#: time-out of a request, when it has a sequence number already.
_PATIENCE_S = 30 * 86_400.0
#: How long the end of a producer may take.
_STOP_S = 5.0


async def started_producer(brokers: str) -> AIOKafkaProducer:
    """A producer that is connected.

    Raises
    ------
    KafkaError
        No broker answers.
    """
    producer = AIOKafkaProducer(
        bootstrap_servers=brokers,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        max_request_size=_REQUEST_BYTES,
        request_timeout_ms=_REQUEST_TIMEOUT_MS,
    )
    producer._request_timeout_ms = _PATIENCE_S * 1000  # noqa: SLF001 - only ``send_batch`` reads it from here on
    producer._message_accumulator._batch_ttl = _PATIENCE_S  # noqa: SLF001
    join_requests(producer.client)
    teach(producer.client)
    try:
        await producer.start()
    except errors.KafkaError:
        with suppress(errors.KafkaError):
            await producer.stop()
        raise
    return producer


async def stopped(producer: AIOKafkaProducer) -> None:
    """Flush and close; a broker that is away does not hold the end up for longer than 5 s."""
    try:
        await asyncio.wait_for(producer.stop(), _STOP_S)
    except errors.KafkaError:
        return
    except TimeoutError:
        sending = producer._sender.sender_task  # noqa: SLF001 - it would go on trying, on connections that nobody closes
        if sending is not None:
            sending.cancel()
        await producer.client.close()
