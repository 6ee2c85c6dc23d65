"""Claims over HTTP: the record that asks, the wait for the stream, and what is answered when it takes too long."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from platinum.api.app import create_app
from platinum.api.claims import Claims
from platinum.api.deciding import Found, Premises
from platinum.api.outbox import Outbox
from platinum.errors import Unavailable, UsageError
from platinum.logs.memory import MemoryLog
from platinum.pipeline.claim import LATER, SEND, Claim, Claimed
from platinum.policy.compile import compile_policy
from platinum.ports import INTERACTIONS, Record
from platinum.stores.coalesce import CoalescedReader
from platinum.stores.memory import MemoryStore
from platinum.stream.activate import activate
from platinum.stream.create import ensure_checkpoints
from platinum.stream.partition import Partition
from tests.builders.deployments import SECRET, a_deployment
from tests.builders.http import ToyService, request
from tests.builders.loops import in_loop
from tests.builders.mailing import POLICY, an_order, contacts

NOW_MS = 1_790_000_000_000
ADA = {"customer_id": "ada", "claimant": "mailer", "nonce": "n-1"}


class World:
    """A deployment with one planned contact, whose stream folds when it is told to."""

    def __init__(self) -> None:
        self.d = a_deployment(MemoryLog(1), MemoryStore())
        self.partition = Partition(self.d, 0)
        self.reader = CoalescedReader(self.d.store.load)
        self.away = False
        self.contact = ""

    async def begin(self, wait_s: float = 5.0) -> None:
        await activate(self.d.log, self.d.shelf, compile_policy(POLICY), SECRET, NOW_MS)
        await ensure_checkpoints(self.d.log, self.d.store, self.d.buckets, self.d.group)
        await self.d.log.append(INTERACTIONS, [Record(b"ada", orjson.dumps(an_order("ada", 1)), NOW_MS)])
        await self.partition.claim()
        await self.fold()
        planned, _ = await contacts(self.d.log)
        self.contact = planned[0]["decision_id"]
        premises = Premises(self.d.shelf, SECRET, 1, 1, self.d.buckets, lambda: NOW_MS + 1_000)
        self.claims = Claims(Outbox(self.d.log, lambda _: None), self.read, premises, wait_s)

    async def read(self, names: Sequence[tuple[int, bytes]]) -> list[Found]:
        if self.away:
            raise Unavailable
        return await self.reader.get_many(names)

    async def fold(self) -> None:
        records = await self.d.log.fetch(INTERACTIONS, 0, self.partition.position, 1_000)
        await self.partition.apply(records)

    async def ask(self, nonce: str = "n-1", **other: Any) -> asyncio.Task[Claimed]:
        """A claim whose record lies in the log."""
        before = await self.d.log.end(INTERACTIONS, 0)
        claim = Claim(self.contact, "ada", "mailer", nonce)._replace(**other)
        task = asyncio.create_task(self.claims.claim(claim))
        while not task.done() and await self.d.log.end(INTERACTIONS, 0) == before:
            await asyncio.sleep(0)
        return task


@in_loop
async def test_a_claim_is_answered_once_it_is_folded_and_not_before() -> None:
    world = World()
    await world.begin()

    task = await world.ask()
    await asyncio.sleep(0.05)
    early = task.done()
    await world.fold()

    assert not early
    assert await task == SEND


@in_loop
async def test_of_many_that_ask_at_once_one_is_told_to_send() -> None:
    world = World()
    await world.begin()

    tasks = [await world.ask(f"n-{i}") for i in range(20)]
    await world.fold()

    answers = await asyncio.gather(*tasks)
    assert answers == [SEND] + 19 * [("drop", "claimed")]


@in_loop
async def test_who_asks_too_long_before_the_stream_is_told_to_ask_again_and_gets_its_answer_then() -> None:
    world = World()
    await world.begin(wait_s=0.05)

    first = await (await world.ask())
    await world.fold()
    again = await world.ask()
    await world.fold()

    assert first == LATER
    assert await again == SEND


@in_loop
async def test_a_store_that_is_away_for_a_moment_costs_a_moment() -> None:
    world = World()
    await world.begin()

    task = await world.ask()
    await world.fold()
    world.away = True
    await asyncio.sleep(0.05)
    early, world.away = task.done(), False

    assert not early
    assert await task == SEND


@in_loop
async def test_what_is_no_contact_of_the_customer_is_dropped_without_a_record() -> None:
    world = World()
    await world.begin()
    before = await world.d.log.end(INTERACTIONS, 0)

    answers = [await (await world.ask(decision_id=one)) for one in ("h.0007." + "0" * 32, "d.1.3.5.0")]

    assert answers == 2 * [("drop", "gone")]
    assert await world.d.log.end(INTERACTIONS, 0) == before
    with pytest.raises(UsageError, match="'decision_id'"):
        await (await world.ask(decision_id="nonsense"))


@in_loop
async def test_whoever_waits_when_the_process_ends_is_told_to_ask_again() -> None:
    world = World()
    await world.begin()

    task = await world.ask()
    await world.claims.close()

    assert await task == LATER


def test_an_answer_says_what_to_do_and_later_says_when_to_ask_again() -> None:
    service = ToyService()
    app = create_app(service)

    sent = request(app, "POST", "/v1/contacts/d.1.0.5.0/claim", ADA)
    service.claimed = Claimed("drop", "claimed")
    dropped = request(app, "POST", "/v1/contacts/d.1.0.5.0/claim", ADA)
    service.claimed = LATER
    later = request(app, "POST", "/v1/contacts/d.1.0.5.0/claim", ADA)

    assert (sent.status, sent.json) == (200, {"answer": "send", "reason": None})
    assert (dropped.status, dropped.json) == (200, {"answer": "drop", "reason": "claimed"})
    assert (later.status, later.json, later.headers["retry-after"]) == (202, {"answer": "later", "reason": "not_folded"}, "1")
    assert service.claims == 3 * [Claim("d.1.0.5.0", "ada", "mailer", "n-1")]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("d.1.0.5.0", ADA | {"nonce": ""}, "nonce"),
        ("d.1.0.5.0", ADA | {"claimant": "a\x00b"}, "claimant"),
        ("d.1.0.5.0", {"customer_id": "ada", "claimant": "mailer"}, ""),
        ("d.1.0.5.0", ADA | {"other": 1}, ""),
        ("seven", ADA, "decision_id"),
    ],
)
def test_a_claim_that_is_none_is_refused_by_the_name_of_its_field(path: str, body: dict[str, str], field: str) -> None:
    service = ToyService()

    answer = request(create_app(service), "POST", f"/v1/contacts/{path}/claim", body)

    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert service.claims == []


def test_a_log_that_takes_nothing_is_a_503_and_a_body_that_is_too_long_a_413() -> None:
    service = ToyService(refuse=Unavailable())
    app = create_app(service)

    assert request(app, "POST", "/v1/contacts/d.1.0.5.0/claim", ADA).status == 503
    assert request(app, "POST", "/v1/contacts/d.1.0.5.0/claim", b"x" * 9_000).status == 413
    assert request(app, "GET", "/v1/contacts/d.1.0.5.0/claim").status == 405
