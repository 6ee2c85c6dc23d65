"""Accounts on a real Kafka, while workers are killed: each order and case counts once, and everybody is told how their account stands."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from platinum.engine import Engine
from platinum.events.keys import account_key
from platinum.ops.importing.cells import rfc3339
from platinum.pipeline.checkpoint import unpack
from platinum.pipeline.engine_records import MAC_HEADER
from platinum.policy.compile import compile_policy
from platinum.ports import INTERACTIONS, Fetched
from platinum.profile.readable import readable_blob
from platinum.stores.valkey import ValkeyStore
from platinum.wiring.records import record_of
from tests.builders.deployments import BUCKETS, read_all
from tests.builders.firms import closed, group, opened, ordered
from tests.builders.kafka import a_broker
from tests.builders.recorded import GIFT_SHOP
from tests.builders.workers import PARTITIONS, Workers, workers_on_a_store

ACCOUNTS, PEOPLE, EVENTS = 12, 60, 2_400
END_MS = 1_800_000_000_000


@dataclass
class Account:
    """What an account must have in the end, counted the plain way."""

    people: set[str] = field(default_factory=set)
    orders: int = 0
    spend: float = 0.0
    open_cases: set[str] = field(default_factory=set)


def a_year_of_firms(seed: int) -> tuple[list[dict[str, Any]], dict[str, Account]]:
    """Events of people who belong to firms and buy for themselves, too; and what their accounts come to."""
    draw, counted = random.Random(seed), {f"a-{i}": Account() for i in range(ACCOUNTS)}
    events = []
    for i in range(PEOPLE):
        account = f"a-{i % ACCOUNTS}"
        counted[account].people.add(f"p-{i}")
        events.append(group(f"p-{i}", account))
    for n in range(EVENTS):
        i, day = draw.randrange(PEOPLE), 2 + n * 28 // EVENTS
        account, what = f"a-{i % ACCOUNTS}", draw.random()
        if what < 0.5:
            events.append(ordered(f"p-{i}", day, f"o-{n}", float(draw.randint(1, 90)), account=account))
            counted[account].orders += 1
            counted[account].spend += events[-1]["properties"]["total"]
        elif what < 0.6:
            case = f"c-{i}"
            events.append(opened(f"p-{i}", day, case, account=account))
            counted[account].open_cases.add(case)
        elif what < 0.75:  # by whoever opened it: of two people's events the account hears in any order
            events.append(closed(f"p-{i}", day, f"c-{i}", account=account))
            counted[account].open_cases.discard(f"c-{i}")
        else:
            events.append(ordered(f"p-{i}", day, f"o-{n}"))
        events[-1]["timestamp"] = rfc3339(1_777_600_000_000 + n * 1_000_000)
    return events, counted


async def busy(workers: Workers, which: int, store: ValkeyStore) -> None:
    """Wait until a worker has applied some batches: then it is most likely in the middle of one."""
    until, before = time.monotonic() + 60.0, 1 << 60
    while True:
        held = workers.held_by(workers.processes[which])
        stored = await store.checkpoints([b for p in held for b in range(p, BUCKETS, PARTITIONS)]) if held else []
        done = max((unpack(one).next_offset for one in stored if one), default=0)
        if held and done > before:
            return
        before = done if held else before
        assert time.monotonic() < until, workers.said()
        await asyncio.sleep(0.02)


async def feed(workers: Workers, events: Iterable[dict[str, Any]]) -> None:
    """Append in portions; two workers die on the way, and others come."""
    values = list(events)
    log, store = await workers.connected()
    for n, at in enumerate(range(0, len(values), 300)):
        records = [record_of(orjson.dumps(one), 0) for one in values[at : at + 300]]
        await log.append(INTERACTIONS, records)
        if n in (2, 5):
            await busy(workers, n // 3, store)
            workers.processes[n // 3].kill()
            workers.processes[n // 3].wait()
            workers.start()
    await log.close()
    await store.close()


def told_last(records: Iterable[Iterable[Fetched]]) -> dict[str, dict[str, Any]]:
    """What each member was told last of their account."""
    return {
        (record.key or b"").decode(): body
        for some in records
        for record in some
        if dict(record.headers).get(MAC_HEADER) and (body := orjson.loads(record.value))["engine"] == "account_stands"
    }


async def read_log(workers: Workers) -> list[list[Fetched]]:
    log, store = await workers.connected()
    records = await read_all(log, INTERACTIONS)
    await log.close()
    await store.close()
    return records


@pytest.mark.slow
def test_accounts_count_everything_once_though_workers_are_killed(tmp_path: Path) -> None:
    events, counted = a_year_of_firms(seed=3)
    policy = compile_policy(GIFT_SHOP)
    with (
        a_broker(tmp_path / "kafka") as broker,
        workers_on_a_store(broker.address, "", tmp_path, "--max-records", "20", "--delay-ms", "150") as workers,
    ):
        with Engine.open(GIFT_SHOP) as engine:
            asyncio.run(workers.prepare(engine._deployment.log))
        for _ in range(2):
            workers.start()
        asyncio.run(feed(workers, events))
        asyncio.run(workers.caught_up(180.0))
        asyncio.run(workers.caught_up(180.0))  # what was passed on in the meantime
        state, records = asyncio.run(workers.state()), asyncio.run(read_log(workers))

    told = told_last(records)
    passed = sum(b'"passed_on"' in record.value for some in records for record in some)
    for name, account in counted.items():
        profile = readable_blob(state.rows[account_key(name)], policy, END_MS)
        assert (profile["value"]["orders"], profile["value"]["spend"]) == (account.orders, pytest.approx(account.spend))
        for person in account.people:
            assert (told[person]["account"], told[person]["open_cases"]) == (name, len(account.open_cases))
    assert not any(state.dead_letters)
    expected = sum("account" in one.get("properties", {}) for one in events) + PEOPLE
    print(f"{passed} records passed on for {expected} events")
    assert passed >= expected
