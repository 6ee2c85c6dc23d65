"""The Valkey client when the other side is slow, busy, gone or something else."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from platinum.errors import Unavailable, UsageError
from platinum.stores.address import parse_address
from platinum.stores.client import ValkeyClient, _Connection
from tests.builders.loops import in_loop

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PING = [(b"PING",)]


@contextlib.asynccontextmanager
async def a_client(serve: Serve, timeout_s: float = 0.2, password: str | None = None) -> AsyncIterator[ValkeyClient]:
    """A client of a server that answers as ``serve`` does."""
    served: list[asyncio.Task[None]] = []

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(asyncio.create_task(_until_closed(serve, reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = ValkeyClient(parse_address(f"valkey://127.0.0.1:{port}"), timeout_s, password)
    async with server:
        yield client
        await client.close()
        await asyncio.gather(*served)


async def _until_closed(serve: Serve, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        await serve(reader, writer)
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


def answering(*answers: bytes) -> Serve:
    """One answer per chunk received; the last one for ever."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = list(answers)
        while await reader.read(65536):
            writer.write(left.pop(0) if len(left) > 1 else left[0])

    return serve


@in_loop
async def test_a_server_that_is_loading_is_unavailable_until_it_has_loaded() -> None:
    loading_until = time.monotonic() + 0.15

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(b"-LOADING reading the file\r\n" if time.monotonic() < loading_until else b"+PONG\r\n")

    async with a_client(serve) as client:
        with pytest.raises(Unavailable, match="LOADING"):
            await client.pipe(PING)
        await client.connect(wait_s=5.0)

        assert await client.pipe(PING) == [b"PONG"]


@pytest.mark.parametrize("code", ["OOM", "MISCONF", "READONLY", "BUSY", "CLUSTERDOWN"])
@in_loop
async def test_answers_that_ask_to_come_back_are_unavailable(code: str) -> None:
    async with a_client(answering(b"+PONG\r\n", f"-{code} key c-17 \r\n".encode())) as client:
        with pytest.raises(Unavailable, match=code) as error:
            await client.pipe(PING)

        assert "c-17" not in str(error.value)


@in_loop
async def test_an_error_never_quotes_a_command() -> None:
    async with a_client(answering(b"+PONG\r\n", b"-ERR unknown command, args beginning with: 'c-17'\r\n")) as client:
        with pytest.raises(RuntimeError, match="answered ERR") as error:
            await client.pipe(PING)

        assert "c-17" not in str(error.value)


@in_loop
async def test_a_wrong_password_is_a_mistake_not_an_outage() -> None:
    async with a_client(answering(b"-WRONGPASS no\r\n-NOAUTH\r\n"), password="no") as client:
        with pytest.raises(UsageError, match="PLATINUM_STORE_PASSWORD"):
            await client.pipe(PING)


@in_loop
async def test_no_answer_in_time_is_unavailable_and_the_connection_is_given_up() -> None:
    connections = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        late = len(connections) == 1
        await reader.read(65536)
        writer.write(b"+PONG\r\n")
        while await reader.read(65536):
            if not late:
                writer.write(b"+right\r\n")

    async with a_client(serve, timeout_s=0.1) as client:
        results = await asyncio.gather(client.pipe(PING), client.pipe(PING), return_exceptions=True)

        assert [type(result) for result in results] == [Unavailable, Unavailable]
        assert await client.pipe(PING) == [b"right"]
        assert len(connections) == 2


@in_loop
async def test_while_the_server_is_away_calls_fail_at_once() -> None:
    client = ValkeyClient(parse_address("unix:///nowhere/valkey.sock"), timeout_s=5.0)
    began = time.monotonic()

    results = await asyncio.gather(*(client.pipe(PING) for _ in range(100)), return_exceptions=True)
    with pytest.raises(Unavailable):
        await client.connect(wait_s=0.1)

    assert all(isinstance(result, Unavailable) for result in results)
    assert time.monotonic() - began < 2.0


@in_loop
async def test_something_that_is_no_valkey_server_is_unavailable() -> None:
    async with a_client(answering(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as client:
        with pytest.raises(Unavailable, match="no Valkey server"):
            await client.pipe(PING)


@in_loop
async def test_a_cancelled_call_does_not_shift_the_answers_of_others() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await reader.read(65536):
            for word in request.split(b"\r\n")[2::3]:
                await asyncio.sleep(0.01)
                writer.write(b"+%s\r\n" % word)

    async with a_client(serve, timeout_s=5.0) as client:
        await client.pipe(PING)
        calls = [asyncio.ensure_future(client.pipe([(b"%d" % i,)])) for i in range(5)]
        await asyncio.sleep(0.005)
        calls[1].cancel()
        answers = await asyncio.gather(*calls, return_exceptions=True)

    assert answers[0] == [b"0"]
    assert isinstance(answers[1], asyncio.CancelledError)
    assert answers[2:] == [[b"2"], [b"3"], [b"4"]]


@in_loop
async def test_what_is_sent_in_one_turn_goes_out_together_and_in_order_however_large_one_of_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_over: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = b""
        while chunk := await reader.read(1 << 20):
            *words, asked = (asked + chunk).split(b"G\r\n")  # every word ends so, PING too
            for word in words:
                writer.write(b"+%s\r\n" % word.rpartition(b"\n")[2][:1])

    async with a_client(serve, timeout_s=5.0) as client:
        await client.pipe(PING)
        hand_over = _Connection._hand_over

        def noted(self: _Connection, payload: bytes) -> None:
            handed_over.append(len(payload))
            hand_over(self, payload)

        monkeypatch.setattr(_Connection, "_hand_over", noted)
        small = await asyncio.gather(*(client.pipe([(b"%dG" % i,)]) for i in range(4)))
        sizes = (0, 200_000, 0, 70_000, 0)
        mixed = await asyncio.gather(*(client.pipe([(b"%d" % i + b"x" * size + b"G",)]) for i, size in enumerate(sizes)))

    assert small == [[b"0"], [b"1"], [b"2"], [b"3"]]
    assert mixed == [[b"0"], [b"1"], [b"2"], [b"3"], [b"4"]]
    assert [round(n, -4) for n in handed_over] == [0, 0, 200_000, 0, 70_000, 0]
