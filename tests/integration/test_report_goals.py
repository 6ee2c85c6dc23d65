"""``platinum report goals`` over files and over a deployment's log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from platinum.cli.main import main
from platinum.engine import Engine

POLICY = b"""
policy: shop
currency: EUR
timezone: Europe/Berlin
human: {phone: "1"}
categories: [garden, toys]
channels: {email: {kind: outbound, basis: existing_customer}}
decide_on: [goal_stated, referral_made]
exploration: {gamma0: 10000, random: 0, silence: 0, same_for_all: 0}
caps: [8 contacts per 7d]
goals: {garden: {categories: [garden]}}
actions:
  plan: {type: help, channels: [email], value: 3, p_accept: 0.5, goal: garden, when: {trigger: goal_stated}, words: "Your first bed."}
  toys:
    {type: offer, channels: [email], value: 5, p_accept: 0.5, category: toys, when: {trigger: referral_made}, not_when: {has_goal: 1},
     words: "Toys.", terms: {total_cost: as shown, ends: 14d, cancel: any time, data_use: none}}
  chairs:
    {type: offer, channels: [email], value: 5, p_accept: 0.5, category: garden, when: {trigger: referral_made, has_goal: 1},
     words: "Chairs.", terms: {total_cost: as shown, ends: 14d, cancel: any time, data_use: none}}
"""


def event(i: int, name: str, at: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": name, "userId": f"c-{i}", "timestamp": at, "properties": properties}


def history() -> list[dict[str, Any]]:
    """Sixty people who order and refer, of whom every third wants a garden, gets a plan, and is half through after two months."""
    found = [event(i, "Order Completed", "2026-01-05T09:00:00Z", order_id=f"a-{i}", total=20.0) for i in range(60)]
    found += [event(i, "Goal Stated", "2026-01-06T09:00:00Z", goal="garden") for i in range(0, 60, 3)]
    found += [event(i, "Referral Made", "2026-02-16T09:00:00Z") for i in range(60)]
    return found + [event(i, "Goal Progressed", "2026-03-08T09:00:00Z", goal="garden", progress=0.5) for i in range(0, 60, 3)]


def test_files_and_the_log_of_a_deployment_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events, policy, decisions = (tmp_path / name for name in ("events.jsonl", "policy.yaml", "decisions.jsonl"))
    with Engine.open(POLICY, tmp_path / "data") as engine:
        decided = engine.process(history())
    policy.write_bytes(POLICY)
    for path, lines in ((events, history()), (decisions, decided)):
        path.write_bytes(b"\n".join(map(orjson.dumps, lines)) + b"\n")
    words = ["report", "goals", str(events), "--policy", str(policy), "--decisions", str(decisions)]

    assert main([*words, "--json"]) == 0
    of_files = orjson.loads(capsys.readouterr().out)
    assert main(["report", "goals", "--data", str(tmp_path / "data"), "--json"]) == 0
    of_log = orjson.loads(capsys.readouterr().out)
    assert main(words) == 0
    said = capsys.readouterr().out

    assert of_files == of_log
    assert of_files["goals"] == ["garden"]
    assert of_files["gadgets"] | {"low": 0, "high": 0} == {"k": 40, "n": 60, "share": 0.666667, "low": 0, "high": 0, "target": 0.1}
    assert (of_files["stated"], of_files["first_help"]["k"], of_files["reached"]["k"]) == (20, 20, 0)
    assert of_files["first_help"]["median_days"] < 1.0
    assert of_files["progress_per_month"]["mean"] == pytest.approx(0.5 / (61 / (365 / 12)), rel=1e-3)
    assert of_files["window"] == {"from": "2026-01-05T09:00:00.000Z", "to": "2026-03-08T09:00:00.000Z"}
    assert "gadget ratio       66.7 %" in said
    gadget = next(one for one in decided if one["action"] == "toys")
    assert {"code": "gadget", "value": 0.0} in gadget["reasons"]
    chairs = next(one for one in decided if one["action"] == "chairs")
    assert "gadget" not in [reason["code"] for reason in chairs["reasons"]]


def test_files_need_their_policy_and_their_decisions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events.jsonl").write_bytes(b"")
    assert main(["report", "goals", str(tmp_path / "events.jsonl")]) == 2
    assert "--decisions FILE" in capsys.readouterr().err
