"""The distributed form: Apache Kafka, Valkey, workers as processes of their own (issue: part 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from platinum.logs.memory import MemoryLog
from platinum.stores.server import ValkeyServer
from tests.builders.deployments import State
from tests.builders.kafka import a_broker
from tests.builders.recorded import a_recorded_log, replay
from tests.builders.workers import Workers

EVENTS = 20_000


@pytest.fixture(scope="module")
def recorded() -> Iterator[MemoryLog]:
    """Timers and markers included, with a policy change in the middle."""
    with a_recorded_log(EVENTS) as log:
        yield log


@pytest.fixture(scope="module")
def single(recorded: MemoryLog) -> State:
    """What one pass in memory makes of it."""
    return asyncio.run(replay(recorded, 1000))


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_broker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.address


@pytest.fixture
def store(tmp_path: Path) -> Iterator[str]:
    server = ValkeyServer(tmp_path / "valkey")
    server.start()
    yield server.address
    server.stop()


@pytest.mark.parametrize("number", [1, 2])
def test_workers_leave_the_bytes_that_memory_leaves(
    recorded: MemoryLog, single: State, brokers: str, store: str, tmp_path: Path, number: int
) -> None:
    workers = Workers(brokers, store, f"same{number}.", tmp_path, "--group", "test", "--max-records", "700")
    asyncio.run(workers.prepare(recorded))
    try:
        for _ in range(number):
            workers.start()
        asyncio.run(workers.caught_up())
        state = asyncio.run(workers.state())
    finally:
        workers.end()

    assert state.rows == single.rows
    assert [sorted(set(p)) for p in state.decisions] == [sorted(p) for p in single.decisions]
    assert [process.returncode for process in workers.processes] == [0] * number
