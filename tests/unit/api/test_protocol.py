"""The short way for decisions over real sockets: HTTP stays what it was."""

from __future__ import annotations

import asyncio
import gc
import gzip
import tracemalloc
from typing import Any

import orjson
import pytest
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT

from platinum.api import protocol
from platinum.api.arrivals import Arrivals
from platinum.api.protocol import DecisionProtocol
from platinum.api.requests import MAX_BATCH_BYTES
from platinum.errors import Unavailable, UsageError
from tests.builders.loops import in_loop
from tests.builders.sockets import Slow, a_request, an_answer, connected, placement, serving


@in_loop
async def test_a_connection_is_used_again_and_answers_carry_the_servers_headers() -> None:
    service = Slow()
    async with serving(service) as door, connected(door) as (reader, writer):
        for name in ("a", "b", "c"):
            writer.write(a_request(customer=name))
            status, headers, body = await an_answer(reader)
            assert (status, placement(body), headers["content-type"]) == (200, name, "application/json")
            assert "date" in headers
            assert "connection" not in headers
    assert service.short == 3


@in_loop
async def test_the_short_way_and_the_long_one_give_the_same_bytes() -> None:
    service = Slow()
    async with serving(service) as door, connected(door) as (reader, writer):
        writer.write(a_request())
        short = await an_answer(reader)
        writer.write(a_request(path=b"/v1/decisions?way=long"))
        long = await an_answer(reader)
    assert service.short == 1
    assert (short[0], short[2], list(short[1])) == (long[0], long[2], list(long[1]))


@pytest.mark.parametrize("cut", [1, 10, 30, 70, 90])
@in_loop
async def test_a_request_may_come_in_pieces(cut: int) -> None:
    async with serving(Slow()) as door, connected(door) as (reader, writer):
        whole = a_request(customer="pieces")
        for piece in (whole[:cut], whole[cut : cut + 5], whole[cut + 5 :]):
            writer.write(piece)
            await asyncio.sleep(0.01)
        assert placement((await an_answer(reader))[2]) == "pieces"


@in_loop
async def test_pipelined_requests_are_answered_in_order_whatever_way_they_go() -> None:
    service = Slow()
    service.may_answer.clear()
    async with serving(service) as door, connected(door) as (reader, writer):
        track = a_request(orjson.dumps({"event": "x", "userId": "u"}), path=b"/v1/track")
        health = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"
        writer.write(a_request(customer="1") + track + a_request(customer="2") + a_request(customer="3") + health + a_request(customer="4"))
        await asyncio.sleep(0.05)
        service.may_answer.set()
        bodies = [(await an_answer(reader))[2] for _ in range(6)]
    assert [placement(bodies[i]) for i in (0, 2, 3, 5)] == ["1", "2", "3", "4"]
    assert b"success" in bodies[1]
    assert b"alive" in bodies[4]


@in_loop
async def test_many_pipelined_requests_are_all_answered() -> None:
    async with serving(Slow()) as door, connected(door) as (reader, writer):
        writer.write(b"".join(a_request(customer=f"p{i}") for i in range(500)))
        assert [placement((await an_answer(reader))[2]) for _ in range(500)] == [f"p{i}" for i in range(500)]


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [(b"{", 400, "malformed"), (b'{"customer_id":"c"}', 422, "invalid"), (b'{"customer_id":7,"placement":"p"}', 422, "invalid")],
)
@in_loop
async def test_a_bad_body_is_a_problem_and_the_connection_goes_on(body: bytes, status: int, slug: str) -> None:
    async with serving(Slow()) as door, connected(door) as (reader, writer):
        writer.write(a_request(body) + a_request(customer="next"))
        got, headers, problem = await an_answer(reader)
        assert (got, headers["content-type"]) == (status, "application/problem+json")
        assert orjson.loads(problem)["type"].endswith(slug)
        assert placement((await an_answer(reader))[2]) == "next"


@pytest.mark.parametrize(("error", "status"), [(UsageError("no"), 422), (Unavailable(), 503), (RuntimeError("bug"), 500)])
@in_loop
async def test_a_refusal_of_the_service_is_told(error: Exception, status: int) -> None:
    async with serving(Slow(refuse=error)) as door, connected(door) as (reader, writer):
        writer.write(a_request())
        got, headers, _ = await an_answer(reader)
        assert got == status
        assert ("retry-after" in headers) == (status == 503)
        assert (headers.get("connection") == "close") == (status == 500)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (a_request(b"x" * 10, headers=[b"content-encoding: gzip"]), 400),
        (a_request(b"x" * 10, headers=[b"content-encoding: br"]), 415),
        (a_request(gzip.compress(b'{"customer_id":"c","placement":"p"}', mtime=0), headers=[b"content-encoding: gzip"]), 200),
        (a_request(b'{"customer_id":"c","placement":"p","candidates":[' + b" " * HIGH_WATER_LIMIT + b"]}"), 200),
        (b"POST /v1/decisions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % (MAX_BATCH_BYTES + 1), 413),
        (b"GET /v1/decisions HTTP/1.1\r\nhost: x\r\n\r\n", 405),
        (b'POST /v1/decisions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{"\r\n2\r\n":\r\n0\r\n\r\n', 422),
        (b"POST /v1/decisions HTTP/1.1\r\nhost: x\r\n\r\n", 400),
        (b"POST /v1/decisions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}", 400),
        (b"POST /v1/decisions HTTP/1.1\r\nhost: x\r\ncontent-length: -2\r\n\r\n{}", 400),
        (b"nonsense\r\n\r\n", 400),
    ],
)
@in_loop
async def test_what_is_unusual_is_answered_by_the_application(raw: bytes, status: int) -> None:
    service = Slow()
    async with serving(service) as door, connected(door) as (reader, writer):
        writer.write(raw)
        assert (await an_answer(reader))[0] == status
    assert service.short == 0


