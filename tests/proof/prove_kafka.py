"""The recorded logs through Kafka, Faust and Valkey with appending off: every row and decision is the one that memory gives."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from platinum.engine import Engine
from platinum.logs.memory import MemoryLog
from platinum.ops.importing import ImportReport, import_events, read_map
from platinum.policy.load import example
from platinum.ports import INTERACTIONS
from platinum.stores.server import ValkeyServer
from tests.builders.deployments import read_all
from tests.builders.kafka import a_broker
from tests.builders.pages import CHECKOUT
from tests.builders.recorded import EVENTS, a_recorded_log, a_society_log, replay
from tests.builders.workers import Workers

MAP = CHECKOUT / "engine" / "platinum" / "examples" / "maps" / "online_retail.yaml"


@contextmanager
def _recorded(which: str, data_dir: Path) -> Iterator[MemoryLog]:
    if which == "simulated":
        with a_recorded_log(EVENTS) as simulated:
            yield simulated
        return
    if which == "society":
        with a_society_log(2_000, 60) as society:
            yield society
        return
    values = [line.value for line in import_events(data_dir / "online_retail" / "transactions.csv.gz", read_map(MAP), ImportReport())]
    with Engine.open(example("gift-shop")) as engine:
        engine.process_json(values)
        log = engine._deployment.log
        assert isinstance(log, MemoryLog)
        yield log


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_broker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.address


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("which", ["simulated", "online_retail", "society"])
def test_a_recorded_log_gives_the_bytes_of_memory(which: str, number: int, brokers: str, data_dir: Path, tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path / "valkey")
    server.start()
    workers = Workers(brokers, server.address, f"{which}{number}.", tmp_path)
    try:
        with _recorded(which, data_dir) as recorded:
            records = sum(map(len, asyncio.run(read_all(recorded, INTERACTIONS))))
            single = asyncio.run(replay(recorded, 1000))
            asyncio.run(workers.prepare(recorded))
        for _ in range(number):
            workers.start()
        asyncio.run(workers.caught_up(300.0))
        state = asyncio.run(workers.state())
    finally:
        workers.end()
        server.stop()

    decisions, facts = sum(map(len, state.decisions)), sum(map(len, state.facts))
    print(f"{which}, {number} workers: {records} records, {len(state.rows)} rows, {decisions} decisions, {facts} facts")
    assert records > 15_000
    assert len(state.rows) >= 2_000
    assert state.rows == single.rows
    repeated = sum(map(len, state.decisions)) - sum(map(len, single.decisions))
    print(f"{repeated} decisions repeated")
    assert [set(some) for some in state.decisions] == [set(some) for some in single.decisions]
    assert [set(some) for some in state.dead_letters] == [set(some) for some in single.dead_letters]
    assert [set(some) for some in state.facts] == [set(some) for some in single.facts]
    assert repeated == 0
    assert sum(b'"fact":"standing"' in one for some in state.facts for one in some) > 100
