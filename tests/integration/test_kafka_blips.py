"""Requests are disturbed one by one while others are on their way: the short form of ``python -m tests.chaos.kafka_blips``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.kafka import a_broker
from tests.chaos.kafka_blips import Plan, trial, wrong


@pytest.mark.slow
def test_dropped_connections_and_late_acknowledgements_leave_what_a_single_pass_leaves(tmp_path: Path) -> None:
    times = {"drop_every_s": 0.2, "pause_every_s": 2.0, "pause_s": 0.5, "ack_delay_ms": 30.0}
    plan = Plan(events=3_000, rate=300, customers=150, workers=2, **times, seed=7)

    with a_broker(tmp_path / "kafka") as broker:
        found = trial(plan, broker.address, broker.pid, tmp_path)

    assert found["drops"] >= 20
    assert wrong(found) == [], json.dumps(found)
