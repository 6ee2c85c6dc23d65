"""How a worker ends: the exit code says whether a restart helps, and each line that it writes is one JSON object."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platinum.settings import DISTRIBUTED_LAYOUT, DeploymentFile, new_distributed
from platinum.stores.server import ValkeyServer
from tests.builders.kafka import a_broker
from tests.builders.processes import platinum

NOWHERE = "127.0.0.1:1"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """(bootstrap address, URL of the store)."""
    folder = tmp_path_factory.mktemp("services")
    server = ValkeyServer(folder / "store")
    with a_broker(folder / "kafka") as broker:
        server.start()
        yield broker.address, server.address
        server.stop()


def _worker(data: Path, brokers: str, store: str, *, ends_with: bytes = b"", **environment: str) -> tuple[int, list[dict[str, object]]]:
    """(exit code, lines); SIGTERM is sent once a line holds ``ends_with``."""
    new_distributed(data, DeploymentFile(DISTRIBUTED_LAYOUT, 4, 16, f"{data.name}-group", brokers, store, f"{data.name}."))
    if ends_with:
        policy = data.parent / f"{data.name}.yaml"
        policy.write_text(platinum("example", "minimal").stdout)
        assert platinum("policy", "activate", str(policy), "--data", str(data)).returncode == 0
    line = [sys.executable, "-m", "platinum", "worker", "--data", str(data)]
    lines = []
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | environment) as process:
        assert process.stdout is not None
        try:
            for said in process.stdout:
                lines.append(json.loads(said))
                if ends_with and ends_with in said:
                    process.send_signal(signal.SIGTERM)
            return process.wait(60), lines
        finally:
            process.kill()


@pytest.mark.slow
def test_a_password_that_the_store_refuses_is_a_mistake(services: tuple[str, str], tmp_path: Path) -> None:
    code, lines = _worker(tmp_path / "denied", *services, PLATINUM_STORE_PASSWORD="wrong")

    assert code == 2
    assert lines[-1]["exit_code"] == 2
    assert "PLATINUM_STORE_PASSWORD" in str(lines[-1]["error"])


@pytest.mark.slow
def test_a_store_that_is_away_is_a_dependency(services: tuple[str, str], tmp_path: Path) -> None:
    code, lines = _worker(tmp_path / "away", services[0], f"valkey://{NOWHERE}/0")

    assert (code, lines[-1]["exit_code"]) == (69, 69)


@pytest.mark.slow
def test_an_orderly_end_is_no_error_and_every_line_is_json(services: tuple[str, str], tmp_path: Path) -> None:
    code, lines = _worker(tmp_path / "orderly", *services, ends_with=b"partition claimed")

    assert code == 0
    assert lines
