"""Concurrent reads share round trips and stay correct."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from platinum.errors import Unavailable
from platinum.ports import BucketWrite
from platinum.stores.coalesce import CoalescedReader, Loaded
from platinum.stores.memory import MemoryStore
from tests.builders.loops import in_loop


class _Slow:
    """A memory store whose loads take one turn of the loop or more, counted."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.loads: list[Sequence[tuple[int, Sequence[bytes]]]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.broken = False

    async def load(self, bucket_keys: Sequence[tuple[int, Sequence[bytes]]]) -> Loaded:
        self.loads.append(bucket_keys)
        loaded = await self.store.load(bucket_keys)
        await self.may_answer.wait()
        await asyncio.sleep(0)
        if self.broken:
            raise Unavailable("away")
        return loaded


async def _a_slow_store() -> _Slow:
    slow = _Slow()
    await slow.store.create({b: b"ck%d" % b for b in range(4)})
    for b in range(4):
        rows = [(b"%d" % i, b"row %d of %d" % (i, b)) for i in range(100)]
        await slow.store.compare_and_set([BucketWrite(b, b"ck%d" % b, b"new%d" % b, rows, {})])
    return slow


@in_loop
async def test_many_readers_share_few_round_trips_and_each_gets_their_own_row() -> None:
    slow = await _a_slow_store()
    reader = CoalescedReader(slow.load)

    wanted = [(i % 4, b"%d" % (i % 90)) for i in range(200)]
    found = await asyncio.gather(*(reader.get(*place) for place in wanted))

    assert found == [(b"new%d" % b, b"row %s of %d" % (key, b)) for b, key in wanted]
    assert len(slow.loads) <= 3
    assert all(len({b for b, _ in load}) == len(load) for load in slow.loads)  # one entry per bucket


@in_loop
async def test_a_read_that_starts_after_a_write_sees_it_even_while_another_is_in_flight() -> None:
    slow = await _a_slow_store()
    reader = CoalescedReader(slow.load)
    slow.may_answer.clear()
    early = asyncio.ensure_future(reader.get(0, b"1"))
    await asyncio.sleep(0)

    await slow.store.compare_and_set([BucketWrite(0, b"new0", b"newer", [(b"1", b"changed")], {})])
    late = asyncio.ensure_future(reader.get(0, b"1"))
    await asyncio.sleep(0)
    slow.may_answer.set()

    assert await early == (b"new0", b"row 1 of 0")
    assert await late == (b"newer", b"changed")


@in_loop
async def test_what_is_not_there_is_none() -> None:
    reader = CoalescedReader((await _a_slow_store()).load)

    assert await reader.get(0, b"nobody") == (b"new0", None)
    assert await reader.get(9, b"nobody") == (None, None)


@in_loop
async def test_a_store_that_fails_fails_everyone_once_and_not_for_ever() -> None:
    slow = await _a_slow_store()
    reader = CoalescedReader(slow.load)
    slow.broken = True

    results = await asyncio.gather(*(reader.get(0, b"%d" % (i % 3)) for i in range(9)), return_exceptions=True)
    slow.broken = False

    assert all(isinstance(result, Unavailable) for result in results)
    assert await reader.get(0, b"1") == (b"new0", b"row 1 of 0")


@pytest.mark.parametrize("who", [0, 1, 2])
@in_loop
async def test_a_cancelled_request_takes_nothing_from_others(who: int) -> None:
    slow = await _a_slow_store()
    reader = CoalescedReader(slow.load)
    slow.may_answer.clear()

    calls = [asyncio.ensure_future(reader.get(0, b"1")) for _ in range(4)]
    await asyncio.sleep(0)
    calls[who].cancel()
    await asyncio.sleep(0)
    slow.may_answer.set()
    found = await asyncio.gather(*calls, return_exceptions=True)

    assert isinstance(found.pop(who), asyncio.CancelledError)
    assert found == [(b"new0", b"row 1 of 0")] * 3
    assert await reader.get(0, b"2") == (b"new0", b"row 2 of 0")
