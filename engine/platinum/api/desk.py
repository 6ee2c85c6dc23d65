"""Where decision requests are answered: all that are there at a moment together, from the read of their rows to the append.

One at a time, a request cost 450 µs CPU; two thirds of that were turns of the loop, calls into numpy and commits that
requests of the same few milliseconds can share.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from platinum.api.outbox import Outbox
from platinum.api.service import DecisionRequest, Policies, Reply
from platinum.errors import Inconsistent, Unavailable
from platinum.pipeline.batch import key_hashes
from platinum.pipeline.checkpoint import policy_of
from platinum.pipeline.request import Answer, Ask, Asked, answer_all
from platinum.pipeline.stages import Stages

Found = tuple[bytes | None, bytes | None]
#: Reads (checkpoint, row) of customers, each with the bucket, in one round trip.
Read = Callable[[Sequence[tuple[int, bytes]]], Awaitable[list[Found]]]
#: Requests answered together at most, so that none is late because of others.
MOST_TOGETHER = 256
CLIENT = "http"


@dataclass(slots=True)
class Tally:
    """Counters that ``/metrics`` shows."""

    decisions: int = 0
    degraded: int = 0
    unlogged: int = 0
    accepted: int = 0
    rejected: dict[str, int] = field(default_factory=dict)


class Premises(NamedTuple):
    """What is the same for every request.

    Attributes
    ----------
    now_ms : callable
        Wall clock; record time of everything appended.
    """

    shelf: Policies
    secret: bytes
    generation: int
    partitions: int
    buckets: int
    now_ms: Callable[[], int]


Waiting = tuple[DecisionRequest, Reply]


class Desk:
    """Answers requests in batches: the next one forms while the rows of the last are read."""

    def __init__(self, read: Read, outbox: Outbox, premises: Premises, tally: Tally) -> None:
        self._read, self._outbox, self._premises, self._tally = read, outbox, premises, tally
        self._waiting: list[Waiting] = []
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

    async def _answer(self, batch: list[Waiting]) -> None:
        keys = [request.customer.encode() for request, _ in batch]
        hashes = key_hashes(keys).tolist()
        found: list[Found] | None = None
        try:
            found = await self._read([(h % self._premises.buckets, key) for h, key in zip(hashes, keys, strict=True)])
        except Unavailable:
            pass  # each stays silent, see ``_asked``
        except Exception as error:  # noqa: BLE001 - a bug, but nobody may wait for ever
            _tell(batch, error)
            return
        finally:
            self._reading = bool(self._waiting)
            if self._reading:
                self._start()
        await self._decide(batch, hashes, found)

    async def _decide(self, batch: list[Waiting], hashes: list[int], found: list[Found] | None) -> None:
        by_policy: dict[int, list[int]] = {}
        for i, (_, reply) in enumerate(batch):
            try:
                # A bucket in which nothing has happened yet stands before the first activation, which is in the log already.
                policy = (0 if found is None else policy_of(found[i][0])) or self._premises.shelf.newest
            except Inconsistent as error:  # a damaged checkpoint is the trouble of its own customers
                reply(error)
                continue
            by_policy.setdefault(policy, []).append(i)
        asked = self._asked(batch, hashes, found)
        bound: list[tuple[Reply, Answer]] = []
        for policy, some in by_policy.items():
            try:
                stages = await self._premises.shelf.get(policy)
            except Exception as error:  # noqa: BLE001 - the server logs it and answers 500
                _tell([batch[i] for i in some], error)
                continue
            for i, given in zip(some, self._together([asked[i] for i in some], stages), strict=True):
                reply = batch[i][1]
                if isinstance(given, Exception):
                    reply(given)
                elif given.binding:
                    bound.append((reply, given))
                else:
                    self._tally.decisions += len(given.decisions)
                    self._outbox.put(given.records)
                    reply(given.decisions)
        if bound:
            await self._append_first(bound)

    def _asked(self, batch: list[Waiting], hashes: list[int], found: list[Found] | None) -> list[Asked]:
        p = self._premises
        now_ms = p.now_ms()
        drawn = secrets.token_hex(16 * len(batch))
        asked = []
        for i, (h, (r, _)) in enumerate(zip(hashes, batch, strict=True)):
            candidates: Sequence[str] | None = r.candidates
            if found is None:
                # Without the row nothing is known of consent or objections, and consent is never guessed.
                candidates = ()
                self._tally.degraded += len(r.placements)
            name = r.idempotency_key or drawn[32 * i : 32 * i + 32]
            ask = Ask(r.customer, r.placements, now_ms, CLIENT, name, r.events, candidates, r.intent, r.channel, r.category)
            asked.append(Asked(ask, None if found is None else found[i][1], h % p.buckets, h % p.partitions))
        return asked

    def _together(self, asked: list[Asked], stages: Stages) -> Sequence[Answer | Exception]:
        p = self._premises
        try:
            return answer_all(asked, stages, p.secret, p.generation)
        except Exception as error:  # noqa: BLE001 - such as a damaged row: whose it is shows when each is answered alone
            if len(asked) == 1:
                return [error]
            return [answer for one in asked for answer in self._together([one], stages)]

    async def _append_first(self, bound: list[tuple[Reply, Answer]]) -> None:
        """Answers with an offer in them do not leave before the log holds them."""
        try:
            await self._outbox.append([record for _, given in bound for record in given.records])
        except Exception as error:  # noqa: BLE001 - whoever asked gets it
            for reply, _ in bound:
                reply(error)
            return
        for reply, given in bound:
            self._tally.decisions += len(given.decisions)
            reply(given.decisions)


def _tell(batch: Sequence[Waiting], error: Exception) -> None:
    for _, reply in batch:
        reply(error)
