"""`platinum policy stop` on a data directory: what it says, what still works, and that only `policy activate` lifts it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
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
from platinum.wiring.parts import attach_parts
from tests.builders.mailing import POLICY as MAILING
from tests.builders.mailing import an_order, contacts
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


def test_parts_are_stopped_and_started_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, file = tmp_path / "data", tmp_path / "policy.yaml"
    file.write_bytes(POLICY)
    deployment_of(data)
    running = _said(capsys, "policy", "activate", str(file), "--data", str(data))

    first = _said(capsys, "policy", "stop", "--action", "free-delivery", "--data", str(data))
    both = _said(capsys, "policy", "stop", "--channel", "email", "--channel", "card", "--data", str(data))
    kept = _said(capsys, "policy", "activate", "--first", str(file), "--data", str(data))
    one = _said(capsys, "policy", "start", "--channel", "email", "--channel", "card", "--data", str(data))
    same = _said(capsys, "policy", "start", "--channel", "email", "--data", str(data))
    sending = _said(capsys, "policy", "stop", "--all-sending", "--data", str(data))
    started = _said(capsys, "policy", "start", "--data", str(data))

    assert (first["stops"], "stopped" in first) == (["action free-delivery"], False)
    assert both["stops"] == kept["stops"] == ["action free-delivery", "channel card", "channel email"]
    assert (one["stops"], one["lifted"]) == (["action free-delivery"], ["channel card", "channel email"])
    assert same == one | {"lifted": []}
    assert sending["stops"] == ["all sending", "action free-delivery"]
    assert started["lifted"] == sending["stops"]
    assert (started["version"], "stops" in started) == (running["version"], False)
    assert main(["policy", "stop", "--action", "free-delivry", "--data", str(data)]) == 2
    assert "Did you mean 'free-delivery'?" in capsys.readouterr().err
    assert main(["policy", "start", "--data", str(data)]) == 0
    assert "activation" in capsys.readouterr().out


@pytest.mark.slow
def test_a_running_up_takes_back_what_was_planned_and_drops_claims_within_five_seconds(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "policy.yaml"
    file.write_bytes(MAILING)
    up = Up(data, policy=file)
    try:
        for i in range(200):
            up.post("/v1/track", an_order(f"c-{i}", 1, "garden" if i % 2 else "candles"))
        planned = _published(data, lambda contacts, _: len(contacts) == 200)[0]
        claimed = _claim(up, planned[0])
        assert platinum("policy", "stop", "--all-sending", "--data", str(data)).returncode == 0
        began = time.monotonic()
        withdrawn = _published(data, lambda _, withdrawn: len(withdrawn) == 199)[1]
        took_s = time.monotonic() - began
        answers = [_claim(up, one) for one in planned[:20]]
        (asked,) = up.post("/v1/decisions", {"customer_id": "c-1", "placement": "hero", "context": {"category": "garden"}})["decisions"]
        assert platinum("policy", "start", "--data", str(data)).returncode == 0
        up.post("/v1/track", an_order("late", 1))
        again = _published(data, lambda contacts, _: len(contacts) == 201)[0]
        up.end()
    finally:
        up.close()

    assert claimed == ("send", None)
    assert took_s < 5.0
    assert {one["reason"] for one in withdrawn} == {"policy_stopped"}
    assert planned[0]["decision_id"] not in {one["decision_id"] for one in withdrawn}
    assert answers == 20 * [("drop", "stopped")]
    assert asked["action"] == "garden-week"
    assert "late" in {one["customer_id"] for one in again}


def _claim(up: Up, contact: dict[str, Any]) -> tuple[str, str | None]:
    body = {"customer_id": contact["customer_id"], "claimant": "mailer", "nonce": "n-1"}
    said = up.post(f"/v1/contacts/{contact['decision_id']}/claim", body)
    return said["answer"], said["reason"]


def _published(data: Path, until: Callable[[list[Any], list[Any]], bool], wait_s: float = 30.0) -> tuple[list[Any], list[Any]]:
    """(contacts, withdrawals), once they are as they should be."""

    async def read() -> tuple[list[Any], list[Any]]:
        parts = attach_parts(data)
        try:
            end = time.monotonic() + wait_s
            while not until(*(found := await contacts(parts.deployment.log))):
                assert time.monotonic() < end, [len(some) for some in found]
                await asyncio.sleep(0.05)
            return found
        finally:
            await parts.close()

    return asyncio.run(read())


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
