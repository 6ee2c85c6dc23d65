"""Requests whose head was read before: without the parser, and only where one may begin."""

from __future__ import annotations

import asyncio

import pytest

from platinum.api.heads import MOST, Heads
from platinum.api.protocol import DecisionProtocol
from tests.builders.loops import in_loop
from tests.builders.sockets import Slow, a_request, an_answer, connected, placement, serving

HEAD = b"POST /v1/decisions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry per request that the parser has begun."""
    seen: list[None] = []
    usual = DecisionProtocol.on_message_begin

    def counted(self: DecisionProtocol) -> None:
        seen.append(None)
        usual(self)

    monkeypatch.setattr(DecisionProtocol, "on_message_begin", counted)
    return seen


def test_a_head_is_known_with_the_body_that_it_declares() -> None:
    heads = Heads()
    heads.learn(HEAD + b"{}", 2)
    assert heads.body_at(HEAD + b"[]") == len(HEAD)
    for other in (HEAD, HEAD + b"{", HEAD + b"{}\n", HEAD + b"{}" + HEAD + b"{}", HEAD.lower() + b"{}", b"\r\n" + HEAD + b"{}", b""):
        assert not heads.body_at(other)


@pytest.mark.parametrize("data", [b"\r\n\r\n" + HEAD + b"{}", HEAD + b"{}\r\n", HEAD.replace(b"\r\n", b"\n") + b"{}"])
def test_bytes_around_a_request_are_never_part_of_a_head(data: bytes) -> None:
    heads = Heads()
    heads.learn(data, 2)
    assert not heads.body_at(data)


def test_what_is_kept_is_bounded() -> None:
    heads = Heads()
    requests = [HEAD.replace(b"host: x", b"trace: %d" % i) + b"{}" for i in range(MOST + 1)]
    for request in requests:
        heads.learn(request, 2)
    assert [bool(heads.body_at(request)) for request in requests] == [False] * MOST + [True]


@in_loop
async def test_the_same_head_is_parsed_once_whatever_the_connection_and_the_body(parsed: list[None]) -> None:
    service = Slow()
    async with serving(service) as door, connected(door) as (reader, writer), connected(door) as (other_reader, other):
        for name in "abc":
            writer.write(a_request(customer=name))
            assert placement((await an_answer(reader))[2]) == name
        other.write(a_request(customer="d"))
        assert placement((await an_answer(other_reader))[2]) == "d"
    assert (service.short, len(parsed)) == (4, 1)


@in_loop
async def test_a_known_request_inside_the_body_of_another_is_no_request(parsed: list[None]) -> None:
    known = a_request(customer="known")
    async with serving(Slow()) as door, connected(door) as (reader, writer):
        writer.write(known)
        await an_answer(reader)
        # The application answers this one without looking at its body, so that nothing seems to be under way.
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(known))
        assert b"alive" in (await an_answer(reader))[2]
        writer.write(known)
        await asyncio.sleep(0.05)
        writer.write(a_request(customer="next"))
        assert placement((await an_answer(reader))[2]) == "next"


@in_loop
async def test_a_request_that_closes_its_connection_still_does(parsed: list[None]) -> None:
    closing = a_request(customer="x").replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1)
    for _ in range(2):
        async with serving(Slow()) as door, connected(door) as (reader, writer):
            writer.write(closing)
            await an_answer(reader)
            assert await asyncio.wait_for(reader.read(), 1.0) == b""
    assert len(parsed) == 2
