"""Records on their way to the log: what nobody waits for lingers a little, so that many share one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from platinum.errors import Unavailable
from platinum.ports import INTERACTIONS, Log, Record

#: How long a record that nobody waits for may wait for others. A crash loses at most so much, and what is in flight.
LINGER_S = 0.010
#: Records waiting to be appended at most; more are lost to the log, and counted.
MOST_WAITING = 10_000


class Outbox:
    """Appends to the interactions, in the order in which they were given.

    Parameters
    ----------
    lost : callable
        Told how many records that nobody waited for did not reach the log.
    """

    def __init__(self, log: Log, lost: Callable[[int], None], linger_s: float = LINGER_S) -> None:
        self._log, self._lost, self._linger_s = log, lost, linger_s
        self._lingering: list[Record] = []
        self._timer: asyncio.TimerHandle | None = None
        self._in_flight: dict[asyncio.Task[None], int] = {}

    def put(self, records: Sequence[Record]) -> None:
        """Append soon; nobody hears of it."""
        if len(self._lingering) + sum(self._in_flight.values()) + len(records) > MOST_WAITING:
            self._lost(len(records))
            return
        self._lingering += records
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._linger_s, self._send)

    async def append(self, records: Sequence[Record]) -> None:
        """Append now, behind what lingers and in the same commit; returns once the records are durable.

        Raises
        ------
        Unavailable
            Nothing is known about the records.
        """
        waiting = self._take()
        try:
            await self._log.append(INTERACTIONS, [*waiting, *records])
        except BaseException:
            self._lost(len(waiting))
            raise

    async def close(self) -> None:
        """Append what lingers and wait for what is in flight."""
        self._send()
        await asyncio.gather(*self._in_flight)

    def _take(self) -> list[Record]:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._lingering = self._lingering, []
        return waiting

    def _send(self) -> None:
        waiting = self._take()
        if waiting:
            task = asyncio.get_running_loop().create_task(self._append(waiting))
            self._in_flight[task] = len(waiting)
            task.add_done_callback(self._in_flight.pop)

    async def _append(self, waiting: list[Record]) -> None:
        try:
            await self._log.append(INTERACTIONS, waiting)
        except Unavailable:
            self._lost(len(waiting))
