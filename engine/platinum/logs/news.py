"""Waiting for the first record behind an offset, and being woken by an append of this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

Place = tuple[str, int]  # (topic, partition)


class News:
    """Wakes fetches that wait for a (topic, partition); used from one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[Place, set[asyncio.Future[None]]] = {}

    def tell(self, places: Iterable[Place]) -> None:
        """Wake everyone who waits for one of ``places``."""
        if not self._waiting:
            return
        for place in places:
            for future in self._waiting.pop(place, ()):
                if not future.done():
                    future.set_result(None)

    def tell_all(self) -> None:
        """Wake everyone: the log closes."""
        self.tell(list(self._waiting))

    async def wait(self, place: Place, timeout_s: float) -> None:
        """Return at the next ``tell`` for ``place``, or after ``timeout_s``."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.setdefault(place, set()).add(future)
        # A bare timer: asyncio.wait_for costs five times as much, and idle fetches poll up to 100 times a second.
        timer = loop.call_later(timeout_s, _wake, future)
        try:
            await future
        finally:
            timer.cancel()
            if waiting := self._waiting.get(place):
                waiting.discard(future)
                if not waiting:
                    del self._waiting[place]


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
