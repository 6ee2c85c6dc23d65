"""Brokers that are away are not looked for without a pause, and connections to them that are being closed are not written into."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest
import uvloop
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

from platinum.logs.kafka_calm import calm, renew_closing
from tests.builders.loops import in_loop


class Client:
    def __init__(self, *found: bool) -> None:
        self._found = list(found)

    async def _metadata_update(self, cluster_metadata: object, topics: object) -> bool:
        return self._found.pop(0)


@in_loop
async def test_each_look_that_finds_nobody_takes_longer_until_one_finds_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("platinum.logs.kafka_calm.asyncio.sleep", sleep)
    client = Client(False, False, False, False, False, False, True, False)
    calm(client)

    found = [await client._metadata_update(None, None) for _ in range(8)]

    assert found == [False] * 6 + [True, False]
    assert slept == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 0.05]


async def _reset(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As a broker does that is killed."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _send_into_closing(*, taught: bool) -> None:
    """Send over a connection of which the client does not know yet that it is being closed; the broker is nowhere to be found."""
    server = await asyncio.start_server(_reset, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    client = AIOKafkaClient(bootstrap_servers=f"{host}:{port}")
    if taught:
        renew_closing(client)
    connection = AIOKafkaConnection(host, port)
    connection._reader, connection._writer = await asyncio.open_connection(host, port)
    connection._read_task = asyncio.ensure_future(asyncio.sleep(60))
    connection._versions = {3: (0, 5)}
    client._conns[1, ConnectionGroup.COORDINATION] = connection
    try:
        while not connection._writer.is_closing():
            await asyncio.sleep(0.01)
        assert connection.connected()
        await client.send(1, MetadataRequest([]), group=ConnectionGroup.COORDINATION)
    finally:
        connection.close()
        server.close()
        await server.wait_closed()


def test_a_connection_that_is_being_closed_is_not_written_into_but_renewed() -> None:
    with pytest.raises(KafkaError):
        uvloop.run(_send_into_closing(taught=True))


def test_without_that_a_write_ends_with_an_error_that_is_none_of_kafkas() -> None:
    with pytest.raises(RuntimeError, match="the handler is closed"):
        uvloop.run(_send_into_closing(taught=False))
