"""What nobody waits for lingers, and still gets to the log."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from platinum.api import outbox as module
from platinum.api.outbox import NotSent, Outbox
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


class _Hears:
    """Remembers where its records lie."""

    def __init__(self) -> None:
        self.places: list[int | None] = []

    def placed(self, offset: int | None) -> None:
        self.places.append(offset)


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
async def test_an_unexpected_error_is_written_down_counted_and_told_and_the_outbox_goes_on() -> None:
    log, lost, hears = a_log(), list[int](), _Hears()
    outbox = Outbox(log, lost.append, linger_s=0.001)
    unheard = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))
    usual = log.append

    async def broken(topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        raise RuntimeError("customer 17850")

    log.append = broken  # type: ignore[method-assign]
    with capture_logs() as lines:
        outbox.put([a_record(), a_record()], hears)
        await asyncio.sleep(0.02)
        gc.collect()
    log.append = usual  # type: ignore[method-assign]
    outbox.put([a_record(value=b"next")], hears)
    await outbox.close()

    assert unheard == []
    assert lost == [2]
    assert hears.places == [None, 0]
    assert [(line["error"], line["records"]) for line in lines] == [("RuntimeError", 2)]
    assert "17850" not in str(lines)
    assert await values(log) == [b"next"]


@in_loop
async def test_a_log_that_does_not_keep_up_costs_records_not_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    lost = list[int]()
    outbox = Outbox(a_log(), lost.append, linger_s=60.0)

    for _ in range(5):
        outbox.put([a_record()])
    await outbox.close()

    assert lost == [1, 1]


class _Still(MemoryLog):
    """A log that stands still until it is let go."""

    def __init__(self) -> None:
        super().__init__(1, 1, lambda: NOON_MS)
        self.goes = asyncio.Event()
        self.calls = 0

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        self.calls += 1
        await self.goes.wait()
        return await super().append(topic, records)


@in_loop
async def test_a_log_that_stands_still_is_given_nothing_more_and_gets_everything_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STUCK_S", 0.01)
    log, lost = _Still(), list[int]()
    outbox = Outbox(log, lost.append, linger_s=0.001)

    outbox.put([a_record(value=b"0")])
    await asyncio.sleep(0.05)
    for i in range(1, 100):
        outbox.put([a_record(value=b"%d" % i)])
        if i % 10 == 0:
            await asyncio.sleep(0.002)
    with pytest.raises(NotSent):
        await outbox.append([a_record(value=b"refused")])
    calls, refused = log.calls, outbox.refused
    log.goes.set()
    await asyncio.sleep(0.05)

    assert (calls, refused) == (1, True)
    assert await values(log) == [b"%d" % i for i in range(100)]
    assert log.calls == 2
    assert not outbox.refused
    assert (outbox.n_records, outbox.n_bytes, lost) == (0, 0, [])


@in_loop
async def test_who_waits_too_long_is_told_so_and_the_records_still_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.01)
    log, lost, hears = _Still(), list[int](), _Hears()
    outbox = Outbox(log, lost.append, linger_s=60.0)
    outbox.put([a_record(value=b"0")])

    with pytest.raises(Unavailable, match="within"):
        await outbox.append([a_record(value=b"1"), a_record(value=b"2")], [(1, hears)])
    refused = outbox.refused
    log.goes.set()
    await outbox.close()

    assert refused
    assert await values(log) == [b"0", b"1", b"2"]
    assert (hears.places, lost) == ([2], [])


@in_loop
async def test_what_waits_is_bounded_in_bytes_too_also_what_somebody_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    lost, log = list[int](), _Still()
    outbox = Outbox(log, lost.append, linger_s=60.0)

    outbox.put([a_record(value=b"x" * 60)])
    outbox.put([a_record(value=b"x" * 60)])
    with pytest.raises(NotSent):
        await outbox.append([a_record(value=b"x" * 60)])
    outbox.put([a_record(value=b"x" * 30)])
    log.goes.set()
    await outbox.close()

    assert lost == [1]
    assert [len(value) for value in await values(log)] == [60, 30]


@in_loop
async def test_close_waits_for_a_log_that_stands_still_only_so_long_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLOSE_S", 0.05)
    monkeypatch.setattr(module, "STUCK_S", 0.01)
    lost, hears = list[int](), _Hears()
    outbox = Outbox(_Still(), lost.append, linger_s=0.001)
    outbox.put([a_record()], hears)
    await asyncio.sleep(0.03)
    outbox.put([a_record(), a_record()])

    with capture_logs() as lines:
        await asyncio.wait_for(outbox.close(), 1.0)

    assert sum(lost) == 3
    assert hears.places == [None]
    assert [line["records"] for line in lines] == [3]
