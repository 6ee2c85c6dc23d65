"""A worker comes and goes under load on a real Kafka: the short form of ``python -m tests.chaos.kafka_rebalance``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.kafka import a_broker
from tests.chaos.kafka_rebalance import Plan, faults, trial
from tests.chaos.left import WRONG

#: The promise is 3 s; a machine on which other tests run takes longer for everything.
PATIENCE_S = 8.0


@pytest.mark.slow
def test_a_worker_that_comes_and_goes_leaves_what_a_single_pass_leaves(tmp_path: Path) -> None:
    plan = Plan(events=16_000, rate=800, cycles=1, peak=2, seed=5)

    with a_broker(tmp_path / "kafka") as broker:
        found = trial(plan, broker.address, "", tmp_path)

    assert not faults(found, PATIENCE_S), found


def test_a_hand_over_that_takes_too_long_or_never_ends_is_a_fault() -> None:
    good: dict[str, object] = dict.fromkeys((*WRONG, "repeated", "outputs_repeated", "outputs"), 0)
    good |= {"checker_blind_to": [], "decisions": 10, "events_lasted": True, "exit_codes": [0], "handed_over_s": [0.5, 2.9]}

    assert faults(good) == []
    for handed_over in ([0.5, 3.1], [-1.0], []):
        assert faults(good | {"handed_over_s": handed_over}) == ["handed_over_s"]
    assert faults(good | {"rows_differ": 1}) == ["rows_differ"]
