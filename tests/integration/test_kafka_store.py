"""The store is rolled back, lost, and lost beside a kill, on a real Kafka under load: short forms of ``python -m tests.chaos.kafka_store``.

All three at once on one broker: most of the time each waits for sessions to end and for processes to start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tests.builders.kafka import a_broker
from tests.builders.recorded import a_recorded_log
from tests.chaos.kafka_kill import Plan
from tests.chaos.kafka_store import SCENARIOS, is_good, trial
from tests.chaos.left import single_pass

PLAN = Plan(events=7_000, rate=700, kills=0, workers=2, freeze_s=7.0, delay_ms=0.0, seed=5)
PLANS = {scenario: replace(PLAN, delay_ms=40.0 * (scenario == "killed")) for scenario in SCENARIOS}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("store")
    with a_recorded_log(PLAN.events) as recorded, a_broker(folder / "kafka") as broker, ThreadPoolExecutor(len(PLANS)) as pool:
        single = asyncio.run(single_pass(recorded))
        runs = {
            scenario: pool.submit(trial, scenario, plan, broker.address, folder / scenario, recorded, single)
            for scenario, plan in PLANS.items()
        }
        yield {scenario: run.result() for scenario, run in runs.items()}


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_row_is_right_and_nothing_is_put_out_twice(found: dict[str, dict[str, Any]], scenario: str) -> None:
    assert is_good(found[scenario]), found[scenario]
    assert found[scenario]["outputs"] > 100
