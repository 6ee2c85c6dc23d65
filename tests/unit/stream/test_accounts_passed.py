"""What people do for an account reaches its row, however their events are written, and nobody's words with it."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from platinum.engine import Engine
from platinum.ports import DEAD_LETTERS
from platinum.stores.memory import MemoryStore
from tests.builders.deployments import a_deployment, play
from tests.builders.firms import group, opened, ordered
from tests.builders.recorded import GIFT_SHOP
from tests.unit.stream.test_accounts import engine_records, members

ORDER = ordered("ada", 2, "o-1", 12.5, account="acme")
RAW = orjson.dumps(ORDER)
MAPPED = {
    "type": "track",
    "event": "Basket Paid",
    "userId": "ada",
    "timestamp": ORDER["timestamp"],
    "properties": {"basket": {"number": 77, "lines": []}, "amount": {"gross": "12.50"}, "account": "acme"},
}
FORMS: dict[str, bytes] = {
    "plain": RAW,
    "an envelope of CloudEvents": orjson.dumps({"specversion": "1.0", "id": "1", "source": "s", "type": "t", "data": ORDER}),
    "a company's own names, a number as text and an id as number": orjson.dumps(MAPPED),
    "a number that no float64 holds, where nobody reads": RAW.replace(b'"account":', b'"own":1e400,"account":'),
    "a member twice, the first time wrongly": RAW.replace(b'"account":', b'"account":5,"account":'),
}


@pytest.mark.parametrize("value", FORMS.values(), ids=FORMS)
def test_an_order_counts_for_the_account_in_whatever_form_it_came(value: bytes) -> None:
    with Engine.open(GIFT_SHOP, partitions=4, buckets=16) as engine:
        engine.process([group("ada", "acme"), value])

        assert engine.count(DEAD_LETTERS) == 0
        profile = engine.profile("account:acme")
        assert profile is not None
        assert (profile["value"]["orders"], profile["value"]["spend"]) == (1, 12.5)


def test_two_people_may_name_their_messages_alike() -> None:
    events: list[dict[str, Any]] = [ordered(who, day, f"o-{day}", account="acme") for who, day in (("ada", 2), ("bob", 3), ("ada", 4))]
    with Engine.open(GIFT_SHOP, partitions=4, buckets=16) as engine:
        engine.process([group("ada", "acme"), group("bob", "acme"), *(event | {"messageId": "1"} for event in events)])

        profile = engine.profile("account:acme")
        assert profile is not None
        assert profile["value"]["orders"] == 2, "ada's second one is a repeat, bob's is not"


def test_what_stands_in_a_line_of_an_order_besides_the_standard_does_not_travel() -> None:
    with Engine.open(GIFT_SHOP, partitions=4, buckets=16) as engine:
        engine.process([group("ada", "acme"), RAW.replace(b'"quantity":', b'"engraving":"zqsecret","quantity":')])

        told = engine_records(engine, "passed_on")
        assert len(told) == 2
        assert b"zqsecret" not in orjson.dumps([body for _, body in told])


@pytest.mark.parametrize("account", ["acme\0m", "acme\0+", "a\x1fb"])
def test_no_account_can_lie_where_something_else_does(account: str) -> None:
    """Members of an account lie under its key and a NUL: a row in their place would stop the partition at the next start."""
    strange = [
        group("eve", account),
        ordered("eve", 2, "o-1", account=account),
        ordered("eve", 2, "o-2") | {"context": {"groupId": account}},
    ]
    with Engine.open(GIFT_SHOP, partitions=1, buckets=1) as engine:
        engine.process([group("ada", "acme"), *strange])

        assert [(i, verdict.reason) for i, verdict in engine.rejected] == [(1, "schema"), (2, "schema"), (3, "schema")]
        assert [key for key, _ in members(engine)] == [b"ada"]

        engine.process([opened("ada", 3, "c-1", account="acme")])
        store = MemoryStore()
        for _ in range(2):  # the second time on what the first has stored
            asyncio.run(_apply(engine, store))


async def _apply(engine: Engine, store: MemoryStore) -> None:
    await play(a_deployment(engine._deployment.log, store, buckets=1), 100)
