"""Whether the store answers: found soon, asked rarely."""

from __future__ import annotations

import asyncio

import pytest

from platinum.errors import Unavailable
from platinum.wiring import probe as module
from platinum.wiring.probe import Probe
from tests.builders.loops import in_loop


class Store:
    """Answers, or not, or never."""

    def __init__(self) -> None:
        self.asked = 0
        self.fail: Exception | None = None
        self.hangs = asyncio.Event()
        self.hangs.set()

    async def look(self) -> None:
        self.asked += 1
        await self.hangs.wait()
        if self.fail is not None:
            raise self.fail


@in_loop
async def test_many_who_want_to_know_ask_once() -> None:
    store = Store()
    probe = Probe(store.look)

    found = await asyncio.gather(*(probe.look() for _ in range(50)))

    assert (found, store.asked) == ([True] * 50, 1)


@pytest.mark.parametrize("error", [Unavailable("away"), RuntimeError("a bug")])
@in_loop
async def test_a_store_that_is_away_is_found_and_found_again_when_it_is_back(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.0)
    store = Store()
    probe = Probe(store.look)

    before = await probe.look()
    store.fail = error
    away = await probe.look()
    store.fail = None

    assert (before, away, await probe.look()) == (True, False, True)


@in_loop
async def test_a_store_that_hangs_holds_nobody_up_and_is_not_asked_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY_S", 0.0)
    monkeypatch.setattr(module, "PATIENCE_S", 0.05)
    store = Store()
    store.hangs.clear()
    probe = Probe(store.look)

    found = [await asyncio.wait_for(probe.look(), 1.0) for _ in range(10)]
    asked = store.asked
    store.hangs.set()
    await asyncio.sleep(0.01)

    assert (found, asked) == ([False] * 10, 1)
    assert await probe.look()


@in_loop
async def test_it_ends_although_the_store_hangs() -> None:
    store = Store()
    store.hangs.clear()
    probe = Probe(store.look)
    asking = asyncio.ensure_future(probe.look())
    await asyncio.sleep(0)

    await asyncio.wait_for(probe.close(), 1.0)

    await asyncio.wait_for(asking, 1.0)
