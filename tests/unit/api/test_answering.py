"""Decisions and events behind the routes: together, but each with its own fate."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from platinum.api import outbox
from platinum.api.answering import Answering
from platinum.api.deciding import Found, Premises
from platinum.api.service import DecisionRequest
from platinum.errors import Inconsistent, Rejected, Unavailable, UsageError
from platinum.hashing import murmur2
from platinum.logs.memory import MemoryLog
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import INTERACTIONS, Record
from tests.builders.loops import in_loop
from tests.builders.requests import BUCKETS, NOW_MS, PARTITIONS, rows_under

SOURCE = example("gift-shop")


class _Shelf:
    """One policy, whatever is asked for."""

    newest = 1

    def __init__(self) -> None:
        self.stages = Stages(compile_policy(SOURCE))
        self.asked: set[int] = set()

    async def get(self, policy: int, semantics: int | None = None, model: int = 0) -> Stages:
        self.asked.add(policy)
        return self.stages


class _Gate(MemoryLog):
    """A log whose appends wait until it is opened."""

    def __init__(self) -> None:
        super().__init__(PARTITIONS, 1, lambda: NOW_MS)
        self.opened = asyncio.Event()
        self.opened.set()

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        await self.opened.wait()
        return await super().append(topic, records)


class World:
    """An ``Answering`` over rows in a dictionary."""

    def __init__(self) -> None:
        self.rows = dict(_ROWS)
        self.log = _Gate()
        self.reads: list[int] = []
        self.away = False
        self.shelf = _Shelf()
        self.damaged: set[bytes] = set()
        premises = Premises(self.shelf, bytes(32), 1, PARTITIONS, BUCKETS, lambda: NOW_MS)
        self.answering = Answering(self.log, self.read, self._read_one, premises)
        self.told: dict[int, Any] = {}

    async def read(self, names: Sequence[tuple[int, bytes]]) -> list[Found]:
        self.reads.append(len(names))
        await asyncio.sleep(0)
        if self.away:
            raise Unavailable
        return [(b"damaged" if key in self.damaged else None, self.rows.get(key)) for _, key in names]

    async def _read_one(self, bucket: int, key: bytes) -> Found:
        return (await self.read([(bucket, key)]))[0]

    def ask(self, number: int, customer: str, **members: Any) -> None:
        given = {"placements": ("home-hero",), "events": (), "candidates": None, "channel": "", "intent": "", "category": ""}
        request = DecisionRequest(customer, **(given | {"idempotency_key": f"k{number}", "now_ms": None} | members))
        self.answering.ask(request, lambda result: self.told.__setitem__(number, result))

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def ids_by_partition(self) -> list[list[str]]:
        found = [[r.value for r in await self.log.fetch(INTERACTIONS, p, 0, 10_000)] for p in range(PARTITIONS)]
        return [[orjson.loads(value)["decision"]["decision_id"] for value in some] for some in found]

    async def appended(self) -> list[bytes]:
        return [r.value for p in range(PARTITIONS) for r in await self.log.fetch(INTERACTIONS, p, 0, 10_000)]


_ROWS = rows_under(SOURCE)
_PEOPLE = [key.decode() for key in sorted(_ROWS)]


def ids_of(result: Any) -> set[str]:
    return {orjson.loads(body)["decision_id"] for body in result}


def is_binding(result: Any) -> bool:
    return any(orjson.loads(body)["offer"] is not None for body in result)


@in_loop
async def test_requests_of_one_moment_share_a_read() -> None:
    world = World()

    for i, customer in enumerate(_PEOPLE[:50]):
        world.ask(i, customer)
    await world.settle()
    await world.answering.close()

    assert world.reads == [50]
    assert sorted(world.told) == list(range(50))
    assert len(await world.appended()) == world.answering.tally.decisions == 50


@in_loop
async def test_a_bad_request_gets_its_own_error_and_harms_nobody() -> None:
    world = World()
    broken = orjson.dumps({"type": "track", "event": "Order Completed"})

    world.ask(0, _PEOPLE[0])
    world.ask(1, _PEOPLE[1], placements=("nowhere",))
    world.ask(2, _PEOPLE[2], events=(broken,))
    world.ask(3, _PEOPLE[3], candidates=("nobody",))
    world.rows[_PEOPLE[4].encode()] = b"\xff damaged"
    world.ask(4, _PEOPLE[4])
    world.ask(5, _PEOPLE[5])
    await world.answering.close()

    assert [type(world.told[i]) for i in range(6)] == [list, UsageError, Rejected, UsageError, Inconsistent, list]
    assert world.answering.tally.decisions == 2


@in_loop
async def test_an_offer_waits_for_the_log_and_silence_does_not() -> None:
    world = World()
    world.log.opened.clear()

    for i, customer in enumerate(_PEOPLE):
        world.ask(i, customer)
    await world.settle()
    early = set(world.told)
    world.log.opened.set()
    await world.answering.close()

    assert early == {i for i, result in world.told.items() if not is_binding(result)}
    assert 0 < len(early) < len(_PEOPLE) == len(world.told)


@in_loop
async def test_who_would_get_an_offer_that_the_log_did_not_take_gets_the_best_without_one() -> None:
    world, usual = World(), World()

    async def fail(topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        raise Unavailable

    world.log.append = fail  # type: ignore[method-assign]
    for i, customer in enumerate(_PEOPLE):
        world.ask(i, customer)
        usual.ask(i, customer)
    await world.answering.close()
    await usual.answering.close()

    offered = [i for i, result in usual.told.items() if is_binding(result)]
    assert offered
    assert not any(is_binding(result) for result in world.told.values())
    assert world.answering.tally.unlogged == world.answering.tally.decisions == len(_PEOPLE)
    assert world.answering.tally.degraded == len(offered)
    # The log may still take what it was given: an id stands for one answer.
    assert not any(ids_of(world.told[i]) & ids_of(usual.told[i]) for i in offered)


@in_loop
async def test_while_the_log_stands_still_everybody_is_answered_at_once_and_it_gets_the_answers_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "STUCK_S", 0.0)
    world = World()
    world.log.opened.clear()
    world.ask(-1, _PEOPLE[0], candidates=())
    await asyncio.sleep(0.05)

    for i, customer in enumerate(_PEOPLE):
        world.ask(i, customer)
        await world.settle()
    early = dict(world.told)
    world.log.opened.set()
    await world.answering.close()

    told = [orjson.loads(body)["decision_id"] for result in early.values() for body in result]
    logged = [orjson.loads(value)["decision"]["decision_id"] for value in await world.appended()]
    by_partition = [[one for one in told if one in set(some)] for some in await world.ids_by_partition()]
    assert len(early) == len(_PEOPLE) + 1
    assert not any(is_binding(result) for result in early.values())
    assert sorted(told) == sorted(logged)
    assert by_partition == await world.ids_by_partition()
    assert world.answering.tally.unlogged == 0
    assert world.answering.tally.degraded > 0


@in_loop
async def test_an_offer_on_which_the_log_takes_too_long_is_replaced_and_may_still_be_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PATIENCE_S", 0.02)
    world = World()
    world.log.opened.clear()

    for i, customer in enumerate(_PEOPLE):
        world.ask(i, customer)
    await asyncio.sleep(0.1)
    early = dict(world.told)
    world.log.opened.set()
    await world.answering.close()

    tally = world.answering.tally
    told = {one for result in early.values() for one in ids_of(result)}
    logged = {one for some in await world.ids_by_partition() for one in some}
    assert len(early) == len(_PEOPLE) == len(logged)
    assert not any(is_binding(result) for result in early.values())
    assert len(told - logged) == tally.unlogged == tally.degraded > 0


@in_loop
async def test_an_offer_that_met_a_bug_in_the_log_is_told_and_the_next_ones_are_made() -> None:
    world = World()

    async def fail(topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        raise RuntimeError

    usual, world.log.append = world.log.append, fail  # type: ignore[method-assign]
    for i, customer in enumerate(_PEOPLE):
        world.ask(i, customer)
    await world.answering.close()
    refused = [i for i, result in world.told.items() if isinstance(result, RuntimeError)]
    world.log.append = usual  # type: ignore[method-assign]
    for i in refused:
        world.ask(i, _PEOPLE[i])
    await world.answering.close()

    assert refused
    assert all(is_binding(world.told[i]) for i in refused)
    assert world.answering.tally.decisions == len(_PEOPLE)


@in_loop
async def test_without_the_store_everybody_gets_silence_never_a_guess() -> None:
    world = World()
    world.away = True

    for i, customer in enumerate(_PEOPLE[:20]):
        world.ask(i, customer, placements=("home-hero", "basket")[: 1 + i % 2])
    await world.answering.close()

    assert {orjson.loads(body)["type"] for result in world.told.values() for body in result} == {"silence"}
    assert world.answering.tally.degraded == 30


@in_loop
async def test_a_bug_in_the_read_is_told_to_everybody_and_the_next_request_is_answered() -> None:
    world = World()
    usual = world.answering._desk._read

    async def broken(names: Sequence[tuple[int, bytes]]) -> list[Found]:
        raise RuntimeError

    world.answering._desk._read = broken
    world.ask(0, _PEOPLE[0])
    await world.settle()
    world.answering._desk._read = usual
    world.ask(1, _PEOPLE[1])
    await world.answering.close()

    assert isinstance(world.told[0], RuntimeError)
    assert isinstance(world.told[1], list)


@in_loop
async def test_an_event_is_durable_before_it_is_acknowledged_and_behind_what_was_answered() -> None:
    world = World()
    customer = _PEOPLE[0]
    event = orjson.dumps({"type": "track", "event": "Product Viewed", "userId": customer, "properties": {"category": "candles"}})
    world.ask(0, customer, candidates=())
    await world.settle()
    world.log.opened.clear()

    tracking = asyncio.ensure_future(world.answering.track([event]))
    await asyncio.sleep(0.05)
    early = tracking.done()
    world.log.opened.set()
    await tracking

    records = await world.log.fetch(INTERACTIONS, murmur2(customer.encode()) % PARTITIONS, 0, 10)
    assert not early
    assert [b"decision_made" in r.value for r in records] == [True, False]
    await world.answering.close()


@pytest.mark.parametrize("size", [255, 256, 257, 600])
@in_loop
async def test_a_crowd_is_answered_in_rounds(size: int) -> None:
    world = World()

    for i in range(size):
        world.ask(i, _PEOPLE[i % len(_PEOPLE)])
    await world.answering.close()

    assert len(world.told) == size
    assert max(world.reads) <= 256


@in_loop
async def test_an_address_as_key_never_reaches_the_log() -> None:
    world = World()
    viewed = {"type": "track", "event": "Product Viewed", "properties": {"category": "candles"}}

    tracked = await world.answering.track([orjson.dumps(viewed | {"userId": "Ada@example.org"}), orjson.dumps(viewed | {"userId": "7"})])
    world.ask(0, "ada@example.org", events=(orjson.dumps(viewed | {"userId": "ada@example.org"}),))
    world.ask(1, "ada@example.org", events=(b"[]",))
    await world.answering.close()

    made = orjson.loads(world.told[0][0])["customer_id"]
    records = [r for p in range(PARTITIONS) for r in await world.log.fetch(INTERACTIONS, p, 0, 100)]
    assert [one.reason for one in tracked] == ["", ""]
    assert made.startswith("hash:")
    assert [r.key for r in records].count(made.encode()) == 3
    assert not any(b"ada@" in text.lower() for r in records for text in (r.key or b"", r.value))
    assert isinstance(world.told[1], Rejected)


@pytest.mark.parametrize(
    "ids",
    [
        {"userId": "  Ada@example.org "},
        {"userId": "7", "anonymousId": "ada@example.org"},
        {"userId": "7", "anonymousId": "ada\\u0040example.org"},
        {"userId": "7", "anonymousId": " +49 171 123456"},
        {"userId": "7", "anonymousId": "8", "previousId": "ada@example.org"},
    ],
    ids="+".join,
)
@in_loop
async def test_an_address_in_any_id_never_reaches_the_log(ids: dict[str, str]) -> None:
    world = World()
    viewed = {"type": "track", "event": "Product Viewed", "properties": {"category": "candles"}}
    event = orjson.dumps(viewed | ids).replace(b"\\\\u", b"\\u")

    tracked = await world.answering.track([event])
    world.ask(0, ids["userId"], events=(event,))
    await world.answering.close()

    records = [r for p in range(PARTITIONS) for r in await world.log.fetch(INTERACTIONS, p, 0, 100)]
    assert [one.reason for one in tracked] == [""]
    assert isinstance(world.told[0], list)
    assert len(records) == 3
    for record in records:
        for text in (record.key or b"", record.value):
            assert not any(part in text.lower() for part in (b"ada@", b"ada\\u", b"171"))
    assert sum(b'"hash:' in record.value for record in records) >= 2


@in_loop
async def test_a_bucket_that_no_policy_has_reached_is_decided_under_the_newest() -> None:
    world = World()

    world.ask(0, _PEOPLE[0])
    await world.answering.close()

    assert world.shelf.asked == {_Shelf.newest}


@in_loop
async def test_a_damaged_checkpoint_harms_only_its_own_customers() -> None:
    world = World()
    world.damaged.add(_PEOPLE[1].encode())

    for i in range(3):
        world.ask(i, _PEOPLE[i])
    await world.answering.close()

    assert [type(world.told[i]) for i in range(3)] == [list, Inconsistent, list]
