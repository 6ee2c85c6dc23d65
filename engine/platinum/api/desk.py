"""Where decision requests are taken up: all that are there at a moment together, from the read of their rows to the append.

One at a time, a request cost 450 µs CPU; two thirds of that were turns of the loop, calls into numpy and commits that
requests of the same few milliseconds can share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from platinum.api.deciding import Deciding, Found, Premises, Taken, Tally
from platinum.api.outbox import Outbox
from platinum.api.service import DecisionRequest, Reply
from platinum.errors import Unavailable
from platinum.pipeline.batch import key_hashes

#: Reads (checkpoint, row) of customers, each with the bucket, in one round trip.
Read = Callable[[Sequence[tuple[int, bytes]]], Awaitable[list[Found]]]
#: Requests answered together at most, so that none is late because of others.
MOST_TOGETHER = 256


class Desk:
    """Answers requests in batches: the next one forms while the rows of the last are read."""

    def __init__(self, read: Read, outbox: Outbox, premises: Premises, tally: Tally) -> None:
        self._read, self._buckets = read, premises.buckets
        self._deciding = Deciding(outbox, premises, tally)
        self._waiting: list[tuple[DecisionRequest, Reply]] = []
        self._reading = False
        self._batches: set[asyncio.Task[None]] = set()

    def ask(self, request: DecisionRequest, reply: Reply) -> None:
        """See ``api.service.Service.ask``."""
        self._waiting.append((request, reply))
        if not self._reading:
            self._reading = True
            asyncio.get_running_loop().call_soon(self._start)  # in the loop's next turn: more may come in this one

    async def close(self) -> None:
        """Wait for answers that are on their way."""
        while self._batches or self._waiting:
            await asyncio.gather(*self._batches)
            await asyncio.sleep(0)

    def _start(self) -> None:
        batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
        task = asyncio.get_running_loop().create_task(self._answer(batch))
        self._batches.add(task)
        task.add_done_callback(self._batches.discard)

    async def _answer(self, batch: list[tuple[DecisionRequest, Reply]]) -> None:
        requests, replies = [one[0] for one in batch], [one[1] for one in batch]
        keys = [request.customer.encode() for request in requests]
        hashes = key_hashes(keys).tolist()
        found: list[Found] | None = None
        try:
            found = await self._read([(h % self._buckets, key) for h, key in zip(hashes, keys, strict=True)])
        except Unavailable:
            pass  # each stays silent, see ``Deciding``
        except Exception as error:  # noqa: BLE001 - a bug, but nobody may wait for ever
            for reply in replies:
                reply(error)
            return
        finally:
            self._reading = bool(self._waiting)
            if self._reading:
                self._start()
        await self._deciding.decide(Taken(requests, replies, hashes, found))
