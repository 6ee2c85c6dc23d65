"""What one connection may cost, and what its client may rely on whatever it does."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from platinum.api import connection as bounds
from platinum.api.protocol import DecisionProtocol
from tests.builders.loops import in_loop
from tests.builders.sockets import Slow, a_request, an_answer, connected, placement, serving


@pytest.mark.parametrize(
    "head",
    [
        [b"x-%d: y" % i for i in range(bounds.MAX_HEADERS)],
        [b"x-long: " + b"y" * (bounds.MAX_HEAD_BYTES + 2 * bounds.SLICE_BYTES)],
        [b"x-%d: %b" % (i, b"y" * 1_000) for i in range(60)],
        [b"x: " + b"y" * (bounds.MAX_HEAD_BYTES + 1)],
    ],
)
@in_loop
async def test_headers_without_end_are_refused_behind_earlier_answers(head: list[bytes]) -> None:
    service = Slow()
    service.may_answer.clear()
    async with serving(service) as door, connected(door) as (reader, writer):
        writer.write(a_request(customer="before") + a_request(headers=head))
        await asyncio.sleep(0.05)
        service.may_answer.set()
        assert placement((await an_answer(reader))[2]) == "before"
        status, headers, problem = await an_answer(reader)
        assert (status, headers["connection"]) == (431, "close")
        assert orjson.loads(problem)["type"] == "urn:platinum:problem:headers-too-large"
        assert await asyncio.wait_for(reader.read(), 10.0) == b""


@in_loop
async def test_headers_up_to_the_limit_are_read() -> None:
    async with serving(Slow()) as door, connected(door) as (reader, writer):
        for head in ([b"x-%d: y" % i for i in range(bounds.MAX_HEADERS - 2)], [b"x: " + b"y" * (bounds.MAX_HEAD_BYTES - 200)]):
            writer.write(a_request(customer="fits", headers=head))
            assert placement((await an_answer(reader))[2]) == "fits"


@pytest.mark.parametrize(
    "broken",
    [
        b"nonsense\r\n\r\n",
        a_request(headers=[b"content-length: 3"]),
        b"POST /v1/track HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nno size\r\n",
    ],
)
@in_loop
async def test_an_error_does_not_overtake_the_answers_before_it(broken: bytes) -> None:
    service = Slow()
    service.may_answer.clear()
    async with serving(service) as door, connected(door) as (reader, writer):
        writer.write(b"".join(a_request(customer=f"{i}") for i in range(5)) + broken + a_request(customer="never"))
        await asyncio.sleep(0.05)
        service.may_answer.set()
        assert [placement((await an_answer(reader))[2]) for _ in range(5)] == [f"{i}" for i in range(5)]
        status, headers, problem = await an_answer(reader)
        assert (status, headers["connection"]) == (400, "close")
        assert orjson.loads(problem)["type"] == "urn:platinum:problem:not-http"
        assert await asyncio.wait_for(reader.read(), 10.0) == b""
    assert "never" not in [one.customer for one in service.asked]


@pytest.mark.parametrize("count", [1, 3, 500])
@pytest.mark.parametrize("half", [b"", a_request()[:-3], b"POST /v1/track HTTP/1.1\r\ncontent-length: 10\r\n\r\n{"])
@in_loop
async def test_a_client_that_stops_sending_still_gets_all_answers(count: int, half: bytes) -> None:
    service = Slow()
    service.may_answer.clear()
    async with serving(service) as door, connected(door) as (reader, writer):
        writer.write(b"".join(a_request(customer=f"{i}", path=(b"/v1/decisions", b"/v1/decisions?")[i % 2]) for i in range(count)) + half)
        writer.write_eof()
        await asyncio.sleep(0.05)
        service.may_answer.set()
        assert [placement((await an_answer(reader))[2]) for _ in range(count)] == [f"{i}" for i in range(count)]
        assert await asyncio.wait_for(reader.read(), 10.0) == b""


@pytest.mark.parametrize("raw", [b"", a_request()[:20], a_request()[:-3], b"POST /v1/track HTTP/1.1\r\ncontent-length: 10\r\n\r\n{"])
@in_loop
async def test_a_client_that_stops_in_the_middle_is_let_go(raw: bytes) -> None:
    service = Slow()
    async with serving(service) as door, connected(door) as (reader, writer):
        writer.write(raw)
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 10.0) == b""
    assert (service.asked, service.events) == ([], [])


@pytest.mark.parametrize(
    "raw",
    [
        a_request(customer="x"),
        b"GET /healthz HTTP/1.1\r\nx: %b\r\n\r\n" % (b"y" * 200),
        a_request(b'{"event":"x","userId":"u"}', path=b"/v1/track"),
    ],
)
@in_loop
async def test_who_asks_without_end_is_read_only_as_far_as_answers_go(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[DecisionProtocol] = []
    usual = DecisionProtocol.connection_made

    def remembered(self: DecisionProtocol, transport: asyncio.Transport) -> None:
        made.append(self)
        usual(self, transport)

    monkeypatch.setattr(DecisionProtocol, "connection_made", remembered)
    service = Slow()
    count = 1_500_000 // len(raw)
    async with serving(service) as door, connected(door) as (reader, writer):
        service.may_answer.clear()
        writer.write(a_request(customer="blocks") + raw * count)
        await asyncio.sleep(0.2)
        (connection,) = made
        waiting, unread = len(connection.pipeline), sum(map(len, connection._unread))
        service.may_answer.set()
        longest = 0
        for _ in range(1 + count):
            assert (await an_answer(reader))[0] == 200
            longest = max(longest, len(connection.pipeline))

    most = bounds.MOST_PIPELINED + bounds.SLICE_BYTES // len(raw) + 1
    assert 0 < waiting <= most
    assert longest <= most
    assert unread < 1 << 20


@in_loop
async def test_a_slow_client_has_as_long_on_a_used_connection_as_on_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made = DecisionProtocol.__init__

    def hurried(self: DecisionProtocol, *args: Any, **given: Any) -> None:
        made(self, *args, **given)
        self.timeout_keep_alive = 1

    monkeypatch.setattr(DecisionProtocol, "__init__", hurried)
    monkeypatch.setattr(bounds, "HEAD_S", 3.0)
    whole = a_request(customer="slow")
    async with serving(Slow()) as door, connected(door) as (used, again), connected(door) as (new, first), connected(door) as (never, last):
        again.write(a_request())
        await an_answer(used)
        last.write(a_request())
        await an_answer(never)
        for writer in (again, first, last):
            writer.write(whole[:30])
        await asyncio.sleep(2.2)
        for writer, reader in ((again, used), (first, new)):
            writer.write(whole[30:])
            assert placement((await an_answer(reader))[2]) == "slow"
        assert await asyncio.wait_for(never.read(), 10.0) == b""


@pytest.mark.parametrize("path", [b"/v1/decisions", b"/v1/track"])
@pytest.mark.parametrize("behind", [True, False])
@in_loop
async def test_shutdown_does_not_wait_for_the_rest_of_a_request(path: bytes, behind: bool, caplog: pytest.LogCaptureFixture) -> None:
    service = Slow()
    half = a_request(path=path)[:-3]
    async with serving(service) as door, connected(door) as (reader, writer):
        service.may_answer.clear()
        writer.write((a_request(customer="whole") if behind else b"") + half)
        await asyncio.sleep(0.05)
        door.stop.set()
        await asyncio.sleep(0.1)
        service.may_answer.set()
        if behind:
            assert placement((await an_answer(reader))[2]) == "whole"
        assert await asyncio.wait_for(reader.read(), 10.0) == b""
    assert [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


@pytest.mark.parametrize("name", [b"Upgrade", b"upgrade", b"UPGRADE"])
@in_loop
async def test_an_offer_to_upgrade_is_ignored_and_the_body_read(name: bytes) -> None:
    """`curl --http2` and other clients offer it with their first request."""
    offer = [b"Connection: Upgrade, HTTP2-Settings", name + b": h2c", b"HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA"]
    async with serving(Slow()) as door, connected(door) as (reader, writer):
        for customer in ("one", "Upgrade: kept"):
            writer.write(a_request(customer=customer, headers=offer))
            assert placement((await an_answer(reader))[2]) == customer
