"""Every log keeps the promises of ``ports.Log``."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest

from platinum.emit.outgoing import joined, outgoing, picked
from platinum.errors import Rejected, Unavailable
from platinum.hashing import murmur2
from platinum.ports import ARTEFACTS, DEAD_LETTERS, DECISIONS, Log, contacts_topic
from tests.builders.logs import ADAPTERS, NOON_MS, TOPIC, Logs, a_record, all_records
from tests.builders.loops import in_loop


@pytest.fixture(params=ADAPTERS)
def logs(request: pytest.FixtureRequest, tmp_path: Path) -> Logs:
    return Logs(request.param, tmp_path, request.getfixturevalue("brokers") if "kafka" in request.param else "")


@in_loop
async def test_offsets_count_from_zero_per_partition_without_holes(logs: Logs) -> None:
    log = logs.open()

    placed = [await log.append(TOPIC, [a_record(partition=p) for p in (0, 1, 0, 3)]) for _ in range(3)]

    assert [place for call in placed for place in call if place[0] == 0] == [(0, offset) for offset in range(6)]
    assert placed[2] == [(0, 4), (1, 2), (0, 5), (3, 2)]
    assert [await log.end(TOPIC, p) for p in range(4)] == [6, 3, 0, 3]


@in_loop
async def test_what_is_fetched_is_what_was_appended(logs: Logs) -> None:
    log = logs.open()
    odd = [
        a_record(b"\x00\r\n{b0001}", b"\xff\x00", 1, (("ce-id", b"\x00"), ("naïve", b"")), 2),
        a_record(None, b"x" * 100_000, NOON_MS, (), 2),
        a_record(b"", b"", 0, (("same", b"1"), ("same", b"2")), 2),
    ]

    await log.append(TOPIC, odd)
    found = await log.fetch(TOPIC, 2, 0, 10)

    assert [tuple(record) for record in found] == [(i, *record[:4]) for i, record in enumerate(odd)]
    assert isinstance(found[0].headers, tuple)


@pytest.mark.parametrize("n", [3, 300], ids=["few", "many"])
@in_loop
async def test_unplaced_records_lie_where_kafka_would_put_them(logs: Logs, n: int) -> None:
    log = logs.open(partitions=8)
    keys = [b"customer-%d" % i for i in range(n)]

    placed = await log.append(TOPIC, [a_record(key) for key in keys])

    assert [partition for partition, _ in placed] == [murmur2(key) % 8 for key in keys]


@in_loop
async def test_a_record_that_can_not_be_placed_is_a_bug(logs: Logs) -> None:
    log = logs.open(partitions=4)

    for record in (a_record(None), a_record(partition=4), a_record(partition=-2)):
        with pytest.raises(ValueError, match="partition"):
            await log.append(TOPIC, [a_record(partition=0), record])
    with pytest.raises(ValueError, match="partition"):
        await log.fetch(TOPIC, 4, 0, 1)

    assert await log.end(TOPIC, 0) == 0


@in_loop
async def test_topics_do_not_mix(logs: Logs) -> None:
    log = logs.open()

    await log.append("a", [a_record(value=b"1", partition=0)])
    await log.append("b", [a_record(value=b"2", partition=0)])

    assert [r.value for r in await all_records(log, "a", 0)] == [b"1"]
    assert [r.value for r in await all_records(log, "b", 0)] == [b"2"]


@in_loop
async def test_records_on_their_way_out_as_columns_are_the_records_that_they_are(logs: Logs) -> None:
    log = logs.open(clock_ms=None)
    keys = (b"c", b"\x00\xff", b"k" * 300)
    records = [
        a_record(keys[i % 3], b"v" * n, NOON_MS + step, (("ce_id", b"%d" % i), ("none", b""), ("h" * (i % 200), b"w" * (n % 1_000))), 2)
        for i, (n, step) in enumerate(
            zip((0, 1, 63, 64, 8_191, 8_192, 700_000, 5, 700_000, 9), (0, 5, -7, 1 << 40, 0, 1, 2, 3, 4, 5), strict=True)
        )
    ]

    placed = await log.append("a", outgoing(records, 2))
    placed += await log.append("a", picked(joined(outgoing(records[:2], 2), outgoing(records[2:4], 2)), np.array([3, 0, 2, 1])))
    found = await all_records(log, "a", 2)

    assert placed == [(2, i) for i in range(14)]
    expected = [*records, *(records[i] for i in (3, 0, 2, 1))]
    assert [(one.key, one.value, one.time_ms, tuple(one.headers)) for one in found] == [r[:4] for r in expected]


@in_loop
async def test_an_unknown_topic_is_empty(logs: Logs) -> None:
    log = logs.open()

    assert await log.fetch("never", 0, 0, 10) == []
    assert (await log.start("never", 0), await log.end("never", 0)) == (0, 0)
    assert await log.append("never", []) == []


@in_loop
async def test_the_future_is_refused_whole(logs: Logs) -> None:
    log = logs.open(clock_ms=lambda: NOON_MS)
    limit_ms = NOON_MS + 300_000

    await log.append(TOPIC, [a_record(time_ms=limit_ms, partition=0)])
    with pytest.raises(Rejected) as refused:
        await log.append(TOPIC, [a_record(partition=0), a_record(time_ms=limit_ms + 1, partition=0)])

    assert refused.value.reason == "future_time"
    assert "c-1" not in str(refused.value)
    assert await log.end(TOPIC, 0) == 1


@in_loop
async def test_what_the_stream_puts_out_may_be_ahead_of_the_clock(logs: Logs) -> None:
    log = logs.open(clock_ms=lambda: NOON_MS)

    for topic in (DECISIONS, DEAD_LETTERS, ARTEFACTS, contacts_topic("email")):
        await log.append(topic, [a_record(time_ms=NOON_MS + 86_400_000, partition=0)])
        assert await log.end(topic, 0) == 1


@in_loop
async def test_a_log_for_a_history_takes_any_time(logs: Logs) -> None:
    log = logs.open(clock_ms=None)

    await log.append(TOPIC, [a_record(time_ms=9_000_000_000_000, partition=0)])

    assert (await log.fetch(TOPIC, 0, 0, 1))[0].time_ms == 9_000_000_000_000


@in_loop
async def test_fetch_keeps_its_bounds(logs: Logs) -> None:
    log = logs.open()
    await log.append(TOPIC, [a_record(value=b"x" * 10, partition=1) for _ in range(1000)])

    async def offsets(offset: int, max_records: int, max_bytes: int = 1 << 20) -> list[int]:
        return [record.offset for record in await log.fetch(TOPIC, 1, offset, max_records, max_bytes)]

    assert await offsets(5, 3) == [5, 6, 7]
    assert await offsets(0, 1000, 49) == [0, 1, 2, 3]
    assert await offsets(0, 1000, 50) == [0, 1, 2, 3, 4]
    assert await offsets(7, 1000, 9) == [7]  # one record that is too large alone must not stop the stream
    assert await offsets(999, 10) == [999]
    assert await offsets(0, 5000) == list(range(1000))
    assert await offsets(1000, 10) == []
    assert await offsets(5000, 10) == []
    assert await log.start(TOPIC, 1) == 0


@in_loop
async def test_a_waiting_fetch_is_woken_by_the_first_record(logs: Logs) -> None:
    log = logs.open()
    began = time.monotonic()

    waiting = asyncio.create_task(log.fetch(TOPIC, 0, 0, 10, wait_s=20.0))
    await asyncio.sleep(0.02)
    await log.append(TOPIC, [a_record(partition=1)])
    await asyncio.sleep(0.02)
    assert not waiting.done()
    await log.append(TOPIC, [a_record(partition=0)])

    assert [record.offset for record in await waiting] == [0]
    assert time.monotonic() - began < 5.0


@in_loop
async def test_a_waiting_fetch_gives_up_in_time(logs: Logs) -> None:
    log = logs.open()
    began = time.monotonic()

    assert await log.fetch(TOPIC, 0, 0, 10, wait_s=0.1) == []

    assert 0.09 <= time.monotonic() - began < 5.0


@in_loop
async def test_concurrent_appends_keep_the_order_of_each_key(logs: Logs) -> None:
    log = logs.open()

    async def customer(key: bytes) -> None:
        for i in range(20):
            await log.append(TOPIC, [a_record(key, b"%d" % (2 * i)), a_record(key, b"%d" % (2 * i + 1))])

    keys = [b"c-%d" % i for i in range(25)]
    await asyncio.gather(*map(customer, keys))

    for key in keys:
        seen = [int(r.value) for r in await all_records(log, TOPIC, murmur2(key) % 4) if r.key == key]
        assert seen == list(range(40))


@in_loop
async def test_calls_that_do_not_wait_for_each_other_keep_their_order(logs: Logs) -> None:
    log = logs.open()

    calls = [asyncio.ensure_future(log.append(TOPIC, [a_record(value=b"%d" % i, partition=0)])) for i in range(50)]
    placed = await asyncio.gather(*calls)

    assert [call[0][1] for call in placed] == list(range(50))
    assert [int(r.value) for r in await all_records(log, TOPIC, 0)] == list(range(50))


@in_loop
async def test_close_completes_what_is_in_flight_and_refuses_the_rest(logs: Logs) -> None:
    log = logs.open()

    in_flight = asyncio.ensure_future(log.append(TOPIC, [a_record(partition=0)]))
    waiting = asyncio.ensure_future(log.fetch(TOPIC, 1, 0, 1, wait_s=20.0))
    await asyncio.sleep(0)
    await log.close()
    await log.close()

    assert await in_flight == [(0, 0)]
    with pytest.raises(Unavailable):
        await waiting
    await _refuses_everything(log)


async def _refuses_everything(log: Log) -> None:
    for call in (log.append(TOPIC, [a_record()]), log.fetch(TOPIC, 0, 0, 1), log.start(TOPIC, 0), log.end(TOPIC, 0)):
        with pytest.raises(Unavailable):
            await call


@in_loop
async def test_partitions_and_generation_are_what_the_log_was_opened_with(logs: Logs) -> None:
    log = logs.open(partitions=2, generation=7)

    assert (log.partitions, log.generation) == (2, 7)


def test_partitions_must_be_a_power_of_two(logs: Logs) -> None:
    for partitions in (0, 3):
        with pytest.raises(ValueError, match="power of two"):
            logs.open(partitions=partitions)
