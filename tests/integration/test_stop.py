"""`platinum policy stop` on a data directory: what it says, what still works, and that only `policy activate` lifts it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from platinum.cli.main import main
from platinum.engine import Engine
from platinum.errors import UsageError
from platinum.ops.population import simulate_events
from platinum.policy.load import example
from platinum.policy.stopped import stopped_source

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
