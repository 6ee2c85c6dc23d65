"""The commands of the distributed form, as docs/how-to/run-on-kafka.md has them, on a real broker and a real store."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from platinum.logs.kafka import KafkaLog
from platinum.ports import DECISIONS
from platinum.stores.server import ValkeyServer
from tests.builders.kafka import a_broker
from tests.builders.processes import Up, platinum

ORDER = {"event": "Order Completed", "messageId": "m-1", "userId": "ada"}
PROPERTIES = {"order_id": "o-1", "total": 30, "currency": "GBP", "products": [{"category": "garden", "price": 30}]}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """(bootstrap address, URL of the store)."""
    folder = tmp_path_factory.mktemp("services")
    server = ValkeyServer(folder / "valkey", tcp=True)
    server.start()
    with a_broker(folder / "kafka") as broker:
        yield broker.address, server.address
    server.stop()


@pytest.fixture(scope="module")
def shop(services: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deployment whose policy is in force."""
    folder = tmp_path_factory.mktemp("deployment")
    policy, data = folder / "policy.yaml", folder / "shop"
    policy.write_text(platinum("example", "gift-shop").stdout)
    where = ["--brokers", services[0], "--store", services[1], "--policy", str(policy)]
    made = platinum("topics", "create", "--data", str(data), *where, "--json")
    assert len(json.loads(made.stdout)["created"]) == 10, made.stderr
    assert platinum("topics", "check", "--data", str(data)).returncode == 0
    assert platinum("policy", "activate", str(policy), "--data", str(data)).returncode == 0
    return data


@pytest.mark.slow
def test_an_event_over_http_is_in_the_profile_and_a_decision_can_be_explained(shop: Path, tmp_path: Path) -> None:
    with (tmp_path / "worker.log").open("w") as said:
        worker = subprocess.Popen([sys.executable, "-m", "platinum", "worker", "--data", str(shop)], stdout=said, stderr=said)
    api = Up(shop, "api")
    try:
        api.post("/v1/track", ORDER | {"properties": PROPERTIES})
        profile = api.profile("ada", orders=1)
        asked = (api.post("/v1/decisions", {"customer_id": "ada", "placement": "home-hero"})["decisions"][0] for _ in range(20))
        decided = next(one for one in asked if one["action"] is not None)  # silence is drawn now and then, too
        explained = _explained(decided["decision_id"], shop)
        refused = platinum("rebuild", "--data", str(shop))
        began = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(30)
        took_s = time.monotonic() - began
    finally:
        worker.kill()
        ended = api.end()
        api.close()

    said_by_worker = (tmp_path / "worker.log").read_text()
    assert profile["value"]["spend"] == 30
    assert explained["reproduced"]
    assert refused.returncode == 2
    assert "1 worker(s) of group 'platinum' are running" in refused.stderr
    assert code == 0, said_by_worker
    assert took_s < 10  # leaves the group, finishes its batch
    assert "ada" not in said_by_worker
    assert ended[0] in (0, -signal.SIGTERM)


def _explained(decision_id: str, shop: Path, wait_s: float = 30.0) -> dict[str, object]:
    """Once the worker has published the decision."""
    until = time.monotonic() + wait_s
    while True:
        done = platinum("explain", decision_id, "--data", str(shop), "--json")
        if done.returncode == 0:
            found: dict[str, object] = json.loads(done.stdout)
            return found
        assert time.monotonic() < until, done.stderr


@pytest.mark.slow
def test_an_empty_store_is_filled_again_and_nothing_is_sent_again(services: tuple[str, str], shop: Path, tmp_path: Path) -> None:
    server = ValkeyServer(tmp_path / "empty", tcp=True)
    server.start()
    again = tmp_path / "again"
    shutil.copytree(shop, again)
    file = again / "deployment.json"
    file.write_text(file.read_text().replace(services[1], server.address))
    before = _ends(services[0])

    rebuilt = platinum("rebuild", "--data", str(again), "--json", timeout_s=120)
    anew = platinum("rebuild", "--data", str(again), "--discard", "--json", timeout_s=120)
    profile = platinum("profile", "ada", "--data", str(again), "--json")
    server.stop()

    assert rebuilt.returncode == anew.returncode == 0, rebuilt.stderr + anew.stderr
    assert json.loads(rebuilt.stdout)["events"] == json.loads(anew.stdout)["events"] > 0
    assert json.loads(profile.stdout)["value"]["spend"] == 30
    assert _ends(services[0]) == before


def _ends(brokers: str) -> list[int]:
    """Ends of the decisions."""

    async def ask() -> list[int]:
        log = KafkaLog(brokers)
        try:
            return [await log.end(DECISIONS, p) for p in range(log.partitions)]
        finally:
            await log.close()

    return asyncio.run(ask())


def test_a_directory_of_another_deployment_is_refused(services: tuple[str, str], shop: Path) -> None:
    where = ["--brokers", services[0], "--store", services[1], "--policy", str(shop.parent / "policy.yaml")]

    again = platinum("topics", "create", "--data", str(shop), *where)
    other = platinum("topics", "create", "--data", str(shop), *where, "--partitions", "8")

    assert again.returncode == 0
    assert "every topic was there" in again.stdout
    assert other.returncode == 2
    assert "partitions" in other.stderr


def test_a_topic_that_is_set_otherwise_is_named(shop: Path, services: tuple[str, str]) -> None:
    from platinum.logs.kafka_topics import admin

    with admin(services[0]) as client:
        client.delete_topics(["platinum.learning.v1"])
    found = platinum("topics", "check", "--data", str(shop), "--json")

    assert found.returncode == 1
    assert [fault["topic"] for fault in json.loads(found.stdout)] == ["platinum.learning.v1"]


def test_up_does_not_start_a_log_of_its_own_beside_the_one_on_kafka(shop: Path) -> None:
    refused = platinum("up", "--data", str(shop), "--policy", str(shop.parent / "policy.yaml"), "--port", "18123")

    assert refused.returncode == 2
    assert "on Kafka" in refused.stderr
    assert not (shop / "log.sqlite").exists()
    assert not (shop / "valkey").exists()
    assert (shop / "deployment.json").exists()


def test_worker_refuses_a_directory_that_is_not_on_kafka(tmp_path: Path) -> None:
    assert platinum("worker", "--data", str(tmp_path)).returncode == 2
