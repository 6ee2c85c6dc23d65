"""What was answered counts at once, before the stream has folded it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from platinum.api import unfolded as module
from platinum.api.deciding import rounds
from platinum.api.unfolded import Unfolded
from platinum.emit.contacts import INPUTS_HEADER
from platinum.errors import Unavailable
from platinum.pipeline.engine_records import MAC_HEADER, header
from platinum.pipeline.explain import explain
from platinum.pipeline.request import Ask
from platinum.policy.compile import compile_policy
from platinum.ports import Record
from tests.builders.loops import in_loop
from tests.builders.shops import SOURCE, HandDriven

TIMES = 30


async def asked(customer: str, one_by_one: bool) -> HandDriven:
    """So many times by one customer: each answer folded before the next question, or all at once."""
    shop = HandDriven()
    await shop.open()
    for i in range(TIMES):
        shop.ask(f"k{i}", customer)
        if one_by_one:
            await shop.answer()
            await shop.fold()
    await shop.answer()
    return shop


def actions(told: dict[str, Any]) -> Counter[str | None]:
    return Counter(orjson.loads(body)["action"] for bodies in told.values() for body in bodies)


@pytest.mark.parametrize("person", [3, 40, 111])
@in_loop
async def test_thirty_at_once_are_answered_as_thirty_one_after_the_other(person: int) -> None:
    customer = (await HandDriven().open())[person]

    at_once, one_by_one = await asked(customer, one_by_one=False), await asked(customer, one_by_one=True)

    assert at_once.told == one_by_one.told
    counts = actions(at_once.told)
    assert 0 < TIMES - counts[None] < TIMES // 2  # fatigue silences the rest
    await at_once.fold()
    assert (await at_once.state()).rows[customer.encode()] == (await one_by_one.state()).rows[customer.encode()]


@in_loop
async def test_answers_wait_across_batches_until_they_are_folded_and_are_then_let_go() -> None:
    shop = HandDriven()
    people = await shop.open()
    unfolded = shop.answering._desk._deciding._unfolded

    for customer in people[:20]:
        for i in range(5):
            shop.ask(f"{customer} {i}", customer)
            await shop.answer()
    held = len(unfolded)
    await shop.fold()
    for customer in people:
        shop.ask(f"{customer} again", customer, candidates=())
    await shop.answer()

    given = sum(n for action, n in actions(shop.told).items() if action is not None)
    assert held == given > 0
    assert len(unfolded) == 0


@in_loop
async def test_each_of_them_can_be_explained_from_its_record() -> None:
    shop = HandDriven()
    customer = (await shop.open())[3]
    stages = await shop.deployment.shelf.get(int(compile_policy(SOURCE).version, 16))

    for i in range(TIMES):
        shop.ask(f"k{i}", customer)
    await shop.answer()

    made = [r for r in await shop.appended(customer) if header(r.headers, MAC_HEADER)]
    assert len(made) == TIMES
    for record in made:
        body = orjson.loads(record.value)["decision"]
        inputs = header(record.headers, INPUTS_HEADER) or b""
        (told,) = [b for bodies in shop.told.values() for b in bodies if orjson.loads(b)["decision_id"] == body["decision_id"]]
        assert explain(told, inputs, stages)["reproduced"]


@in_loop
async def test_an_event_sent_along_counts_in_the_next_answer() -> None:
    objection = {"type": "track", "event": "Objection Made", "messageId": "o-1", "properties": {"purpose": "promotion"}}
    said, silent = 0, 0
    for person in range(12):
        plain, objecting = HandDriven(), HandDriven()
        customer = (await plain.open())[person]
        await objecting.open()
        event = orjson.dumps(objection | {"userId": customer})
        objecting.ask("first", customer, events=(event,), candidates=())
        await objecting.answer()
        for shop in (plain, objecting):
            shop.ask("second", customer)
            await shop.answer()
        said += actions({"": plain.told["second"]})[None] == 0
        silent += plain.told["second"] != objecting.told["second"]

    assert said > 0
    assert silent > 0


@in_loop
async def test_an_answer_that_the_log_did_not_take_does_not_count() -> None:
    shop, untouched = HandDriven(), HandDriven()
    people = await shop.open()
    await untouched.open()

    async def fail(topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        raise Unavailable

    usual, shop.log.append = shop.log.append, fail  # type: ignore[method-assign]
    for customer in people[:50]:
        shop.ask(f"lost {customer}", customer)
    await shop.answer()
    shop.log.append = usual  # type: ignore[method-assign]
    for one in (shop, untouched):
        for customer in people[:50]:
            one.ask(customer, customer)
        await one.answer()

    assert {name: shop.told[name] for name in untouched.told} == untouched.told
    assert actions(untouched.told)[None] < 50


def test_the_oldest_give_way_when_the_stream_does_not_come_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    unfolded = Unfolded(1)

    for i in range(5):
        unfolded.add(Ask(f"c{i % 2}", (), i, "", "", [b"{}"]), 0, [])

    assert len(unfolded) == 3
    assert [one.now_ms for one in unfolded.of("c0", 0)] == [2, 4]
    assert [one.now_ms for one in unfolded.of("c1", 0)] == [3]


def test_a_round_holds_no_customer_twice_and_keeps_the_order() -> None:
    assert rounds([4, 5, 6], ["a", "b", "c"]) == [[4, 5, 6]]
    assert rounds([1, 2, 3, 5, 8], ["a", "b", "a", "a", "b"]) == [[1, 2], [3, 8], [5]]


def test_an_answer_counts_until_the_checkpoint_is_past_its_record() -> None:
    unfolded = Unfolded(1)
    waiting = unfolded.add(Ask("c", (), 1, "", "", [b"{}"]), 0, [])
    assert waiting is not None

    before = len(unfolded.of("c", 1_000))
    waiting.placed(7)

    assert before == 1  # nobody knows yet where its record lies
    assert [len(unfolded.of("c", next_offset)) for next_offset in (6, 7, 8)] == [1, 1, 0]


def test_answers_with_large_events_go_first_come_first_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """One in front whose bucket nobody asks about any more holds up what is behind it, but no more than so many bytes."""
    monkeypatch.setattr(module, "MOST_BYTES", 1 << 20)
    unfolded = Unfolded(256)
    for i in range(50):
        ask = Ask(f"c{i}", ("home",), 1, "http", "k", (b"x" * 100_000,))
        waiting = unfolded.add(ask, i, [])
        assert waiting is not None
        waiting.placed(0)
    assert 5 < len(unfolded) <= 10
    assert not unfolded.of("c0", 0)
    assert unfolded.of("c49", 0)
