"""Records on their way to the log: what nobody waits for lingers a little, so that many share one commit.

A log that stands still (a broker that is restarted) keeps what was handed to it and takes it when it can. Meanwhile nothing
more is handed over: what nobody waits for stays here, within bounds, and whoever would wait is told at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from platinum.errors import Rejected, Unavailable, raised_at
from platinum.ports import INTERACTIONS, PROBES, Log, Record

LOG = structlog.get_logger("platinum.api")
#: How long a record that nobody waits for may wait for others. A crash loses at most so much, and what is in flight.
LINGER_S = 0.010
#: Records here and handed over at most, and their bytes; more are lost to the log and counted, or refused to who would wait.
MOST_WAITING, MOST_BYTES = 10_000, 32 << 20
#: The log stands still when it has not acknowledged for so long: nothing more is handed to it.
STUCK_S = 0.5
#: Whoever waits for an append waits so long; then it may still come to the log, or not.
PATIENCE_S = 1.0
#: How long the end of the process waits for the log.
CLOSE_S = 5.0

Places = list[tuple[int, int]]


class Sender(Protocol):
    """Who wants to know where its records lie."""

    def placed(self, offset: int | None) -> None:
        """The offset of the last of them, or None when they did not reach the log."""


class NotSent(Unavailable):
    """The log stands still, or too much waits for it; nothing of this was handed to it, and nothing will be."""


@dataclass(slots=True)
class _Batch:
    """Records of one append.

    Attributes
    ----------
    told : list of (int, Sender)
        Index of the last record of each, and whom to tell its place.
    heard : int
        How many of the records somebody waits for: they are not counted when they are lost.
    began_s : float
        When it was handed over, in the loop's time.
    """

    records: list[Record] = field(default_factory=list)
    told: list[tuple[int, Sender]] = field(default_factory=list)
    n_bytes: int = 0
    heard: int = 0
    began_s: float = 0.0

    def add(self, records: Sequence[Record], n_bytes: int) -> None:
        self.records += records
        self.n_bytes += n_bytes


class Outbox:
    """Appends to the interactions, in the order in which they were given.

    Parameters
    ----------
    lost : callable
        Told how many records that nobody waited for did not reach the log.

    Attributes
    ----------
    refused : bool
        The log took nothing of what was appended last, or stands still.
    n_records, n_bytes : int
        Lingering and handed over.
    """

    def __init__(self, log: Log, lost: Callable[[int], None], linger_s: float = LINGER_S) -> None:
        self._log, self._lost, self._linger_s = log, lost, linger_s
        self._lingering = _Batch()
        self._timer: asyncio.TimerHandle | None = None
        self._in_flight: dict[asyncio.Task[Places | Exception], _Batch] = {}
        self.n_records = self.n_bytes = 0
        self.refused = False

    @property
    def stuck(self) -> bool:
        """The log has not acknowledged what it was given ``STUCK_S`` ago."""
        oldest = next(iter(self._in_flight.values()), None)
        return oldest is not None and asyncio.get_running_loop().time() - oldest.began_s > STUCK_S

    def put(self, records: Sequence[Record], sender: Sender | None = None) -> None:
        """Append soon; nobody waits for it."""
        n_bytes = _bytes_of(records)
        if not self._has_room(len(records), n_bytes):
            self._lost(len(records))
            if sender is not None:
                sender.placed(None)
            return
        self._take_in(records, n_bytes)
        if sender is not None:
            self._lingering.told.append((len(self._lingering.records) - 1, sender))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._linger_s, self._linger_is_over)

    async def append(self, records: Sequence[Record], told: Sequence[tuple[int, Sender]] = (), unheard: int = 0) -> list[int]:
        """Append now, behind what lingers and in the same commit; returns once the records are durable, with their offsets.

        Parameters
        ----------
        told : sequence of (int, Sender)
            Index of the last record of each, and whom to tell its place, however long that takes.
        unheard : int
            How many of the records nobody waits for: they are counted when they are lost.

        Raises
        ------
        NotSent
            None of the records came to the log or will.
        Unavailable
            Nothing is known about the records; they may come to the log later.
        """
        n_bytes = _bytes_of(records)
        if self.stuck or not self._has_room(len(records), n_bytes):
            self.refused = True
            raise NotSent("the log acknowledges nothing at present")
        before = len(self._lingering.records)
        self._take_in(records, n_bytes)
        self._lingering.told += [(before + last, sender) for last, sender in told]
        self._lingering.heard += len(records) - unheard
        task = self._send()
        await asyncio.wait({task}, timeout=PATIENCE_S)
        if not task.done():
            self.refused = True
            raise Unavailable(f"the log has not acknowledged within {PATIENCE_S:g} s")
        places = task.result()
        if isinstance(places, Exception):
            raise places
        return [offset for _, offset in places[before:]]

    async def close(self) -> None:
        """Append what lingers and wait for what is in flight, ``CLOSE_S`` at most; what is left then is lost, and counted."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + CLOSE_S
        while self.n_records and loop.time() < until_s:
            if self._lingering.records and not self.stuck:
                self._send()
            await asyncio.wait(self._in_flight, timeout=until_s - loop.time())
        if self.n_records:
            LOG.warning("answers did not reach the log", records=self.n_records, error="the log acknowledges nothing")
        for task in [*self._in_flight]:
            task.cancel()
        if self._in_flight:
            await asyncio.wait(self._in_flight)
        if self._lingering.records:
            self._lose(self._take(), NotSent("closed"))

    async def try_again(self) -> None:
        """Append a record that says nothing, if the log took nothing last: where it is not ready nobody may send anything else.

        Raises
        ------
        Unavailable
            It still takes nothing.
        """
        if self.refused:
            await self._log.append(PROBES, [Record(None, b"", 0, (), 0)])
            self.refused = self.stuck

    def _has_room(self, n_records: int, n_bytes: int) -> bool:
        return self.n_records + n_records <= MOST_WAITING and (not self.n_records or self.n_bytes + n_bytes <= MOST_BYTES)

    def _take_in(self, records: Sequence[Record], n_bytes: int) -> None:
        self._lingering.add(records, n_bytes)
        self.n_records += len(records)
        self.n_bytes += n_bytes

    def _take(self) -> _Batch:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        taken, self._lingering = self._lingering, _Batch()
        return taken

    def _linger_is_over(self) -> None:
        self._timer = None
        if self._lingering.records and not self.stuck:  # else ``_end`` sends it
            self._send()

    def _send(self) -> asyncio.Task[Places | Exception]:
        batch, loop = self._take(), asyncio.get_running_loop()
        batch.began_s = loop.time()
        task = loop.create_task(self._append(batch))
        self._in_flight[task] = batch
        task.add_done_callback(self._end)
        return task

    def _end(self, task: asyncio.Task[Places | Exception]) -> None:
        batch = self._in_flight.pop(task)
        self.n_records -= len(batch.records)
        self.n_bytes -= batch.n_bytes
        if not task.cancelled() and self._timer is None:
            self._linger_is_over()

    async def _append(self, batch: _Batch) -> Places | Exception:
        try:
            places = await self._log.append(INTERACTIONS, batch.records)
        except Exception as error:  # noqa: BLE001 - who waits raises it; else what is wrong is counted and written down here
            self._lose(batch, error)
            if not batch.heard and not isinstance(error, Unavailable):
                LOG.warning("answers did not reach the log", records=len(batch.records), error=type(error).__name__, at=raised_at(error))
            return error
        except asyncio.CancelledError as error:
            self._lose(batch, error)
            raise
        self.refused = False
        for last, sender in batch.told:
            sender.placed(places[last][1])
        return places

    def _lose(self, batch: _Batch, error: BaseException) -> None:
        self.refused = self.refused or not isinstance(error, Rejected)  # that is the record's fault
        if lost := len(batch.records) - batch.heard:
            self._lost(lost)
        for _, sender in batch.told:
            sender.placed(None)


def _bytes_of(records: Sequence[Record]) -> int:
    """Of their values and inputs, about: what else is in a record is short."""
    return sum([len(record.value) + sum([len(value) for _, value in record.headers]) for record in records])
