"""The whole simulated log of 200,000 events, one record at a time: the rows and decisions of batches of 1,000."""

from __future__ import annotations

import asyncio

from platinum.cli.output import progress
from platinum.ports import INTERACTIONS
from tests.builders.deployments import read_all
from tests.builders.recorded import EVENTS, a_recorded_log, replay


def test_200000_events_one_record_at_a_time_change_nothing() -> None:
    with a_recorded_log(EVENTS) as recorded:
        records = sum(map(len, asyncio.run(read_all(recorded, INTERACTIONS))))
        thousand = asyncio.run(replay(recorded, 1000))
        with progress("one record at a time", records) as applied:
            one = asyncio.run(replay(recorded, 1, applied))

    print(f"{records} records, {len(one.rows)} rows, {sum(map(len, one.decisions))} decisions")
    assert records > EVENTS
    assert one.rows == thousand.rows
    assert one.decisions == thousand.decisions
    assert one.dead_letters == thousand.dead_letters
