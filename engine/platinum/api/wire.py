"""The thin layer under the hot routes: bounded body in, bytes out, straight on ASGI."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from platinum.api.problems import CONTENT_TYPE, Problem, encoding_unknown, malformed, too_large

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_JSON = (b"content-type", b"application/json")


class ClientGone(Exception):
    """The client closed the connection before its body was complete; nobody waits for an answer."""


async def read_body(scope: Scope, receive: Receive, limit_bytes: int, what: str) -> bytes:
    """The whole body, unpacked if it came as gzip; refused as soon as it is known to be longer than ``limit_bytes``."""
    packed = False
    for name, value in scope["headers"]:
        # isdigit: the server has checked it, but a test or another server may not have.
        if name == b"content-length" and value.isdigit() and int(value) > limit_bytes:
            raise too_large(what, limit_bytes)
        if name == b"content-encoding" and (encoding := value.strip().lower()) not in (b"", b"identity"):
            if packed or encoding not in (b"gzip", b"x-gzip"):
                raise encoding_unknown()
            packed = True
    body = await _received(receive, limit_bytes, what)
    return _unpacked(body, limit_bytes, what) if packed else body


async def _received(receive: Receive, limit_bytes: int, what: str) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if message["type"] == "http.request" and not message.get("more_body", False) and len(body) <= limit_bytes:
        return body
    chunks, size = [], 0
    while message["type"] == "http.request":
        body = message.get("body", b"")
        size += len(body)
        if size > limit_bytes:
            raise too_large(what, limit_bytes)
        chunks.append(body)
        if not message.get("more_body", False):
            return b"".join(chunks)
        message = await receive()
    raise ClientGone


def _unpacked(body: bytes, limit_bytes: int, what: str) -> bytes:
    """What a gzip body holds; a small body that unpacks to a huge one is given up at the limit."""
    unpack = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        plain = unpack.decompress(body, limit_bytes + 1)
    except zlib.error:
        plain = b""
    if len(plain) > limit_bytes:
        raise too_large(f"{what}, unpacked,", limit_bytes)
    if not unpack.eof or unpack.unused_data:
        raise malformed("the body must be one whole gzip file, as its content-encoding says")
    return plain


async def respond(send: Send, body: bytes, status: int = 200) -> None:
    """Answer with JSON."""
    headers = [_JSON, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, problem: Problem) -> None:
    """Answer with a problem."""
    body = problem.body()
    headers: Sequence[tuple[bytes, bytes]] = [(b"content-type", CONTENT_TYPE), (b"content-length", b"%d" % len(body)), *problem.headers]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
