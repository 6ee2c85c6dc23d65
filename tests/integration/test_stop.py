"""`platinum policy stop` on a data directory: what it says, what still works, and that only `policy activate` lifts it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from platinum.cli.main import main
from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.ops.population import simulate_events
from platinum.policy.load import example
from platinum.policy.stopped import stopped_source
from platinum.settings import deployment_of
from tests.builders.processes import Up, platinum

POLICY = example("gift-shop")


def test_stop_look_and_start_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, file = tmp_path / "data", tmp_path / "policy.yaml"
    file.write_bytes(POLICY)
    with Engine.open(POLICY, data_dir=data) as engine:
        decided = engine.process_json(list(simulate_events(seed=9, customers=20, events=300)))
        customer = next(iter(engine.customers())).decode()

    stopped = _said(capsys, "policy", "stop", "--data", str(data))
    with pytest.raises(UsageError, match="`platinum policy activate` starts it again"):
        Engine.open(POLICY, data_dir=data)
    with Engine.open(stopped_source(POLICY), data_dir=data) as engine:
        silent = engine.decide(customer, "home-hero")
    profile = _said(capsys, "profile", customer, "--data", str(data))
    explained = [
        _said(capsys, "explain", one, "--data", str(data)) for one in (json.loads(decided[0])["decision_id"], silent["decision_id"])
    ]
    started = _said(capsys, "policy", "activate", str(file), "--data", str(data))
    with Engine.open(POLICY, data_dir=data) as engine:
        running = engine.policy.version

    assert (stopped["stopped"], stopped["semantics"], stopped["partitions"]) == (True, 1, 4)
    assert (silent["type"], silent["policy"], silent["reasons"][0]["code"]) == ("silence", stopped["version"], "stopped")
    assert profile["customer_id"] == customer
    assert [one["reproduced"] for one in explained] == [True, True]
    assert started["version"] == running
    assert started["activation"] > stopped["activation"]
    assert "stopped" not in started


def test_activating_at_every_start_lifts_no_stop_and_takes_nothing_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, file, newer = tmp_path / "data", tmp_path / "policy.yaml", tmp_path / "newer.yaml"
    file.write_bytes(POLICY)
    newer.write_bytes(POLICY.replace(b"categories: [", b"categories: [aprons, "))
    deployment_of(data)
    at_a_start = ("policy", "activate", "--first", str(file), "--data", str(data))

    first = _said(capsys, *at_a_start)
    again = _said(capsys, *at_a_start)
    changed = _said(capsys, "policy", "activate", str(newer), "--data", str(data))
    kept = _said(capsys, *at_a_start)
    stopped = _said(capsys, "policy", "stop", "--data", str(data))
    still = _said(capsys, *at_a_start)
    with pytest.raises(UsageError, match="`platinum policy activate` starts it again"):
        Engine.open(POLICY, data_dir=data)

    assert again == first
    assert kept == changed
    assert kept["version"] != first["version"]
    assert still == stopped
    assert still["stopped"]


@pytest.mark.slow
def test_a_running_up_stops_folds_on_stays_stopped_after_a_restart_and_starts_again(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "policy.yaml"
    file.write_bytes(POLICY)
    up = Up(data, policy=file)
    try:
        up.post("/v1/track", _order("o-1"))
        up.profile("ada", orders=1)
        assert platinum("policy", "stop", "--data", str(data)).returncode == 0
        _answers(up, stopped=True)
        up.post("/v1/track", _order("o-2"))
        profile = up.profile("ada", orders=2)
        up.end()
        up = Up(data, policy=file)
        _answers(up, stopped=True)
        assert platinum("policy", "activate", str(file), "--data", str(data)).returncode == 0
        _answers(up, stopped=False)
        said = up.said()
    finally:
        up.close()

    assert profile["value"]["spend"] == 60
    assert "stopped: events are folded, nothing is decided" in said


def _order(order: str) -> dict[str, Any]:
    products = [{"category": "garden", "price": 30}]
    properties = {"order_id": order, "total": 30, "currency": "GBP", "products": products}
    return {"event": "Order Completed", "messageId": order, "userId": "ada", "properties": properties}


def _answers(up: Up, stopped: bool, wait_s: float = 30.0) -> None:
    """Until an answer is, or is not, silence because of the stop."""
    until = time.monotonic() + wait_s
    while True:
        (decision,) = up.post("/v1/decisions", {"customer_id": "ada", "placement": "home-hero"})["decisions"]
        if ("stopped" in [reason["code"] for reason in decision["reasons"]]) == stopped:
            return
        assert time.monotonic() < until, decision["reasons"]
        time.sleep(0.1)


def test_where_nothing_was_activated_there_is_nothing_to_stop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from platinum.settings import deployment_of

    deployment_of(tmp_path / "data")

    assert main(["policy", "stop", "--data", str(tmp_path / "data")]) == 2
    assert "nothing is in force here" in capsys.readouterr().err


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    code = main([*arguments, "--json"])
    said = capsys.readouterr()
    assert code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found
