"""A server on a real socket, and a client that sends bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson

from platinum.api.app import create_app
from platinum.api.service import DecisionRequest, Reply
from platinum.wiring.door import Door, HttpServer, listening
from tests.builders.http import ToyService


class Slow(ToyService):
    """Answers when the test says so; remembers whether it was asked the short way."""

    def __init__(self, **members: Any) -> None:
        super().__init__(**members)
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.short = 0
        self.padding = b""

    async def decide(self, request: DecisionRequest) -> list[bytes]:
        await self.may_answer.wait()
        return [body + self.padding for body in await super().decide(request)]

    def ask(self, request: DecisionRequest, reply: Reply) -> None:
        self.short += 1
        super().ask(request, reply)


@asynccontextmanager
async def serving(service: ToyService) -> AsyncIterator[Door]:
    """A server on a free port; closed in order at the end."""
    with listening("127.0.0.1", 0) as socket:
        door = Door(socket)
        running = asyncio.ensure_future(HttpServer(create_app(service), service, door).until_closed())
        await asyncio.sleep(0.05)
        try:
            yield door
        finally:
            door.stop.set()
            await asyncio.wait_for(running, 10.0)


@asynccontextmanager
async def connected(door: Door) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A client's connection."""
    reader, writer = await asyncio.open_connection(*door.socket.getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()


def a_request(
    body: bytes = b"", customer: str = "c", headers: Sequence[bytes] = (), version: bytes = b"1.1", path: bytes = b"/v1/decisions"
) -> bytes:
    body = body or orjson.dumps({"customer_id": customer, "placement": customer})
    lines = [b"POST %b HTTP/%b" % (path, version), b"host: x", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def an_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the next answer."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10.0)
    status, *lines = head.decode().split("\r\n")[:-2]
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


def placement(body: bytes) -> str:
    found: str = orjson.loads(body)["decisions"][0]["placement"]
    return found
