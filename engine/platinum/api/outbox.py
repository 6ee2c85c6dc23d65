"""Records on their way to the log: what nobody waits for lingers a little, so that many share one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import structlog

from platinum.errors import Rejected, Unavailable, raised_at
from platinum.ports import INTERACTIONS, PROBES, Log, Record

LOG = structlog.get_logger("platinum.api")
#: How long a record that nobody waits for may wait for others. A crash loses at most so much, and what is in flight.
LINGER_S = 0.010
#: Records waiting to be appended at most; more are lost to the log, and counted.
MOST_WAITING = 10_000


class Sender(Protocol):
    """Who wants to know where its records lie."""

    def placed(self, offset: int | None) -> None:
        """The offset of the last of them, or None when they did not reach the log."""


class _Lingering(NamedTuple):
    """Records, and who wants to know their places: (index of its last record, whom to tell)."""

    records: list[Record]
    told: list[tuple[int, Sender]]


class Outbox:
    """Appends to the interactions, in the order in which they were given.

    Parameters
    ----------
    lost : callable
        Told how many records that nobody waited for did not reach the log.

    Attributes
    ----------
    refused : bool
        The log took nothing of what was appended last.
    """

    def __init__(self, log: Log, lost: Callable[[int], None], linger_s: float = LINGER_S) -> None:
        self._log, self._lost, self._linger_s = log, lost, linger_s
        self._lingering = _Lingering([], [])
        self._timer: asyncio.TimerHandle | None = None
        self._in_flight: dict[asyncio.Task[None], int] = {}
        self.refused = False

    def put(self, records: Sequence[Record], sender: Sender | None = None) -> None:
        """Append soon; nobody waits for it."""
        lingering = self._lingering.records
        if len(lingering) + sum(self._in_flight.values()) + len(records) > MOST_WAITING:
            self._lost(len(records))
            if sender is not None:
                sender.placed(None)
            return
        lingering += records
        if sender is not None:
            self._lingering.told.append((len(lingering) - 1, sender))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._linger_s, self._send)

    async def append(self, records: Sequence[Record], unheard: int = 0) -> list[int]:
        """Append now, behind what lingers and in the same commit; returns once the records are durable, with their offsets.

        Parameters
        ----------
        unheard : int
            How many of the records nobody waits for: they are counted when they are lost.

        Raises
        ------
        Unavailable
            Nothing is known about the records.
        """
        waiting = self._take()
        try:
            places = await self._log.append(INTERACTIONS, [*waiting.records, *records])
        except BaseException as error:
            self._lose(waiting, error, unheard)
            raise
        self.refused = False
        _tell(waiting, places)
        return [offset for _, offset in places[len(waiting.records) :]]

    async def close(self) -> None:
        """Append what lingers and wait for what is in flight."""
        self._send()
        await asyncio.gather(*self._in_flight, return_exceptions=True)

    def _take(self) -> _Lingering:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._lingering = self._lingering, _Lingering([], [])
        return waiting

    def _send(self) -> None:
        waiting = self._take()
        if waiting.records:
            task = asyncio.get_running_loop().create_task(self._append(waiting))
            self._in_flight[task] = len(waiting.records)
            task.add_done_callback(self._in_flight.pop)

    async def _append(self, waiting: _Lingering) -> None:
        try:
            places = await self._log.append(INTERACTIONS, waiting.records)
        except Exception as error:  # noqa: BLE001 - nobody awaits this task: what is wrong is counted and written down here
            self._lose(waiting, error)
            if not isinstance(error, Unavailable):
                LOG.warning("answers did not reach the log", records=len(waiting.records), error=type(error).__name__, at=raised_at(error))
        else:
            self.refused = False
            _tell(waiting, places)

    async def try_again(self) -> None:
        """Append a record that says nothing, if the log took nothing last: where it is not ready nobody may send anything else.

        Raises
        ------
        Unavailable
            It still takes nothing.
        """
        if self.refused:
            await self._log.append(PROBES, [Record(None, b"", 0, (), 0)])
            self.refused = False

    def _lose(self, waiting: _Lingering, error: BaseException, more: int = 0) -> None:
        # Rejected is the record's fault, and a request that was cancelled nobody's.
        self.refused = self.refused or (isinstance(error, Exception) and not isinstance(error, Rejected))
        self._lost(len(waiting.records) + more)
        for _, sender in waiting.told:
            sender.placed(None)


def _tell(waiting: _Lingering, places: Sequence[tuple[int, int]]) -> None:
    for last, sender in waiting.told:
        sender.placed(places[last][1])
