"""Waiting until the stream has folded a record of a customer, so that the row says what came of it.

Whoever folds may be another process, so the store is asked, where the checkpoint beside the row says how far it has come. All that
wait are read together.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from platinum.api.deciding import Found
from platinum.api.desk import Read
from platinum.errors import Unavailable
from platinum.pipeline.checkpoint import standing

#: How long whoever asks waits for the stream.
PATIENCE_S = 2.0
#: Between two looks at the rows: a batch of a stream that keeps up takes about so long. Where it does not, each look waits longer.
_PAUSE_S, _LONGEST_PAUSE_S = 0.004, 0.05


@dataclass(slots=True, eq=False)
class _Waiting:
    """A record of ``customer`` that lies at ``offset``, until ``until_s`` of the loop's clock."""

    customer: bytes
    bucket: int
    offset: int
    until_s: float
    told: asyncio.Future[Found | None]


class Folding:
    """Tells what is stored of a customer once a record is in it.

    Parameters
    ----------
    read : callable
        Of rows and their checkpoints.
    wait_s : float
        Patience of one who waits, from ``folded`` on.
    """

    def __init__(self, read: Read, wait_s: float = PATIENCE_S) -> None:
        self._read, self._wait_s = read, wait_s
        self._waiting: list[_Waiting] = []
        self._watch: asyncio.Task[None] | None = None

    async def folded(self, customer: bytes, bucket: int, offset: int) -> Found | None:
        """Checkpoint and row, once the record at ``offset`` is folded; None when the stream takes too long for it."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(customer, bucket, offset, loop.time() + self._wait_s, loop.create_future())
        self._waiting.append(waiting)
        if self._watch is None:
            self._watch = loop.create_task(self._look())
        try:
            return await waiting.told
        finally:
            if waiting in self._waiting:  # whoever asked has gone
                self._waiting.remove(waiting)

    async def close(self) -> None:
        """Whoever still waits is told that it is not folded."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait({self._watch})
        for one in self._waiting:
            if not one.told.done():
                one.told.set_result(None)

    async def _look(self) -> None:
        """Until nobody waits."""
        loop, pause_s = asyncio.get_running_loop(), _PAUSE_S
        try:
            while self._waiting:
                await asyncio.sleep(pause_s)
                pause_s = _PAUSE_S if await self._tell() else min(1.5 * pause_s, _LONGEST_PAUSE_S)
                for one in [one for one in self._waiting if one.until_s <= loop.time()]:
                    self._answer(one, None)
        finally:
            self._watch = None

    async def _tell(self) -> int:
        """Tell those whose records are folded; returns how many."""
        asked = list(self._waiting)
        try:
            found = await self._read([(one.bucket, one.customer) for one in asked])
        except Unavailable:
            return 0  # who waits outlives a short trip of the store
        except Exception as error:  # noqa: BLE001 - a bug, but nobody may wait for ever
            for one in asked:
                self._answer(one, error)
            return len(asked)
        told = 0
        for one, stored in zip(asked, found, strict=True):
            try:
                folded = standing(stored[0])[0] > one.offset
            except Exception as error:  # noqa: BLE001 - a damaged checkpoint is the trouble of its own bucket
                self._answer(one, error)
            else:
                if folded:
                    told += 1
                    self._answer(one, stored)
        return told

    def _answer(self, one: _Waiting, answer: Found | Exception | None) -> None:
        if one in self._waiting:
            self._waiting.remove(one)
        if one.told.done():
            return
        if isinstance(answer, Exception):
            one.told.set_exception(answer)
        else:
            one.told.set_result(answer)