@in_loop
async def test_a_client_that_asks_whether_to_send_its_body_is_told() -> None:
    async with serving(Slow()) as door, connected(door) as (reader, writer):
        head, _, body = a_request(headers=[b"expect: 100-continue"]).partition(b"\r\n\r\n")
        writer.write(head + b"\r\n\r\n")
        assert b"100 Continue" in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10.0)
        writer.write(body)
        assert (await an_answer(reader))[0] == 200


@pytest.mark.parametrize(("version", "header"), [(b"1.1", b"connection: close"), (b"1.0", b"x: y")])
@in_loop
async def test_a_connection_is_closed_when_the_client_wants_it(version: bytes, header: bytes) -> None:
    async with serving(Slow()) as door, connected(door) as (reader, writer):
        writer.write(a_request(headers=[header], version=version))
        _, headers, body = await an_answer(reader)
        assert (headers["connection"], placement(body)) == ("close", "c")
        assert await asyncio.wait_for(reader.read(), 10.0) == b""


@in_loop
async def test_a_client_that_leaves_harms_nobody_and_its_event_counts() -> None:
    service = Slow()
    service.may_answer.clear()
    async with serving(service) as door, connected(door) as (reader, writer):
        for raw in (a_request()[:-3], a_request(), a_request() + a_request()):
            async with connected(door) as (_, leaving):
                leaving.write(raw)
                await asyncio.sleep(0.01)
        async with connected(door) as (_, leaving):
            leaving.write(a_request(b'{"event":"x","userId":"u"}', path=b"/v1/track"))
        await asyncio.sleep(0.05)
        service.may_answer.set()
        writer.write(a_request(customer="stays"))
        assert placement((await an_answer(reader))[2]) == "stays"
    assert len(service.events) == 1


@in_loop
async def test_shutdown_waits_for_an_answer_on_its_way_and_closes_idle_connections() -> None:
    service = Slow()
    service.may_answer.clear()
    async with serving(service) as door, connected(door) as (idle, _), connected(door) as (reader, writer):
        writer.write(a_request(customer="late"))
        await asyncio.sleep(0.05)
        door.stop.set()
        assert await asyncio.wait_for(idle.read(), 10.0) == b""
        service.may_answer.set()
        _, headers, body = await an_answer(reader)
        assert (placement(body), headers["connection"]) == ("late", "close")


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns so far apart that whatever comes after the first one waits."""
    monkeypatch.setattr(protocol, "Arrivals", lambda: Arrivals(60.0))


@pytest.mark.usefixtures("unhurried")
@in_loop
async def test_an_event_counts_although_its_sender_left_before_its_turn() -> None:
    service = Slow()
    async with serving(service) as door, connected(door) as (reader, writer):
        writer.write(a_request())
        await an_answer(reader)
        async with connected(door) as (_, leaving):
            leaving.write(a_request(b'{"event":"x","userId":"u"}', path=b"/v1/track"))
            await asyncio.sleep(0.05)
            assert service.events == []
        await asyncio.sleep(0.05)
    assert len(service.events) == 1


@pytest.mark.usefixtures("unhurried")
@in_loop
async def test_shutdown_answers_what_waits_for_its_turn() -> None:
    async with serving(Slow()) as door, connected(door) as (reader, writer):
        writer.write(a_request())
        await an_answer(reader)
        writer.write(a_request(customer="waits"))
        await asyncio.sleep(0.05)
        door.stop.set()
        assert placement((await an_answer(reader))[2]) == "waits"


@in_loop
async def test_a_silent_connection_is_closed_and_a_busy_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    made = DecisionProtocol.__init__

    def hurried(self: DecisionProtocol, *args: Any, **given: Any) -> None:
        made(self, *args, **given)
        self.timeout_keep_alive = 1

    monkeypatch.setattr(DecisionProtocol, "__init__", hurried)
    service = Slow()
    async with serving(service) as door, connected(door) as (silent, first), connected(door) as (reader, writer):
        first.write(a_request())
        await an_answer(silent)
        writer.write(a_request())
        await an_answer(reader)
        service.may_answer.clear()
        writer.write(a_request(customer="busy"))
        assert await asyncio.wait_for(silent.read(), 10.0) == b""
        await asyncio.sleep(1.0)
        service.may_answer.set()
        assert placement((await an_answer(reader))[2]) == "busy"


@in_loop
async def test_who_does_not_read_answers_is_not_read_either() -> None:
    service = Slow()
    service.padding = b" " * 50_000
    async with serving(service) as door, connected(door) as (reader, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        for i in range(2_000):
            writer.write(a_request(customer=f"{i}"))
        await asyncio.sleep(0.5)
        asked = service.short
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        answered = [placement((await an_answer(reader))[2]) for _ in range(2_000)]
    assert asked < 1_000
    assert answered == [f"{i}" for i in range(2_000)]


@in_loop
async def test_a_refused_body_is_let_go_without_the_collector() -> None:
    body = b'{"customer_id":"c","placement":1,"context":{"a":"' + b"x" * 900_000 + b'"}}'
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        async with serving(Slow()) as door, connected(door) as (reader, writer):
            for _ in range(10):
                writer.write(a_request(body))
                assert (await an_answer(reader))[0] == 422
            held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert held < 3 * len(body)
