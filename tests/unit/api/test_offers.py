"""Offers over HTTP: what is looked up, what is appended, the wait for the stream, and two tills that ask at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from platinum.api.app import create_app
from platinum.api.deciding import Found, Premises
from platinum.api.offers import Offers
from platinum.api.outbox import Outbox
from platinum.errors import Unavailable, UsageError
from platinum.logs.memory import MemoryLog
from platinum.pipeline.offers import LATER, UNKNOWN, Honour, Redemption
from platinum.policy.compile import compile_policy
from platinum.ports import DECISIONS, INTERACTIONS, Record
from platinum.stores.coalesce import CoalescedReader
from platinum.stores.memory import MemoryStore
from platinum.stream.activate import activate
from platinum.stream.create import ensure_checkpoints
from platinum.stream.partition import Partition
from tests.builders.deployments import SECRET, a_deployment
from tests.builders.http import ToyService, request
from tests.builders.loops import in_loop
from tests.builders.mailing import POLICY, an_order

NOW_MS = 1_790_000_000_000
OVER_MS = NOW_MS + 20 * 86_400_000
BODY = {"customer_id": "ada", "redeemed_by": "r-1"}


class World:
    """A deployment in which Ada was offered something, whose stream folds when it is told to."""

    def __init__(self) -> None:
        self.d = a_deployment(MemoryLog(1), MemoryStore())
        self.partition = Partition(self.d, 0)
        self.reader = CoalescedReader(self.d.store.load)
        self.now_ms = NOW_MS + 1_000
        self.offer = ""

    async def begin(self, wait_s: float = 5.0) -> None:
        await activate(self.d.log, self.d.shelf, compile_policy(POLICY), SECRET, NOW_MS)
        await ensure_checkpoints(self.d.log, self.d.store, self.d.buckets, self.d.group)
        await self.hears(an_order("ada", 1))
        await self.partition.claim()
        await self.fold()
        self.offer = orjson.loads((await self.d.log.fetch(DECISIONS, 0, 0, 1))[0].value)["decision_id"]
        premises = Premises(self.d.shelf, SECRET, 1, 1, self.d.buckets, lambda: self.now_ms)
        self.offers = Offers(self.d.log, Outbox(self.d.log, lambda _: None), self.read, premises, wait_s)

    async def hears(self, event: dict[str, Any]) -> None:
        await self.d.log.append(INTERACTIONS, [Record(event["userId"].encode(), orjson.dumps(event), NOW_MS)])

    async def read(self, names: Sequence[tuple[int, bytes]]) -> list[Found]:
        return await self.reader.get_many(names)

    async def fold(self) -> None:
        await self.partition.apply(await self.d.log.fetch(INTERACTIONS, 0, self.partition.position, 1_000))

    async def redeem(self, receipt: str, **other: Any) -> asyncio.Task[Honour]:
        """A redemption whose record lies in the log, or that is answered without one."""
        before = await self.d.log.end(INTERACTIONS, 0)
        asked = Redemption(self.offer, "ada", receipt)._replace(**other)
        task = asyncio.create_task(self.offers.redeem(asked))
        while not task.done() and await self.d.log.end(INTERACTIONS, 0) == before:
            await asyncio.sleep(0)
        return task

    async def redeemed(self, receipt: str, **other: Any) -> Honour:
        """A redemption while the stream keeps up."""
        task = await self.redeem(receipt, **other)
        await self.fold()
        return await task


@in_loop
async def test_of_two_tills_that_both_see_it_open_one_is_told_to_honour_it() -> None:
    world = World()
    await world.begin()

    tills = [await world.redeem(f"r-{i}") for i in range(2)]
    await asyncio.sleep(0.02)
    early = [till.done() for till in tills]
    await world.fold()

    answers = await asyncio.gather(*tills)
    assert early == [False, False]
    assert [(one.answer, one.reason) for one in answers] == [("honoured", None), ("refused", "redeemed")]
    assert answers[0].offer == {"id": "garden-week", "valid_until": "2026-10-06T00:00:00.000Z"}
    assert answers[0].redeemed_at == answers[1].redeemed_at == "2026-09-21T14:13:21.000Z"


@in_loop
async def test_who_asks_again_with_the_same_receipt_is_told_the_same_and_nothing_more_is_appended() -> None:
    world = World()
    await world.begin(wait_s=0.05)

    first = await (await world.redeem("r-1"))
    await world.fold()
    end = await world.d.log.end(INTERACTIONS, 0)
    again = [await world.redeemed("r-1"), await world.redeemed("r-1")]

    assert first == LATER
    assert [one.answer for one in again] == ["honoured", "honoured"]
    assert await world.d.log.end(INTERACTIONS, 0) == end


@in_loop
async def test_a_try_that_was_told_later_and_asks_again_before_it_is_folded_is_one_use() -> None:
    world = World()
    await world.begin(wait_s=0.02)

    first = await (await world.redeem("r-1"))
    second = await world.redeem("r-1")
    await world.fold()

    assert first == LATER
    assert (await second).answer == "honoured"
    assert (await world.redeemed("r-2")).reason == "redeemed"


@in_loop
async def test_what_is_no_offer_of_this_customer_is_unknown_and_tells_nothing() -> None:
    world = World()
    await world.begin()
    before = await world.d.log.end(INTERACTIONS, 0)

    answers = [
        await world.offers.show(world.offer, "bea"),
        await world.offers.show("d.1.0.999.0", "ada"),
        await world.offers.show("h.0007." + "0" * 32, "ada"),
        await world.redeemed("r-1", customer="bea"),
        await world.redeemed("r-1", decision_id="d.1.3.5.0"),
    ]

    assert answers == 5 * [UNKNOWN]
    assert await world.d.log.end(INTERACTIONS, 0) == before
    with pytest.raises(UsageError, match="'decision_id'"):
        await world.offers.show("nonsense", "ada")
    with pytest.raises(UsageError, match="'redeemed_by'"):
        await world.redeemed("")


@in_loop
async def test_what_is_over_is_refused_whether_the_row_remembers_it_or_not() -> None:
    world = World()
    await world.begin()

    world.now_ms = OVER_MS
    stale = await world.offers.show(world.offer, "ada")
    await world.d.log.append(INTERACTIONS, [Record(b"ada", orjson.dumps({"type": "page", "userId": "ada", "messageId": "p"}), OVER_MS)])
    await world.fold()
    forgotten = await world.redeemed("r-1")

    assert (stale.answer, stale.reason, stale.holds_until) == ("refused", "over", "2026-10-06T00:00:00.000Z")
    assert forgotten == stale


@in_loop
async def test_what_the_customer_did_last_counts_before_anything_is_told() -> None:
    world = World()
    await world.begin(wait_s=0.02)
    declined = {"type": "track", "event": "Decision Declined", "userId": "ada", "messageId": "no"}
    await world.hears(declined | {"properties": {"decision_id": world.offer}})

    behind = await world.offers.show(world.offer, "ada")
    of_others = await world.offers.show(world.offer, "bea")
    await world.fold()
    level = await world.offers.show(world.offer, "ada")

    assert behind == LATER
    assert of_others == UNKNOWN
    assert (level.answer, level.reason) == ("refused", "declined")


@in_loop
async def test_an_offer_that_is_on_its_way_to_the_row_is_waited_for() -> None:
    world = World()
    await world.begin()
    await world.hears(an_order("bea", 1))
    end = await world.d.log.end(INTERACTIONS, 0)

    task = asyncio.create_task(world.offers.redeem(Redemption(f"d.1.0.{end - 1}.0", "bea", "r-1")))
    await asyncio.sleep(0.02)
    early = task.done()
    await world.fold()
    while await world.d.log.end(INTERACTIONS, 0) == end:
        await asyncio.sleep(0.005)
    await world.fold()

    assert not early
    assert (await task).answer == "honoured"


@in_loop
async def test_an_offer_whose_record_is_gone_is_honoured_by_the_row() -> None:
    world = World()
    await world.begin()
    world.offers._log = MemoryLog(1)  # retention has removed everything

    told = await world.offers.show(world.offer, "ada")

    assert (told.answer, told.action, told.offer, told.terms) == ("honoured", "garden-week", None, None)


def test_an_answer_says_what_was_offered_and_later_says_when_to_ask_again() -> None:
    service = ToyService()
    app = create_app(service)

    used = request(app, "POST", "/v1/offers/d.1.0.5.0/redeem", BODY | {"value": 12.5, "channel": "till"})
    seen = request(app, "GET", "/v1/offers/d.1.0.5.0?customer_id=ada")
    service.honour = LATER
    later = [request(app, "POST", "/v1/offers/d.1.0.5.0/redeem", BODY), request(app, "GET", "/v1/offers/d.1.0.5.0?customer_id=ada")]

    assert (used.status, used.json) == (seen.status, seen.json) == (200, Honour("honoured")._asdict())
    assert [(one.status, one.json["reason"], one.headers["retry-after"]) for one in later] == 2 * [(202, "not_folded", "1")]
    assert service.redemptions[0] == Redemption("d.1.0.5.0", "ada", "r-1", 12.5, "till")
    assert service.looked_up == 2 * [("d.1.0.5.0", "ada")]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("d.1.0.5.0", BODY | {"redeemed_by": ""}, "redeemed_by"),
        ("d.1.0.5.0", BODY | {"redeemed_by": "a\x00b"}, "redeemed_by"),
        ("d.1.0.5.0", BODY | {"value": 1e13}, "value"),
        ("d.1.0.5.0", BODY | {"channel": "a\x00b"}, "channel"),
        ("d.1.0.5.0", BODY | {"other": 1}, ""),
        ("seven", BODY, "decision_id"),
    ],
)
def test_a_redemption_that_is_none_is_refused_by_the_name_of_its_field(path: str, body: dict[str, Any], field: str) -> None:
    service = ToyService()

    answer = request(create_app(service), "POST", f"/v1/offers/{path}/redeem", body)

    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert service.redemptions == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("d.1.0.5.0", "customer_id"),
        ("d.1.0.5.0?customer_id=", "customer_id"),
        ("d.1.0.5.0?customer_id=ada&customer_id=bea", "customer_id"),
        ("d.1.0.5.0?customer_id=ada&now=1", "now"),
        ("seven?customer_id=ada", "decision_id"),
    ],
)
def test_a_look_up_that_is_none_is_refused_by_the_name_of_its_field(asked: str, field: str) -> None:
    answer = request(create_app(ToyService()), "GET", f"/v1/offers/{asked}")

    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


def test_a_log_that_takes_nothing_is_a_503() -> None:
    app = create_app(ToyService(refuse=Unavailable()))

    assert request(app, "POST", "/v1/offers/d.1.0.5.0/redeem", BODY).status == 503
    assert request(app, "GET", "/v1/offers/d.1.0.5.0?customer_id=ada").status == 503
    assert request(app, "GET", "/v1/offers/d.1.0.5.0/redeem").status == 405
