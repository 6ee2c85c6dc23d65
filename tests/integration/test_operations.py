"""lag, doctor and dead-letters on a deployment on Kafka and beside a running ``up``, as an operator types them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from platinum.cli.main import main
from platinum.policy.load import example
from platinum.stores.server import ValkeyServer
from tests.builders.kafka import a_broker
from tests.builders.processes import Up, platinum


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Path, ValkeyServer]]:
    """A deployment on Kafka, nothing running on it, and its store."""
    policy, data = tmp_path / "policy.yaml", tmp_path / "shop"
    policy.write_text(platinum("example", "gift-shop").stdout)
    server = ValkeyServer(tmp_path / "valkey", tcp=True)
    server.start()
    with a_broker(tmp_path / "kafka") as broker:
        where = ["--brokers", broker.address, "--store", server.address, "--policy", str(policy)]
        assert platinum("topics", "create", "--data", str(data), *where).returncode == 0
        assert platinum("policy", "activate", str(policy), "--data", str(data)).returncode == 0
        yield data, server
    server.stop()


class Operator:
    """Types commands in this process: each as a process of its own would import the engine first."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._where, self._capsys = ["--data", str(data)], capsys

    def __call__(self, *words: str, code: int = 0) -> Any:
        self._capsys.readouterr()
        assert main([*words, *self._where, "--json"]) == code, self._capsys.readouterr()
        return json.loads(self._capsys.readouterr().out)

    def level(self) -> bool:
        """Nothing is behind."""
        return not any(one["behind"] for one in self("lag")["partitions"])

    def counts(self) -> dict[str, int]:
        """Dead letters by reason."""
        found: dict[str, int] = self("dead-letters", "list")["counts"]
        return found


@pytest.fixture
def operator(shop: tuple[Path, ValkeyServer], capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(shop[0], capsys)


def _until(look: Callable[[], bool], wait_s: float = 90.0) -> None:
    until = time.monotonic() + wait_s
    while not look():
        assert time.monotonic() < until
        time.sleep(0.3)


@pytest.fixture
def worker(shop: tuple[Path, ValkeyServer], tmp_path: Path) -> Iterator[Callable[[], object]]:
    """Starts a worker."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> object:
        with (tmp_path / "worker.log").open("w") as said:
            line = [sys.executable, "-m", "platinum", "worker", "--data", str(shop[0])]
            started.append(subprocess.Popen(line, stdout=said, stderr=said))
        return started

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.mark.slow
def test_an_operators_day_on_kafka(shop: tuple[Path, ValkeyServer], operator: Operator, worker: Callable[[], object]) -> None:
    before, behind = _by_name(operator("doctor", code=1)), operator("lag")["partitions"]
    operator("lag", "--max-seconds", "0", code=1)
    worker()
    _break_one(shop[0])
    _until(operator.level)
    _until(lambda: all(one["group_offset"] is not None for one in operator("lag")["partitions"]))
    well = _by_name(operator("doctor"))

    assert before["Kafka"]["ok"]
    assert before["topics"]["ok"]
    assert before["checkpoints"]["found"] == "none yet"
    assert "nobody holds partition 0, 1, 2, 3" in before["workers"]["found"]
    assert [one["behind"] for one in behind] == [1] * 4  # the markers
    assert well["checkpoints"]["found"] == "all 256 fit the log"
    assert well["workers"]["found"].startswith("1 in the group")
    assert well["store: eviction"]["found"] == "noeviction"
    _replay_once(operator)
    shop[1].stop()
    down = _by_name(operator("doctor", code=69))
    assert down["Kafka"]["ok"]
    assert not down["store"]["ok"]


def _by_name(findings: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["what"]: one for one in findings}


def _replay_once(operator: Operator) -> None:
    (letter,) = operator("dead-letters", "list")["letters"]
    shown = operator("dead-letters", "show", letter["letter"])
    first = operator("dead-letters", "replay", letter["letter"])
    second = operator("dead-letters", "replay", letter["letter"])
    _until(lambda: operator.counts() == {"not_json": 2})  # the copy is no better

    assert (letter["reason"], shown["value"]) == ("not_json", "{")
    assert len(first["replayed"]) == 1
    assert (second["replayed"], second["replayed_before"]) == ([], [letter["letter"]])


def _break_one(data: Path) -> None:
    """Something that is no event, straight to the log."""
    import asyncio

    from platinum.clock import wall_ms
    from platinum.ports import INTERACTIONS, Record
    from platinum.settings import existing_deployment
    from platinum.wiring.parts import log_of

    async def append() -> None:
        log = log_of(data, existing_deployment(data)[0])
        await log.append(INTERACTIONS, [Record(b"ada", b"{", wall_ms())])
        await log.close()

    asyncio.run(append())


@pytest.mark.slow
def test_beside_a_running_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy, data = tmp_path / "policy.yaml", tmp_path / "shop"
    policy.write_bytes(example("minimal"))
    up, operator = Up(data, policy=policy), Operator(data, capsys)
    try:
        _break_one(data)
        _until(lambda: operator.counts() == {"not_json": 1})
        _until(operator.level)
        _replay_once(operator)
        operator("doctor")
    finally:
        up.close()
