"""``platinum up`` and its neighbours as a user runs them: real processes, one deployment."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from platinum.engine import Engine
from platinum.policy.load import example
from tests.builders.processes import Up, platinum, processes_of


def an_order(customer: str, message: str, **more: object) -> dict[str, object]:
    properties = {"order_id": f"o-{message}", "total": 30, "products": [{"category": "garden", "price": 30}]}
    return {"type": "track", "event": "Order Completed", "messageId": message, "userId": customer, "properties": properties, **more}


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("policy") / "gift-shop.yaml"
    file.write_bytes(example("gift-shop"))
    return file


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, policy: Path) -> Iterator[Up]:
    up = Up(tmp_path_factory.mktemp("up") / "shop", policy=policy)
    yield up
    up.close()


def test_event_is_in_the_profile_and_in_the_answer(shop: Up) -> None:
    assert shop.post("/v1/track", an_order("ada", "m-1"))["accepted"] == 1
    shop.profile("ada", orders=1)

    (decision,) = shop.post("/v1/decisions", {"customer_id": "ada", "placement": "home-hero"})["decisions"]

    assert decision["customer_id"] == "ada"
    assert decision["placement"] == "home-hero"
    assert shop.get("/openapi.json")["openapi"].startswith("3.1")
    assert "platinum_events_accepted_total" in shop.get("/metrics")


def test_history_is_folded_and_decides_nothing(shop: Up) -> None:
    shop.post("/v1/track", an_order("live", "m-live"))
    shop.profile("live", orders=1)

    def decided() -> float:
        return sum(float(line.split()[-1]) for line in shop.get("/metrics").splitlines() if line.startswith("platinum_decisions_total"))

    before = decided()
    past = an_order("bea", "m-2", timestamp="2025-01-01T10:00:00Z")
    assert shop.post("/v1/batch", {"batch": [past]}, platinum_history="1")["accepted"] == 1

    assert shop.profile("bea", orders=1)["identity"]["first_seen_at"].startswith("2025-01-01")
    assert before > 0
    assert decided() == before


def test_profile_is_the_same_from_the_directory_and_from_the_address(shop: Up) -> None:
    shop.post("/v1/track", an_order("cleo", "m-3"))
    shop.profile("cleo", orders=1)

    at = ["profile", "cleo", "--json", "--now", "2030-01-01T00:00:00Z"]
    here, there = platinum(*at, "--data", str(shop.data)), platinum(*at, "--url", shop.url)

    assert (here.returncode, there.returncode) == (0, 0), here.stderr + there.stderr
    assert json.loads(here.stdout) == json.loads(there.stdout)
    assert json.loads(here.stdout)["value"]["orders"] == 1


def test_second_up_on_the_directory_is_told_so(shop: Up, policy: Path) -> None:
    second = platinum("up", "--policy", str(policy), "--data", str(shop.data), "--port", "1")

    assert second.returncode == 2
    assert "another `platinum up`" in second.stderr


def test_taken_port_is_named(policy: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        second = platinum("up", "--policy", str(policy), "--data", str(tmp_path / "other"), "--port", str(port))

    assert second.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port} (Address already in use)" in second.stderr
    assert processes_of(tmp_path) == []


def test_activated_policy_decides_in_both_processes(shop: Up, policy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(policy.read_text().replace("policy: gift-shop", "policy: gift-shop-2"))
    beside = Up(shop.data, "api")
    try:
        active = json.loads(platinum("policy", "activate", str(other), "--data", str(shop.data), "--json").stdout)

        for door in (shop, beside):
            assert _policy_in_force(door, active["version"]) == active["version"]
    finally:
        code, _ = beside.end()
        beside.close()
    assert code == 0


def _policy_in_force(door: Up, wanted: str) -> str:
    version, until = "", time.monotonic() + 30
    while version != wanted and time.monotonic() < until:
        (decision,) = door.post("/v1/decisions", {"customer_id": "ada", "placement": "home-hero"})["decisions"]
        version = decision["policy"]
        time.sleep(0.05)
    return version


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_ends_and_starts_again_with_everything(policy: Path, tmp_path: Path, number: int) -> None:
    first = Up(tmp_path / "shop", policy=policy)
    first.post("/v1/track", an_order("dora", "m-4"))

    code, seconds = first.end(number)

    assert code == (-number if number == signal.SIGKILL else 0), first.said()
    assert seconds < 3.0
    until = time.monotonic() + 5
    while processes_of(tmp_path) and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_of(tmp_path) == []
    lines = [json.loads(line) for line in first.said().splitlines()]
    assert {"ready"} <= {line["event"] for line in lines}
    again = Up(tmp_path / "shop")
    try:
        again.profile("dora", orders=1)
    finally:
        again.close()


def test_up_without_a_policy_goes_on_after_its_store_was_lost(policy: Path, tmp_path: Path) -> None:
    first = Up(tmp_path / "shop", policy=policy)
    first.post("/v1/track", an_order("dora", "m-lost"))
    first.profile("dora", orders=1)
    (decided,) = first.post("/v1/decisions", {"customer_id": "dora", "placement": "home-hero"})["decisions"]
    first.end()

    shutil.rmtree(tmp_path / "shop" / "valkey")
    again = Up(tmp_path / "shop")
    try:
        again.profile("dora", orders=1)
        (decision,) = again.post("/v1/decisions", {"customer_id": "dora", "placement": "home-hero"})["decisions"]
        assert decision["policy"] == decided["policy"]
    finally:
        again.close()


def test_up_goes_on_where_the_time_of_its_log_is_ahead_of_the_clock(policy: Path, tmp_path: Path) -> None:
    with Engine.open(policy, tmp_path / "shop") as engine:  # as a machine whose clock was ahead for a while leaves it
        engine.process([an_order("dora", "m-ahead", timestamp="2090-05-04T10:00:00Z")])
    up = Up(tmp_path / "shop", policy=policy)
    try:
        up.post("/v1/track", an_order("dora", "m-now"))
        up.profile("dora", orders=2)
        up.post("/v1/decisions", {"customer_id": "dora", "placement": "home-hero", "events": [an_order("dora", "m-asked")]})
        up.profile("dora", orders=3)
        code, _ = up.end()
    finally:
        up.close()

    assert code == 0, up.said()


def test_up_ends_with_the_server_of_its_store_and_loses_nothing(tmp_path: Path, policy: Path) -> None:
    up = Up(tmp_path / "shop", policy=policy)
    try:
        up.post("/v1/track", an_order("dora", "m-dora"))
        up.profile("dora", orders=1)
        subprocess.run(["pkill", "-KILL", "-P", str(up.process.pid), "valkey"], check=True)

        assert up.process.wait(30) == 69
    finally:
        up.close()


def test_up_is_not_ready_while_its_store_does_not_answer(tmp_path: Path, policy: Path) -> None:
    up = Up(tmp_path / "shop", policy=policy)
    try:
        subprocess.run(["pkill", "-STOP", "-P", str(up.process.pid), "valkey"], check=True)
        time.sleep(1.1)
        with pytest.raises(urllib.error.HTTPError) as refused:
            up.get("/readyz")
        with refused.value as answer:
            state = json.loads(answer.read())
        subprocess.run(["pkill", "-CONT", "-P", str(up.process.pid), "valkey"], check=True)
        until = time.monotonic() + 30
        while not _is_ready(up) and time.monotonic() < until:
            time.sleep(0.1)

        assert (answer.status, state["ready"], state["store"]) == (503, False, "does not answer")
        assert _is_ready(up)
    finally:
        up.close()


def _is_ready(up: Up) -> bool:
    try:
        return bool(up.get("/readyz")["ready"])
    except urllib.error.HTTPError as error:
        error.close()
        return False


@pytest.mark.parametrize("path", ["/v1/decisions", "/v1/track"])
def test_up_ends_in_order_with_half_a_request_in_a_connection(tmp_path: Path, policy: Path, path: str) -> None:
    up = Up(tmp_path / "shop", policy=policy)
    try:
        with socket.create_connection(("127.0.0.1", up.port)) as client:
            client.sendall(b"POST %b HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{" % path.encode())
            time.sleep(0.2)
            code, seconds = up.end()
    finally:
        up.close()

    assert (code, seconds < 3.0) == (0, True)
    assert [line for line in map(json.loads, up.said().splitlines()) if line["level"] not in ("info", "warning")] == []
