"""A topic that lost its tail, and one that retention emptied too early: one partition each stops, and is accepted while workers run."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Container, Iterator
from pathlib import Path

import pytest
from kafka import TopicPartition

from platinum.logs.kafka_topics import admin, create, topics_of
from platinum.ops.population import simulate_events
from platinum.pipeline.checkpoint import unpack
from platinum.ports import INTERACTIONS, Record
from platinum.stores.server import ValkeyServer
from platinum.wiring.records import record_of
from tests.builders.deployments import BUCKETS, read_all
from tests.builders.kafka import a_broker
from tests.builders.processes import platinum
from tests.builders.recorded import a_recorded_log
from tests.builders.workers import CHANNELS, Workers

CUT, TRIMMED = 2, 1
LOST, REMOVED = 30, 20
LATER = list(simulate_events(seed=12, customers=200, events=400))


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    server = ValkeyServer(tmp_path / "valkey", tcp=True)
    server.start()
    with a_broker(tmp_path / "kafka") as broker:
        workers = Workers(broker.address, server.address, "cut.", tmp_path, "--group", "test", "--stopped-retry", "1")
        yield workers
        workers.end()
    server.stop()


def test_two_partitions_stop_the_others_go_on_and_both_are_accepted_without_a_restart(workers: Workers) -> None:
    with a_recorded_log(2_000) as recorded:
        asyncio.run(workers.prepare(recorded))
    workers.start()
    asyncio.run(workers.caught_up())
    workers.end()
    rows = asyncio.run(workers.state()).rows

    ends = asyncio.run(_damage(workers))
    for _ in range(2):
        workers.start()
    asyncio.run(_level(workers, ends, [p for p in range(4) if p not in (CUT, TRIMMED)]))
    _wait_for(workers, "lost its tail", f"retention removed {REMOVED} records")
    said = workers.said()
    data = str(workers.directory())
    words = ["topics", "accept", "--data", data, "--json"]
    asked = platinum(*words, "--partition", str(CUT), "--from", "latest")
    healthy = platinum(*words, "--partition", "0", "--from", "latest", "--yes")
    decided = {CUT: str(ends[CUT] - 5), TRIMMED: "earliest"}
    accepted = [platinum(*words, "--partition", str(p), "--from", where, "--yes") for p, where in decided.items()]
    asyncio.run(_level(workers, ends, range(4)))
    asyncio.run(_append(workers, LATER[200:]))
    asyncio.run(workers.caught_up())

    assert f"`platinum topics accept --data DIR --partition {CUT} --from" in said
    assert (asked.returncode, "say --yes" in asked.stderr) == (2, True)
    assert (healthy.returncode, "there is nothing to accept" in healthy.stderr) == (2, True)
    assert [one.returncode for one in accepted] == [0, 0], [one.stderr for one in accepted]
    assert [json.loads(one.stdout)["generation"] for one in accepted] == [2, 2]
    state = asyncio.run(workers.state())
    assert set(rows) <= set(state.rows)
    ids = [one.split(b'"', 4)[3] for partition in state.decisions for one in set(partition)]
    assert len(ids) == len(set(ids))
    assert _generations(ids, 0) == {b"1"}
    assert _generations(ids, CUT) == {b"1", b"2"}
    assert all(process.poll() is None for process in workers.processes[1:])


def _generations(ids: list[bytes], partition: int) -> set[bytes]:
    """Of the stream's decisions about one partition."""
    parts = [one.split(b".") for one in ids if one.startswith(b"d.")]
    return {part[1] for part in parts if part[2] == b"%d" % partition}


async def _damage(workers: Workers) -> list[int]:
    """The topic made again without the tail of one partition, then more events; another loses what was not applied."""
    log, store = await workers.connected()
    held = await read_all(log, INTERACTIONS)
    await log.close()
    await store.close()
    topics = [t for t in topics_of(4, CHANNELS, retention_ms=-1, prefix=workers.prefix) if t.name.endswith(INTERACTIONS)]
    with admin(workers.brokers) as client:
        client.delete_topics([topics[0].name])
        await _gone(workers)
        create(client, topics, replication=1)
    log, store = await workers.connected()
    for p, records in enumerate(held):
        kept = records[:-LOST] if p == CUT else records
        await log.append(INTERACTIONS, [Record(r.key, r.value, r.time_ms, r.headers, p) for r in kept])
    await log.append(INTERACTIONS, [record_of(event, 1) for event in LATER[:200]])
    ends = [await log.end(INTERACTIONS, p) for p in range(4)]
    assert ends[CUT] > len(held[CUT])
    with admin(workers.brokers) as client:
        client.delete_records({TopicPartition(workers.prefix + INTERACTIONS, TRIMMED): len(held[TRIMMED]) + REMOVED})
    await log.close()
    await store.close()
    return ends


async def _gone(workers: Workers) -> None:
    """A topic that was deleted is known for a moment longer."""
    with admin(workers.brokers) as client:
        for _ in range(100):
            if workers.prefix + INTERACTIONS not in client.list_topics():
                return
            await asyncio.sleep(0.1)


async def _append(workers: Workers, events: list[bytes]) -> None:
    log, store = await workers.connected()
    await log.append(INTERACTIONS, [record_of(event, 1) for event in events])
    await log.close()
    await store.close()


async def _level(workers: Workers, ends: list[int], partitions: Container[int], wait_s: float = 60.0) -> None:
    log, store = await workers.connected()
    until = time.monotonic() + wait_s
    while True:
        stored = [unpack(packed or b"").next_offset for packed in await store.checkpoints(range(BUCKETS))]
        if all(stored[b] >= ends[b % 4] for b in range(BUCKETS) if b % 4 in partitions):
            break
        assert time.monotonic() < until, workers.said()
        await asyncio.sleep(0.2)
    await log.close()
    await store.close()


def _wait_for(workers: Workers, *texts: str) -> None:
    until = time.monotonic() + 30
    while not all(text in workers.said() for text in texts):
        assert time.monotonic() < until, workers.said()
        time.sleep(0.2)
