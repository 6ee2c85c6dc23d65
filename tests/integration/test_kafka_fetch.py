"""The stream's own reading of a real Kafka: everything once and in order, through moves, restarts and offsets that are not there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaProducer

from platinum.emit.outgoing import lay
from platinum.errors import Inconsistent
from platinum.logs import kafka_unpack
from platinum.logs.kafka import KafkaLog
from platinum.logs.kafka_batches import WrittenBatch, written_batches
from platinum.logs.kafka_fetch import KafkaFetch
from platinum.logs.kafka_topics import admin
from platinum.ops.broker import LocalKafka
from platinum.ports import Fetched, Record
from tests.builders.batches import sealed
from tests.builders.kafka import a_broker, make_topics

LONG_S = 20.0


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with a_broker(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@asynccontextmanager
async def reading(broker: LocalKafka, topic: str, max_records: int = 1000, part_bytes: int = 1 << 20) -> AsyncIterator[KafkaFetch]:
    fetch = KafkaFetch(broker.address, topic, max_records, part_bytes)
    await fetch.start()
    try:
        yield fetch
    finally:
        await fetch.close()


async def filled(broker: LocalKafka, topic: str, counts: Sequence[int], each: int = 7) -> None:
    """A topic whose partition p holds ``counts[p]`` records."""
    make_topics(broker.address, [topic], len(counts))
    log = KafkaLog(broker.address, len(counts))
    for p, count in enumerate(counts):
        for at in range(0, count, each):
            await log.append(topic, [Record(b"k%d" % i, b"v%d" % i, i, (), p) for i in range(at, min(at + each, count))])
    await log.close()


async def all_of(fetch: KafkaFetch, ends: dict[int, int], begin: dict[int, int] | None = None) -> dict[int, list[Fetched]]:
    """Take until each partition's end was seen; ``begin``: where each is read from, 0 where it is not there."""
    begin = begin or {}
    found: dict[int, list[Fetched]] = {p: [] for p in ends}
    until = time.monotonic() + LONG_S
    while any(not found[p] or found[p][-1].offset < end - 1 for p, end in ends.items() if end):
        assert time.monotonic() < until, {p: len(some) for p, some in found.items()}
        for p, some in (await fetch.take(ends, 1.0)).items():
            found[p].extend(some)
        for p in fetch.astray():  # as a claim that finds nothing wrong
            fetch.seek(p, found[p][-1].offset + 1 if found[p] else begin.get(p, 0))
    return found


def test_everything_comes_once_and_in_order_however_little_is_taken_at_once(broker: LocalKafka) -> None:
    async def claim() -> None:
        await filled(broker, "order", [300, 40])
        async with reading(broker, "order", max_records=11, part_bytes=600) as fetch:
            fetch.seek(0, 100)
            fetch.seek(1, 0)
            found = await all_of(fetch, {0: 300, 1: 40})
        assert [r.offset for r in found[0]] == list(range(100, 300))
        assert [(r.key, r.value, r.time_ms) for r in found[1]] == [(b"k%d" % i, b"v%d" % i, i) for i in range(40)]

    asyncio.run(claim())


def test_what_was_on_its_way_when_a_partition_was_moved_is_thrown_away(broker: LocalKafka) -> None:
    async def claim() -> None:
        await filled(broker, "moved", [200])
        async with reading(broker, "moved", max_records=50) as fetch:
            fetch.seek(0, 10)
            first = (await fetch.take({0}, LONG_S))[0]
            fetch.seek(0, 5)
            again = await all_of(fetch, {0: 200})
            assert (first[0].offset, len(first)) == (10, 50)
            assert [r.offset for r in again[0]] == list(range(5, 200))
            fetch.seek(0, 7)
            assert await fetch.take({1}, 0.01) == {}  # let go: nothing is read until it is moved again
            assert await fetch.take({0}, 0.2) == {}

    asyncio.run(claim())


def test_an_offset_that_the_log_does_not_hold_is_told_and_nothing_else_is_read(broker: LocalKafka) -> None:
    async def claim() -> None:
        await filled(broker, "astray", [20, 20])
        async with reading(broker, "astray") as fetch:
            fetch.seek(0, 21)
            fetch.seek(1, 0)
            found, told = dict[int, Sequence[Fetched]](), list[int]()
            until = time.monotonic() + LONG_S
            while not (told and found) and time.monotonic() < until:
                found.update(await fetch.take({0, 1}, 1.0))
                told += fetch.astray()
            fetch.seek(0, 20)  # the end is not astray
            await fetch.take({0, 1}, 0.3)
            assert (told, list(found), fetch.astray()) == ([0], [1], [])

    asyncio.run(claim())


