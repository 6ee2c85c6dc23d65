"""What nobody waits for lingers, and still gets to the log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from platinum.api import outbox as module
from platinum.api.outbox import Outbox
from platinum.errors import Unavailable
from platinum.logs.memory import MemoryLog
from platinum.ports import INTERACTIONS, Log, Record
from tests.builders.faults import FlakyLog
from tests.builders.logs import NOON_MS, a_record
from tests.builders.loops import in_loop


def a_log() -> FlakyLog:
    return FlakyLog(1, 1, lambda: NOON_MS)


async def values(log: Log) -> list[bytes]:
    return [record.value for record in await log.fetch(INTERACTIONS, 0, 0, 1000)]


class _Counted(MemoryLog):
    """Counts calls of ``append``."""

    calls = 0

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        self.calls += 1
        return await super().append(topic, records)


@in_loop
async def test_records_that_linger_survive_close() -> None:
    log, lost = a_log(), [0]
    outbox = Outbox(log, lost.append, linger_s=60.0)

    outbox.put([a_record(value=b"1")])
    outbox.put([a_record(value=b"2")])
    before = await values(log)
    await outbox.close()

    assert before == []
    assert await values(log) == [b"1", b"2"]
    assert sum(lost) == 0


@in_loop
async def test_records_leave_by_themselves_and_share_an_append() -> None:
    log = _Counted(1, 1, lambda: NOON_MS)
    outbox = Outbox(log, lambda n: None, linger_s=0.005)

    for i in range(10):
        outbox.put([a_record(value=b"%d" % i)])
    await asyncio.sleep(0.1)

    assert await values(log) == [b"%d" % i for i in range(10)]
    assert log.calls == 1


@in_loop
async def test_who_waits_takes_along_what_lingers_in_order() -> None:
    log = a_log()
    outbox = Outbox(log, lambda n: None, linger_s=60.0)

    outbox.put([a_record(value=b"first")])
    await outbox.append([a_record(value=b"second")])

    assert await values(log) == [b"first", b"second"]


@in_loop
async def test_a_log_that_is_away_is_told_to_who_waits_and_counted_for_who_does_not() -> None:
    log, lost = a_log(), list[int]()
    outbox = Outbox(log, lost.append, linger_s=60.0)

    outbox.put([a_record(), a_record()])
    log.fail_topic = INTERACTIONS
    with pytest.raises(Unavailable):
        await outbox.append([a_record()])
    outbox.put([a_record(), a_record(), a_record()])
    log.fail_topic = INTERACTIONS
    await outbox.close()

    assert lost == [2, 3]
    assert await values(log) == []


@in_loop
async def test_a_log_that_does_not_keep_up_costs_records_not_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    lost = list[int]()
    outbox = Outbox(a_log(), lost.append, linger_s=60.0)

    for _ in range(5):
        outbox.put([a_record()])
    await outbox.close()

    assert lost == [1, 1]
