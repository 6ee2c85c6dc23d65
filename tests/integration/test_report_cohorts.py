"""``platinum report cohorts`` over a deployment's log says what its learner would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from platinum.cli.main import main
from platinum.engine import Engine
from platinum.learn.snapshot import Learner, unpack
from platinum.ports import ARTEFACTS, LEARNING
from tests.builders.deployments import read_all

POLICY = b"""
policy: shop
currency: EUR
timezone: Europe/Berlin
human: {phone: "1"}
channels: {web: inbound}
cohorts: {by: orders, bands: [3]}
actions:
  hello: {type: help, channels: [web], words: "Hello."}
"""


def order(who: int, month: int, day: int, total: float) -> dict[str, Any]:
    at = f"2026-{month:02d}-{day:02d}T09:00:00Z"
    properties = {"order_id": f"{who}-{month}", "total": total}
    return {"type": "track", "event": "Order Completed", "userId": f"c-{who}", "timestamp": at, "properties": properties}


def test_the_report_has_the_medians_that_the_learner_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = [order(who, month, 1 + who % 28, 10.0 + who) for month in range(1, 7) for who in range(101)]
    events.sort(key=lambda one: one["timestamp"])
    with Engine.open(POLICY, tmp_path / "data") as engine:
        engine.process([*events, order(200, 7, 2, 5.0)])
        every = engine._run(read_all(engine._deployment.log, ARTEFACTS))
        in_force = unpack([record for records in every for record in records][-1].value)
        learner = Learner(4)
        for partition, records in enumerate(engine._run(read_all(engine._deployment.log, LEARNING))):
            for record in records:
                learner.fold(partition, record.offset, record.value, record.time_ms)

    assert main(["report", "cohorts", "--data", str(tmp_path / "data"), "--json"]) == 0
    found = orjson.loads(capsys.readouterr().out)
    assert main(["report", "cohorts", "--data", str(tmp_path / "data")]) == 0
    said = capsys.readouterr().out

    assert found["cohorts"] == learner.snapshot().judged["cohorts"]
    assert found["facts"] == sum(learner.vector) > 400
    assert set(in_force.judged["cohorts"]) == set(found["cohorts"])
    few, many = (found["cohorts"][f"orders: {name}"]["value"] for name in ("under 3", "3 and more"))
    assert 50 < few["median"] < 120 < many["median"] < 300
    assert found["cohorts"]["orders: under 3"]["give"]["median"] == 0.0  # most were given nothing yet
    assert found["cohorts"]["orders: 3 and more"]["get"]["median"] > 0.0
    assert "orders: 3 and more" in said


def test_where_nothing_was_told_it_says_what_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Engine.open(POLICY, tmp_path / "data") as engine:
        engine.process([order(1, 1, 1, 5.0)])

    assert main(["report", "cohorts", "--data", str(tmp_path / "data")]) == 0
    assert "nothing is known of cohorts yet" in capsys.readouterr().err
