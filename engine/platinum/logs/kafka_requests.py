"""Produce requests put together in one step: aiokafka joins a batch of records eight times, from the inside out.

A request carries a megabyte of decisions when a worker is behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.types import Int16, Int32, String

#: From this version on the request begins with a transaction's id, and up to the newest that aiokafka has, nothing else changed.
_SINCE = 3
_text = String("utf-8").encode


class JoinedRequest(ProduceRequest):  # type: ignore[misc]
    """The same bytes as ``ProduceRequest``."""

    def build(self, request_struct_class: Any) -> Any:
        """Instance of one version's class, which then encodes itself."""
        kind = _joining(request_struct_class) if request_struct_class.API_VERSION >= _SINCE else request_struct_class
        return super().build(kind)


@cache
def _joining(struct: Any) -> Any:
    class Joined(struct):  # type: ignore[misc]
        def encode(self) -> InParts:
            return InParts(list(_parts(self)))

    return Joined


class InParts:
    """Bytes that are put together once.

    ``AIOKafkaConnection.send`` adds a header in front of them, asks how many there are, and adds the size in front: then they are
    sent. Each step would copy them all.
    """

    def __init__(self, parts: list[Any], in_front: int = 0) -> None:
        self._parts, self._in_front = parts, in_front

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __radd__(self, front: bytes) -> InParts | bytes:
        parts = [front, *self._parts]
        return b"".join(parts) if self._in_front == 1 else InParts(parts, 1)


def _parts(request: Any) -> Iterator[Any]:
    yield _text(request.transactional_id) + Int16.encode(request.required_acks) + Int32.encode(request.timeout)
    yield Int32.encode(len(request.topics))
    for topic, partitions in request.topics:
        yield _text(topic) + Int32.encode(len(partitions))
        for partition, batch in partitions:
            yield Int32.encode(partition) + Int32.encode(len(batch))
            yield batch


def join_requests(client: AIOKafkaClient) -> None:
    """Let a producer's client put its requests together so."""
    send = client.send

    def sending(node_id: int, request: Any, **options: Any) -> Any:
        if type(request) is ProduceRequest:
            request = JoinedRequest(
                transactional_id=request._transactional_id,  # noqa: SLF001 - held by tests/contract/test_faust_hooks.py
                required_acks=request.required_acks,
                timeout=request._timeout,  # noqa: SLF001
                topics=request._topics,  # noqa: SLF001
            )
        return send(node_id, request, **options)

    client.send = sending