def test_a_partition_that_is_moved_does_not_wait_for_those_that_have_nothing_new(broker: LocalKafka) -> None:
    async def claim() -> float:
        await filled(broker, "idle", [5, 5])
        async with reading(broker, "idle") as fetch:
            fetch.seek(0, 5)
            await fetch.take({0, 1}, 0.1)  # a question that waits half a second is on its way
            fetch.seek(1, 0)
            began = time.monotonic()
            while not (await fetch.take({0, 1}, 1.0)).get(1):
                assert time.monotonic() < began + LONG_S
            return time.monotonic() - began

    assert asyncio.run(claim()) < 0.35


def test_what_follows_is_asked_for_when_whoever_applies_is_nearly_done_and_not_before(broker: LocalKafka) -> None:
    async def claim() -> None:
        await filled(broker, "ahead", [5, 5])
        log = KafkaLog(broker.address, 2)
        async with reading(broker, "ahead") as fetch:
            fetch.seek(0, 0)
            fetch.seek(1, 0)
            found = await all_of(fetch, {0: 5, 1: 5})
            await log.append("ahead", [Record(b"k", b"early", 1, (), 0)])
            await asyncio.sleep(0.2)  # longer than any rest
            assert [place.asked for place in fetch._places.values()] == [False, False]
            await log.append("ahead", [Record(b"k", b"late", 1, (), 1)])
            fetch.ahead()
            assert [place.asked for place in fetch._places.values()] == [True, True]
            until = time.monotonic() + LONG_S
            while not all(place.rest for place in fetch._places.values()) and time.monotonic() < until:
                await asyncio.sleep(0.01)  # nobody takes: it is there all the same
            taken = await fetch.take({0, 1}, 0.0)
            found[0] += taken[0]
            found[1] += taken[1]
        await log.close()
        assert [r.value for r in found[0]] == [b"v0", b"v1", b"v2", b"v3", b"v4", b"early"]
        assert [r.value for r in found[1]] == [b"v0", b"v1", b"v2", b"v3", b"v4", b"late"]

    asyncio.run(claim())


def test_where_the_log_has_more_than_an_answer_the_next_is_asked_for_at_once_and_for_no_other_partition(broker: LocalKafka) -> None:
    async def claim() -> None:
        await filled(broker, "behind", [400, 1])
        async with reading(broker, "behind", part_bytes=900) as fetch:
            fetch.seek(0, 0)
            fetch.seek(1, 0)
            taken = await fetch.take({0, 1}, LONG_S)
            while not {0, 1} <= taken.keys():
                taken = await fetch.take({0, 1}, LONG_S)
                fetch.seek(1, 0)
            assert (fetch._places[0].asked, fetch._places[1].asked) == (True, False)

    asyncio.run(claim())


def test_waiting_ends_when_somebody_says_so(broker: LocalKafka) -> None:
    async def claim() -> None:
        await filled(broker, "woken", [1])
        async with reading(broker, "woken") as fetch:
            fetch.seek(0, 1)
            asyncio.get_running_loop().call_later(0.05, fetch.wake)
            began = time.monotonic()
            assert await fetch.take({0}, LONG_S) == {}
            assert time.monotonic() < began + LONG_S / 2

    asyncio.run(claim())


def test_compressed_batches_are_read_too(broker: LocalKafka) -> None:
    async def claim() -> None:
        await filled(broker, "packed", [3])
        for kind in ("gzip", "snappy", "lz4", "zstd"):
            producer = AIOKafkaProducer(bootstrap_servers=broker.address, compression_type=kind)
            await producer.start()
            await producer.send_and_wait("packed", b"w" * 500, key=kind.encode(), headers=[("h", b"x")], timestamp_ms=9)
            await producer.stop()
        want = [Fetched(2, b"k2", b"v2", 2, ())]
        want += [Fetched(3 + i, kind, b"w" * 500, 9, (("h", b"x"),)) for i, kind in enumerate((b"gzip", b"snappy", b"lz4", b"zstd"))]
        async with reading(broker, "packed") as fetch:
            fetch.seek(0, 2)
            assert (await all_of(fetch, {0: 7}))[0] == want
        log = KafkaLog(broker.address, 1)
        assert await log.fetch("packed", 0, 2, 100) == want
        await log.close()

    asyncio.run(claim())


