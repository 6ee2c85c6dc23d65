"""Workers are killed and frozen under load on a real Kafka: the short form of ``python -m tests.chaos.kafka_kill``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.kafka import a_broker
from tests.chaos.kafka_kill import Plan, is_good, trial


@pytest.mark.slow
def test_kills_and_a_zombie_leave_what_a_single_pass_leaves(tmp_path: Path) -> None:
    plan = Plan(events=16_000, rate=1_000, kills=2, workers=3, freeze_s=8.0, delay_ms=30.0, seed=5)

    with a_broker(tmp_path / "kafka") as broker:
        found = trial(plan, broker.address, "", tmp_path)

    assert found["kills"] >= 2
    assert found["zombies_woken"] == 1
    assert is_good(found), found
