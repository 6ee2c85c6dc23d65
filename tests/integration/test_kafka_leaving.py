"""A worker that is told to end while the group waits for a member that does not answer: it ends in order, and has left the group."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from pathlib import Path

import pytest

from platinum.logs.kafka_topics import admin
from tests.builders.kafka import a_broker
from tests.builders.recorded import a_recorded_log
from tests.builders.workers import PARTITIONS, Workers, workers_on_a_store

#: A rebalance waits so long for a member that is silent; whoever is told to end does not.
SESSION_S = 40


def _until_shared(workers: Workers, members: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + 60
    while [len(workers.held_by(one)) for one in members] != [PARTITIONS // len(members)] * len(members):
        assert time.monotonic() < until, workers.said()
        time.sleep(0.2)


def _until_rebalancing(address: str) -> None:
    until = time.monotonic() + 30
    with admin(address) as client:
        while (state := client.describe_groups(["test"])["test"]["group_state"]) != "PreparingRebalance":
            assert time.monotonic() < until, state
            time.sleep(0.1)


@pytest.mark.slow
def test_a_worker_ends_in_the_middle_of_a_rebalance_that_waits_for_another(tmp_path: Path) -> None:
    with (
        a_broker(tmp_path / "kafka") as broker,
        workers_on_a_store(broker.address, "leave.", tmp_path, "--session", str(SESSION_S)) as workers,
    ):
        with a_recorded_log(500) as recorded:
            asyncio.run(workers.prepare(recorded))
        told, frozen = workers.start(), workers.start()
        _until_shared(workers, [told, frozen])
        frozen.send_signal(signal.SIGSTOP)
        workers.start()  # the group begins a rebalance, which waits for the frozen one
        _until_rebalancing(broker.address)
        time.sleep(3)
        told.terminate()
        began = time.monotonic()
        try:
            code = told.wait(30)
            took_s = time.monotonic() - began
            with admin(broker.address) as client:
                left = len(client.describe_groups(["test"])["test"]["members"])
        finally:
            frozen.send_signal(signal.SIGCONT)
        assert code == 0, workers.said()
        assert left == 2
        assert took_s < 8
