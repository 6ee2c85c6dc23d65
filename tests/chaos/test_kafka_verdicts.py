"""What the trials on Kafka call good: python -m tests.chaos.kafka_kill, kafka_blips."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.builders.recorded import a_recorded_log
from tests.chaos import kafka_blips, kafka_kill
from tests.chaos.left import WRONG, Left, blind, faults, judge, single_pass

LEFT: dict[str, Any] = {
    **dict.fromkeys(WRONG, 0),
    "checker_blind_to": [],
    "decisions": 100,
    "repeated": 5,
    "outputs": 20,
    "outputs_repeated": 1,
}
KILLED = {**LEFT, "kills_planned": 8, "kills": 11, "kills_in_rebalance": 2, "zombies_planned": 1, "zombies_woken": 1}
BLIPS = {**LEFT, "connections_dropped": 40, "broker_pauses": 1, "timers_appended": 7}


@pytest.fixture(scope="module")
def single() -> Left:
    with a_recorded_log(2_000) as recorded:
        return asyncio.run(single_pass(recorded))


def test_what_is_equal_has_no_faults(single: Left) -> None:
    found = judge(single, single)

    assert faults({**found, "checker_blind_to": blind(single, single)}) == []
    assert found["timers"] > 10
    assert found["outputs"] > 10


def test_a_checker_that_compares_nothing_is_called_blind(single: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    same = judge(single, single)
    monkeypatch.setattr("tests.chaos.left.judge", lambda *_: same)

    assert {"rows_differ", "timers_differ", "outputs_missing", "conflicting_bytes", "repeated"} <= set(blind(single, single))


def test_lost_timers_are_a_fault(single: Left) -> None:
    assert judge(replace(single, timers={}), single)["timers_differ"] == len(single.timers)


@pytest.mark.parametrize(
    "less",
    [{"kills": 9}, {"kills_in_rebalance": 1}, {"zombies_woken": 0}, {"timers_differ": 1}, {"outputs_missing": 1}, {"outputs_repeated": 2}],
)
def test_a_run_without_the_planned_kills_or_with_a_fault_is_not_good(less: dict[str, int]) -> None:
    assert kafka_kill.is_good(KILLED)
    assert not kafka_kill.is_good({**KILLED, **less})


def test_few_kills_need_one_in_a_rebalance() -> None:
    few = {**KILLED, "kills_planned": 2, "kills": 3, "kills_in_rebalance": 1}

    assert kafka_kill.is_good(few)
    assert not kafka_kill.is_good({**few, "kills_in_rebalance": 0})


@pytest.mark.parametrize("less", ["connections_dropped", "broker_pauses", "timers_appended"])
def test_a_run_in_which_nothing_was_disturbed_is_not_good(less: str) -> None:
    assert kafka_blips.wrong(BLIPS) == []
    assert kafka_blips.wrong({**BLIPS, less: 0})
