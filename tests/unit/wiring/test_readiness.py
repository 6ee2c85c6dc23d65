"""A deployment that cannot write is not ready, says why, and is ready again by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import orjson
import pytest

from platinum.api.answering import Answering
from platinum.api.deciding import Found, Premises
from platinum.errors import Unavailable
from platinum.logs.memory import MemoryLog
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import DECISIONS, BucketWrite, Record
from platinum.stores.memory import MemoryStore
from platinum.stream import runner as stream
from platinum.stream.create import ensure_checkpoints
from platinum.stream.keeping import keep_in_force
from platinum.stream.runner import Runner
from platinum.wiring import probe
from platinum.wiring.parts import Parts
from platinum.wiring.probe import Probe
from platinum.wiring.service import HttpService
from tests.builders.deployments import SECRET, a_deployment
from tests.builders.loops import in_loop

POLICY = compile_policy(example("minimal"), "minimal")
NOW_MS = 1_900_000_000_000
PROPERTIES = {"order_id": "o-1", "total": 30, "products": [{"category": "garden", "price": 30}]}
ORDER = orjson.dumps({"type": "track", "event": "Order Completed", "userId": "c-1", "messageId": "m", "properties": PROPERTIES})


class _Log(MemoryLog):
    """A log on a disk that may be full; ``only`` one topic may be refused."""

    full = False
    only = ""

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        if self.full and self.only in ("", topic):
            raise Unavailable("log.sqlite: database or disk is full")
        return await super().append(topic, records)


class _Store(MemoryStore):
    """A store that answers, but may write nothing."""

    full = False

    async def compare_and_set(self, writes: Sequence[BucketWrite]) -> list[bool]:
        if self.full:
            raise Unavailable("MISCONF")
        return await super().compare_and_set(writes)


class World:
    """A deployment in memory, streaming."""

    def __init__(self) -> None:
        self.log, self.store = _Log(2), _Store()
        self.d = a_deployment(self.log, self.store)
        self.runner = Runner(self.d, lambda: NOW_MS)
        premises = Premises(self.d.shelf, SECRET, 1, 2, self.d.buckets, lambda: NOW_MS)
        self.answering = Answering(self.log, self._read, self._read_one, premises)
        store = Probe(lambda: self.store.checkpoints([0]))
        self.service = HttpService(Parts(self.d), self.answering, self.runner, store, Probe(self.answering.try_log))
        self.service.warmed = True

    async def _read(self, names: Sequence[tuple[int, bytes]]) -> list[Found]:
        return [await self._read_one(*name) for name in names]

    async def _read_one(self, bucket: int, key: bytes) -> Found:
        ((checkpoint, (row,)),) = await self.store.load([(bucket, [key])])
        return checkpoint, row

    async def missing(self, wanted: str) -> dict[str, object]:
        """What /readyz says once it says ``wanted`` ("" = that nothing is missing)."""
        for _ in range(1_000):
            ready, missing = await self.service.ready()
            if (ready and not wanted) or wanted in missing:
                return missing
            await asyncio.sleep(0.005)
        raise AssertionError(missing)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "EVERY_S", 0.0)
    monkeypatch.setattr(stream, "IDLE_CHECK_S", 0.02)
    monkeypatch.setattr(stream, "LONGEST_BACKOFF_S", 0.02)


@asynccontextmanager
async def running() -> AsyncIterator[World]:
    world, stop = World(), asyncio.Event()
    d = world.d
    await ensure_checkpoints(d.log, d.store, d.buckets, d.group)
    await keep_in_force(d, POLICY, NOW_MS)
    await d.shelf.newest_stages()
    run = asyncio.create_task(world.runner.run(stop))
    try:
        await world.missing("")
        yield world
    finally:
        stop.set()
        await run


@in_loop
async def test_not_ready_while_the_log_takes_nothing() -> None:
    async with running() as world:
        world.log.full = True
        with pytest.raises(Unavailable):
            await world.service.track([ORDER])

        missing = await world.missing("log")
        assert "refused" in str(missing["log"])
        assert b"platinum_ready 0.0" in world.service.metrics()
        assert not (await world.service.ready())[0]  # also when nobody sends anything any more
        world.log.full = False

        assert await world.missing("") == {}
        assert b"platinum_ready 1.0" in world.service.metrics()


@in_loop
async def test_not_ready_while_the_store_takes_nothing() -> None:
    async with running() as world:
        world.store.full = True

        missing = await world.missing("waiting_partitions")
        waiting = missing["waiting_partitions"]
        assert isinstance(waiting, dict)
        assert "s: MISCONF" in str(waiting)
        await world.service.track([ORDER])
        await asyncio.sleep(0.1)
        assert sum(world.runner.lag.values()) == 1
        world.store.full = False

        assert await world.missing("") == {}


@in_loop
async def test_not_ready_while_decisions_of_the_stream_are_refused_again_and_again() -> None:
    async with running() as world:
        world.log.full, world.log.only = True, DECISIONS
        await world.service.track([ORDER])

        await world.missing("waiting_partitions")
        for _ in range(20):  # each claim succeeds, and is no sign of getting on
            assert not (await world.service.ready())[0]
            await asyncio.sleep(0.005)
        world.log.full = False

        assert await world.missing("") == {}