class _Odd(WrittenBatch):
    """A record whose header's name is no text, as a client may write it that is not Python's."""

    def _build(self) -> memoryview:
        whole = bytearray(super()._build())
        at = whole.index(b"XX")
        whole[at : at + 2] = b"\xff\xfe"
        return memoryview(sealed(whole))


def test_a_header_whose_name_is_no_text_stops_nobody_who_reads(broker: LocalKafka) -> None:
    async def claim() -> None:
        await filled(broker, "odd", [1])
        (batch,) = written_batches(lay([Record(b"k", b"v", 5, (("XX", b"x"),), 0)]), 1 << 20)
        batch.__class__ = _Odd
        producer = AIOKafkaProducer(bootstrap_servers=broker.address)
        await producer.start()
        await (await producer.send_batch(batch, "odd", partition=0))
        await producer.stop()
        want = Fetched(1, b"k", b"v", 5, (("\N{REPLACEMENT CHARACTER}" * 2, b"x"),))
        async with reading(broker, "odd") as fetch:
            fetch.seek(0, 1)
            assert list((await all_of(fetch, {0: 2}))[0]) == [want]
        log = KafkaLog(broker.address, 1)
        assert await log.fetch("odd", 0, 1, 1) == [want]
        await log.close()

    asyncio.run(claim())


def test_records_that_cannot_be_unpacked_here_are_told_once_with_what_to_install(
    broker: LocalKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def claim() -> None:
        await filled(broker, "missing", [1])
        producer = AIOKafkaProducer(bootstrap_servers=broker.address, compression_type="zstd")
        await producer.start()
        await producer.send_and_wait("missing", b"w" * 500)
        await producer.stop()
        monkeypatch.setitem(kafka_unpack._CODECS, 4, kafka_unpack._CODECS[4]._replace(is_there=lambda: False))
        async with reading(broker, "missing") as fetch:
            fetch.seek(0, 1)
            assert await fetch.take({0}, LONG_S) == {}
            told = fetch.unreadable()
            assert "install platinum[kafka]" in str(told[0])
            assert fetch.unreadable() == {}
        log = KafkaLog(broker.address, 1)
        with pytest.raises(Inconsistent, match="zstd"):
            await log.fetch("missing", 0, 1, 1)
        await log.close()

    asyncio.run(claim())


def test_a_broker_that_comes_back_is_read_on(broker: LocalKafka) -> None:
    async def claim() -> None:
        await filled(broker, "back", [30])
        async with reading(broker, "back") as fetch:
            fetch.seek(0, 0)
            await all_of(fetch, {0: 30})
            broker.stop()
            assert await fetch.take({0}, 0.3) == {}
            broker.start()
            log = KafkaLog(broker.address, 1)
            await log.append("back", [Record(b"k", b"late", 5, (), 0)])
            found = await all_of(fetch, {0: 31}, {0: 30})
            await log.close()
        assert [r.value for r in found[0]] == [b"late"]

    asyncio.run(claim())


def test_a_topic_that_was_made_again_is_told_before_anything_of_it_is_read(broker: LocalKafka) -> None:
    """It may be longer than where we are, and then no offset is out of range."""

    async def claim() -> None:
        await filled(broker, "again", [12, 3])
        async with reading(broker, "again") as fetch:
            fetch.seek(0, 0)
            fetch.seek(1, 0)
            await all_of(fetch, {0: 12, 1: 3})
            waiting = asyncio.ensure_future(fetch.take({0, 1}, LONG_S))
            with admin(broker.address) as client:
                await asyncio.to_thread(client.delete_topics, ["again"])
            await filled(broker, "again", [40, 3], each=1)
            found, told = dict(await waiting), fetch.astray()
            until = time.monotonic() + LONG_S
            while set(told) != {0, 1} and time.monotonic() < until:
                found |= await fetch.take({0, 1}, 0.5)
                told += fetch.astray()
            assert (found, set(told)) == ({}, {0, 1})  # one may lie beyond the new log's end first, and be told again
            fetch.seek(0, 5)  # as a claim that finds nothing wrong does
            assert [r.offset for r in (await all_of(fetch, {0: 40}))[0]] == list(range(5, 40))

    asyncio.run(claim())
