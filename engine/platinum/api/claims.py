"""Claims over HTTP: append what was asked, then wait until the stream has folded it; the row says who won.

Whoever folds may be another process, so the answer is read from the store, where the checkpoint beside the row says how far it has
come. All claims that wait are read together.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from platinum.api.deciding import Found, Premises
from platinum.api.desk import Read
from platinum.api.outbox import Outbox
from platinum.errors import Unavailable
from platinum.hashing import murmur2
from platinum.pipeline.checkpoint import standing
from platinum.pipeline.claim import LATER, NEVER_PLANNED, Claim, Claimed, answer_of, claim_record, is_contact

#: How long whoever asks waits for the stream.
PATIENCE_S = 2.0
#: Between two looks at the rows: a batch of a stream that keeps up takes about so long. Where it does not, each look waits longer.
_PAUSE_S, _LONGEST_PAUSE_S = 0.004, 0.05


@dataclass(slots=True, eq=False)
class _Waiting:
    """A claim whose record lies at ``offset``, until ``until_s`` of the loop's clock."""

    claim: Claim
    bucket: int
    offset: int
    until_s: float
    told: asyncio.Future[Claimed]


class Claims:
    """Answers claims.

    Parameters
    ----------
    read : callable
        Of rows and their checkpoints.
    wait_s : float
        Patience of one claim.
    """

    def __init__(self, outbox: Outbox, read: Read, premises: Premises, wait_s: float = PATIENCE_S) -> None:
        self._outbox, self._read, self._premises, self._wait_s = outbox, read, premises, wait_s
        self._waiting: list[_Waiting] = []
        self._watch: asyncio.Task[None] | None = None

    async def claim(self, claim: Claim) -> Claimed:
        """Append and answer; ``LATER`` when the stream takes longer than ``wait_s``.

        Raises
        ------
        UsageError
            See ``claim_record``.
        Unavailable
            The log does not take it. The same claim may be made again.
        """
        p, loop = self._premises, asyncio.get_running_loop()
        until_s, h = loop.time() + self._wait_s, murmur2(claim.customer.encode())
        record = claim_record(p.secret, claim, p.now_ms())
        if not is_contact(claim.decision_id, h % p.partitions):
            return NEVER_PLANNED
        (offset,) = await self._outbox.append([record])
        waiting = _Waiting(claim, h % p.buckets, offset, until_s, loop.create_future())
        self._waiting.append(waiting)
        if self._watch is None:
            self._watch = loop.create_task(self._look())
        try:
            return await waiting.told
        finally:
            if waiting in self._waiting:  # whoever asked has gone
                self._waiting.remove(waiting)

    async def close(self) -> None:
        """Whoever still waits is told to ask again."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait({self._watch})
        for one in self._waiting:
            if not one.told.done():
                one.told.set_result(LATER)

    async def _look(self) -> None:
        """Until nobody waits."""
        loop, pause_s = asyncio.get_running_loop(), _PAUSE_S
        try:
            while self._waiting:
                await asyncio.sleep(pause_s)
                pause_s = _PAUSE_S if await self._tell() else min(1.5 * pause_s, _LONGEST_PAUSE_S)
                for one in [one for one in self._waiting if one.until_s <= loop.time()]:
                    self._answer(one, LATER)
        finally:
            self._watch = None

    async def _tell(self) -> int:
        """Answer those whose records are folded; returns how many."""
        asked = list(self._waiting)
        try:
            found = await self._read([(one.bucket, one.claim.customer.encode()) for one in asked])
        except Unavailable:
            return 0  # a claim outlives a short trip of the store
        except Exception as error:  # noqa: BLE001 - a bug, but nobody may wait for ever
            for one in asked:
                self._answer(one, error)
            return len(asked)
        told = 0
        for one, (checkpoint, blob) in zip(asked, found, strict=True):
            try:
                answer = await self._answer_of(one, (checkpoint, blob))
            except Exception as error:  # noqa: BLE001 - a damaged row is the trouble of its own customer
                self._answer(one, error)
            else:
                if answer is not None:
                    told += 1
                    self._answer(one, answer)
        return told

    async def _answer_of(self, one: _Waiting, found: Found) -> Claimed | None:
        next_offset, policy, semantics, model = standing(found[0])
        if next_offset <= one.offset:
            return None
        stages = await self._premises.shelf.get(policy, semantics, model)
        return answer_of(found[1], one.claim, stages.policy)

    def _answer(self, one: _Waiting, answer: Claimed | Exception) -> None:
        if one in self._waiting:
            self._waiting.remove(one)
        if one.told.done():
            return
        if isinstance(answer, Exception):
            one.told.set_exception(answer)
        else:
            one.told.set_result(answer)
