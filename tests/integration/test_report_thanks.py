"""``platinum report thanks`` over files and over a deployment's log."""

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
channels: {email: outbound}
decide_on: [referral_made]
thank: {threshold: 1, holdout: 0.3}
actions:
  thanks: {type: thank_you, channels: [email], words: "Thank you for your order of {last_order_date}."}
  lamps:
    {type: offer, channels: [email], value: 5, words: "Lamps.", terms: {total_cost: as shown, ends: 14d, cancel: any time, data_use: none}}
"""


def event(i: int, name: str, at: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": name, "userId": f"c-{i}", "timestamp": at, "properties": properties}


def history() -> list[dict[str, Any]]:
    """Two hundred people who order and refer; half of them order again; time goes by."""
    found = [event(i, "Order Completed", "2026-01-05T09:00:00Z", order_id=f"a-{i}", total=20.0) for i in range(200)]
    found += [event(i, "Referral Made", "2026-01-06T09:00:00Z") for i in range(200)]
    found += [event(i, "Order Completed", "2026-02-05T09:00:00Z", order_id=f"b-{i}", total=30.0) for i in range(0, 200, 2)]
    return [*found, event(0, "Product Viewed", "2026-05-05T09:00:00Z")]


def test_files_and_the_log_of_a_deployment_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events, policy, decisions, sent = (tmp_path / name for name in ("events.jsonl", "policy.yaml", "decisions.jsonl", "sent.jsonl"))
    with Engine.open(POLICY, tmp_path / "data") as engine:
        decided = engine.process(history()[:400])
        sends = [
            event(0, "Contact Dispatched", "2026-01-06T10:00:00Z", decision_id=one["decision_id"]) | {"userId": one["customer_id"]}
            for one in decided if one["action"]
        ]  # fmt: skip
        decided += engine.process([*sends, *history()[400:]])
    policy.write_bytes(POLICY)
    for path, lines in ((events, history()), (sent, sends), (decisions, decided)):
        path.write_bytes(b"\n".join(map(orjson.dumps, lines)) + b"\n")
    words = ["report", "thanks", str(events), str(sent), "--policy", str(policy), "--decisions", str(decisions)]

    assert main([*words, "--json"]) == 0
    of_files = orjson.loads(capsys.readouterr().out)
    assert main(["report", "thanks", "--data", str(tmp_path / "data"), "--json"]) == 0
    of_log = orjson.loads(capsys.readouterr().out)
    assert main(words) == 0
    said = capsys.readouterr().out

    assert of_files == of_log
    thanked = sum(one["type"] == "thank_you" for one in decided)
    held = sum({"code": "thanks_held_out", "value": None} in one["reasons"] for one in decided)
    assert thanked + held == 200
    assert of_files["given"] == of_files["decided"] == of_files["effect"]["thanked"] == thanked
    assert of_files["effect"]["held_out"] == held > 30
    assert of_files["coverage"] == {"active": 200, "thanked": thanked, "share": pytest.approx(thanked / 200)}
    assert (of_files["purity"]["share"], of_files["specificity"]["share"]) == (1.0, 1.0)
    assert of_files["lag_hours"] == {"median": 1.0, "p90": 1.0}  # dispatched an hour after the referral
    assert "purity            100.0 %" in said


def test_files_need_their_policy_and_their_decisions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "events.jsonl").write_bytes(b"")
    assert main(["report", "thanks", str(tmp_path / "events.jsonl")]) == 2
    assert "--decisions FILE" in capsys.readouterr().err
