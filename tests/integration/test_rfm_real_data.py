"""Recency, frequency and money of 2,179 real customers, exactly as the reference package computes them."""

from __future__ import annotations

import asyncio
import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from platinum.engine import Engine
from platinum.logs.memory import MemoryLog
from platinum.logs.sqlite import SqliteLog
from platinum.ops.importing import ImportReport, import_events, read_map
from platinum.policy.load import example
from platinum.ports import ARTEFACTS, DEAD_LETTERS, INTERACTIONS
from platinum.stores.memory import MemoryStore
from platinum.stores.server import ValkeyServer
from platinum.stores.valkey import ValkeyStore
from tests.builders.deployments import State, a_deployment, copy_log, play, state_of

MAP = Path(__file__).parents[2] / "engine" / "platinum" / "examples" / "maps" / "online_retail.yaml"
END_OF_LAST_DAY = "2011-12-09T23:59:59Z"
GIFT_SHOP = example("gift-shop")


@pytest.fixture(scope="module")
def events(data_dir: Path) -> list[bytes]:
    """Every event that the import makes of the shop's lines, in time order."""
    report = ImportReport()
    return [line.value for line in import_events(data_dir / "online_retail" / "transactions.csv.gz", read_map(MAP), report)]


@pytest.fixture(scope="module")
def reference(data_dir: Path) -> dict[str, dict[str, str]]:
    with gzip.open(data_dir / "online_retail" / "rfm_reference.csv.gz", "rt") as lines:
        return {row["CustomerID"]: row for row in csv.DictReader(lines)}


def differences(value: dict[str, Any], want: dict[str, str]) -> list[str]:
    """Members that are not what the reference says."""
    exact = {"frequency": "frequency", "recency_days": "recency", "age_days": "T", "orders": "orders", "days_since_last": "days_since_last"}
    wrong = [ours for ours, theirs in exact.items() if value[ours] != float(want[theirs])]
    return wrong + [name for name in ("monetary_value", "spend") if abs(value[name] - float(want[name])) > 0.01]


def played(events: Sequence[bytes]) -> Engine:
    engine = Engine.open(GIFT_SHOP)
    engine.process_json(events)
    return engine


def wrong_customers(engine: Engine, reference: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    wrong = {}
    for customer, want in reference.items():
        profile = engine.profile(customer, now=END_OF_LAST_DAY)
        found = ["missing"] if profile is None else differences(profile["value"], want)
        if found:
            wrong[customer] = found
    return wrong


def test_every_customer_equals_the_reference(events: list[bytes], reference: dict[str, dict[str, str]]) -> None:
    with played(events) as engine:
        wrong = wrong_customers(engine, reference)
        dead, customers = engine.count(DEAD_LETTERS), engine.customers()
        others = [engine.profile(key.decode(), now=END_OF_LAST_DAY) for key in customers if key.decode() not in reference]
        strangers = [profile for profile in others if profile is None or profile["value"]["orders"]]

    assert len(reference) == 2_179
    assert wrong == {}
    assert dead == 0
    assert strangers == []  # guests and people who only sent things back have no orders


def test_repeats_and_shuffled_days_change_nothing(events: list[bytes], reference: dict[str, dict[str, str]]) -> None:
    draw = random.Random(5)
    days: dict[str, list[bytes]] = defaultdict(list)
    for event in events:
        days[orjson.loads(event)["timestamp"][:10]].append(event)
    disturbed: list[bytes] = []
    since: dict[str, list[bytes]] = defaultdict(list)
    for day in sorted(days):
        draw.shuffle(days[day])
        for event in days[day]:
            customer = orjson.loads(event)["userId"]
            disturbed.append(event)
            since[customer] = [*since[customer][-30:], event]
            if draw.random() < 0.05:
                disturbed.append(draw.choice(since[customer]))

    with played(disturbed) as engine:
        wrong = wrong_customers(engine, reference)

    assert len(disturbed) > len(events) * 1.04
    assert wrong == {}


def test_the_real_log_gives_the_same_bytes_in_memory_and_on_disk(events: list[bytes], tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path / "valkey")
    server.start()

    async def run(source: MemoryLog) -> tuple[State, State]:
        memory = MemoryLog()
        log, store = SqliteLog(tmp_path / "log.sqlite", clock_ms=None), ValkeyStore(server.address)
        await store.connect()
        states = []
        before = await store.used_bytes()
        for target, rows in ((memory, MemoryStore()), (log, store)):
            await copy_log(source, target, [ARTEFACTS, INTERACTIONS])
            d = a_deployment(target, rows)
            await play(d, 500)
            states.append(await state_of(d))
        used = (await store.used_bytes() - before) / len(states[1].rows)
        await log.close()
        await store.close()
        assert used <= 1024, f"{used:.0f} bytes per customer in the store"
        return states[0], states[1]

    with played(events) as engine:
        source = engine._deployment.log
        assert isinstance(source, MemoryLog)
        memory, disk = asyncio.run(run(source))
    server.stop()

    assert len(memory.rows) > 2_000
    assert disk.rows == memory.rows
    assert disk.decisions == memory.decisions
    assert sum(map(len, memory.decisions)) > 5_000
