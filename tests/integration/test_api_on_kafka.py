"""Two API processes and two workers on a real Kafka that is frozen and killed under requests: every answer is in the log, or counted."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from platinum.logs.kafka import KafkaLog
from platinum.ops.broker import LocalKafka
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import DECISIONS
from platinum.stores.server import ValkeyServer
from platinum.wiring.warm import warm
from tests.builders.deployments import read_all
from tests.builders.kafka import a_broker
from tests.builders.processes import Up, free_port, platinum

CUSTOMERS = [f"c-{n}" for n in range(40)]
FROZEN_S, DEAD_S = 4.0, 3.0
#: Nobody waits longer for an answer: the patience with the log, and what a busy machine adds.
MOST_S = 2.5
EVERY_S = 0.02


@dataclass
class Asking:
    """Asks one API for decisions, one request after the other, until told to stop."""

    api: Up
    over: threading.Event
    answered: dict[str, bytes] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    customers: list[str] = field(default_factory=lambda: list(CUSTOMERS))

    def run(self) -> None:
        """Body of a thread."""
        number = 0
        while not self.over.wait(EVERY_S):
            number += 1
            body = json.dumps({"customer_id": self.customers[number % len(self.customers)], "placement": "home-hero"}).encode()
            began = time.monotonic()
            try:
                with urllib.request.urlopen(urllib.request.Request(self.api.url + "/v1/decisions", body), timeout=20) as answer:
                    (raw,) = _decisions(answer.read())
                self.answered[orjson.loads(raw)["decision_id"]] = raw
            except OSError as error:
                self.failed[str(error)] += 1
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)


def _decisions(body: bytes) -> list[bytes]:
    """Bytes of the one decision of an answer."""
    return [body.removeprefix(b'{"decisions":[').removesuffix(b"]}")]


def _metric(api: Up, name: str) -> float:
    found = re.search(rf"^{name} ([0-9.e+]+)$", api.get("/metrics"), re.MULTILINE)
    assert found, name
    return float(found[1])


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LocalKafka]:
    with a_broker(tmp_path / "kafka") as broker:
        yield broker


@pytest.fixture
def shop(broker: LocalKafka, tmp_path: Path) -> Iterator[Path]:
    """A deployment whose policy is in force."""
    warm(Stages(compile_policy(example("minimal"))))  # once, instead of in four processes at the same time
    server = ValkeyServer(tmp_path / "valkey", tcp=True)
    server.start()
    policy, data = tmp_path / "policy.yaml", tmp_path / "shop"
    policy.write_text(platinum("example", "gift-shop").stdout)
    platinum("topics", "create", "--data", str(data), "--brokers", broker.address, "--store", server.address, "--policy", str(policy))
    assert platinum("policy", "activate", str(policy), "--data", str(data)).returncode == 0
    yield data
    server.stop()


def _freeze_and_kill(broker: LocalKafka) -> None:
    """Two outages, one behind the other."""
    os.kill(broker.pid, signal.SIGSTOP)
    time.sleep(FROZEN_S)
    os.kill(broker.pid, signal.SIGCONT)
    time.sleep(2)
    broker.kill()
    time.sleep(DEAD_S)
    broker.start(wait_s=120)


def _end(workers: list[subprocess.Popen[bytes]], apis: list[Up]) -> tuple[list[int], list[tuple[int, float]]]:
    """Exit codes of workers; (exit code, seconds it took) of APIs."""
    for process in workers:
        process.terminate()
    return [process.wait(30) for process in workers], [api.end() for api in apis]


def _workers(shop: Path, ports: list[int]) -> list[subprocess.Popen[bytes]]:
    started = []
    for n, port in enumerate(ports):
        with (shop.parent / f"worker-{n}.log").open("w") as said:
            line = [sys.executable, "-m", "platinum", "worker", "--data", str(shop), "--port", str(port)]
            started.append(subprocess.Popen(line, stdout=said, stderr=said))
    return started


def _until_ready(ports: list[int], wait_s: float = 120.0) -> None:
    """Until the workers say that they have their share and get on with it, without a restart."""
    until, waiting = time.monotonic() + wait_s, dict.fromkeys(ports, "")
    while waiting:
        for port in list(waiting):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                    assert json.loads(answer.read()) == {"ready": True}
                    del waiting[port]
            except OSError as error:  # not ready is 503
                waiting[port] = str(error)
        assert time.monotonic() < until, waiting
        time.sleep(0.2)


async def _published(address: str, wanted: set[str], wait_s: float) -> dict[str, set[bytes]]:
    """Bytes by id of what is published, once ``wanted`` is, or the time is over."""
    log = KafkaLog(address)
    until = time.monotonic() + wait_s
    while True:
        found: dict[str, set[bytes]] = {}
        for record in (record for some in await read_all(log, DECISIONS) for record in some):
            found.setdefault(orjson.loads(record.value)["decision_id"], set()).add(record.value)
        if found.keys() >= wanted or time.monotonic() > until:
            await log.close()
            return found
        await asyncio.sleep(0.5)


def _until_logged(apis: list[Up], wait_s: float = 60.0) -> None:
    """Until nothing waits for the log any more and it is ready again, without a restart."""
    until = time.monotonic() + wait_s
    while any(_metric(api, "platinum_unappended_records") or not _metric(api, "platinum_ready") for api in apis):
        assert time.monotonic() < until, [api.get("/metrics") for api in apis]
        time.sleep(0.2)


@pytest.mark.slow
def test_answers_during_an_outage_of_the_broker_are_published_as_answered_or_counted(broker: LocalKafka, shop: Path) -> None:
    ports = [free_port(), free_port()]
    workers = _workers(shop, ports)
    apis = [Up(shop, "api"), Up(shop, "api")]
    over = threading.Event()
    asking = [Asking(api, over) for api in apis]
    threads = [threading.Thread(target=one.run) for one in asking]
    try:
        apis[0].post("/v1/track", _order(CUSTOMERS[0]))
        apis[1].profile(CUSTOMERS[0], orders=1)
        for thread in threads:
            thread.start()
        time.sleep(2)
        _freeze_and_kill(broker)
        time.sleep(2)
        over.set()
        for thread in threads:
            thread.join()
        _until_logged(apis)
        _until_ready(ports)
        lost = int(sum(_metric(api, "platinum_unlogged_total") for api in apis))
        degraded = int(sum(_metric(api, "platinum_degraded_total") for api in apis))
        answered = asking[0].answered | asking[1].answered
        published = asyncio.run(_published(broker.address, set(answered), 5.0 if lost else 60.0))
    finally:
        over.set()
        codes, ended = _end(workers, apis)

    missing = answered.keys() - published.keys()
    assert [dict(one.failed) for one in asking] == [{}, {}]  # no 5xx, nobody cut off
    assert max(one.slowest_s for one in asking) < MOST_S
    assert min(len(one.answered) for one in asking) > 20 * (FROZEN_S + DEAD_S)  # they went on answering
    assert len(missing) == lost < 100
    assert degraded >= lost
    assert all(published[one] == {answered[one]} for one in answered.keys() - missing)
    if codes != [0, 0]:
        print(*((shop.parent / f"worker-{n}.log").read_text()[-8000:] for n in range(2)), sep="\n\n")
    assert codes == [0, 0]
    assert all(code in (0, -signal.SIGTERM) and took_s < 10 for code, took_s in ended)


def _order(customer: str) -> dict[str, object]:
    properties = {"order_id": "o-1", "total": 30, "currency": "GBP", "products": [{"category": "garden", "price": 30}]}
    return {"event": "Order Completed", "messageId": f"m-{customer}", "userId": customer, "properties": properties}
