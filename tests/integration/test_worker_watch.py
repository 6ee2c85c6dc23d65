"""What a worker shows over HTTP, on a real broker and a real store."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from platinum.stores.server import ValkeyServer
from tests.builders.kafka import a_broker
from tests.builders.processes import free_port, platinum
from tests.builders.recorded import a_recorded_log
from tests.builders.workers import Workers

EVENTS = 2_000


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ValkeyServer]]:
    """(bootstrap address, server of the store)."""
    folder = tmp_path_factory.mktemp("services")
    server = ValkeyServer(folder / "valkey")
    server.start()
    with a_broker(folder / "kafka") as broker:
        yield broker.address, server
    server.stop()


def _get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def _until(port: int, status: int, says: str, wait_s: float = 60.0) -> str:
    until = time.monotonic() + wait_s
    while True:
        found = _get(port, "/readyz")
        if found[0] == status and says in found[1]:
            return found[1]
        assert time.monotonic() < until, found
        time.sleep(0.2)


def values_of(text: str) -> dict[str, float]:
    """Each sample by name and labels."""
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line and line[0] != "#"}


@pytest.mark.slow
def test_a_worker_shows_what_it_has_done_what_it_lacks_and_ends_although_somebody_looks(
    services: tuple[str, ValkeyServer], tmp_path: Path
) -> None:
    brokers, server = services
    workers, port = Workers(brokers, server.address, "watch.", tmp_path), free_port()
    with a_recorded_log(EVENTS) as recorded:
        asyncio.run(workers.prepare(recorded))
    worker = workers.start("--port", str(port))
    try:
        asyncio.run(workers.caught_up())
        ready = json.loads(_until(port, 200, "true"))
        values = values_of(_get(port, "/metrics")[1])
        os.kill(server.pid, signal.SIGSTOP)
        without_store = _until(port, 503, "store", wait_s=10)
        os.kill(server.pid, signal.SIGCONT)
        _until(port, 200, "true")
        with socket.create_connection(("127.0.0.1", port)) as idle:
            idle.sendall(b"GET /metrics HTTP/1.1\r\n")  # somebody who never ends his request
            began = time.monotonic()
            worker.send_signal(signal.SIGTERM)
            code, took_s = worker.wait(20), time.monotonic() - began
    finally:
        os.kill(server.pid, signal.SIGCONT)
        workers.end(signal.SIGKILL)

    partitions = sorted(re.findall(r'platinum_lag_records\{partition="(\d)"', "\n".join(values)))
    outcomes = [values[f'platinum_events_total{{outcome="{o}",partition="{{}}"}}'.replace("{}", p)] for p in "0123" for o in OUTCOMES]
    consumed = sum(values[f'platinum_events_consumed_total{{partition="{p}"}}'] for p in "0123")
    assert ready == {"ready": True}
    assert partitions == ["0", "1", "2", "3"]
    assert consumed == sum(outcomes) > EVENTS
    assert values['platinum_lag_records{partition="0"}'] == values['platinum_lag_seconds{partition="0"}'] == 0
    assert values["platinum_assigned_partitions"] == 4
    assert values['platinum_stopped_partitions{reason="inconsistent"}'] == 0
    assert values["platinum_ready"] == 1
    assert values["process_open_fds"] > 5
    assert json.loads(without_store)["store"] == "does not answer"
    assert code == 0, workers.said()
    assert took_s < 5


OUTCOMES = ("applied", "duplicate", "skipped", "dlq", "marker")


def test_a_port_that_is_taken_is_told_before_anything_is_compiled(services: tuple[str, ValkeyServer], tmp_path: Path) -> None:
    policy, data = tmp_path / "policy.yaml", tmp_path / "shop"
    policy.write_text(platinum("example", "minimal").stdout)
    where = ["--brokers", services[0], "--store", services[1].address, "--policy", str(policy), "--prefix", "taken."]
    platinum("topics", "create", "--data", str(data), *where)
    with socket.create_server(("127.0.0.1", 0)) as other:
        refused = platinum("worker", "--data", str(data), "--port", str(other.getsockname()[1]))

    assert refused.returncode == 2
    assert "cannot listen on 127.0.0.1" in refused.stderr
    assert "--port" in refused.stderr
