"""How long a partition lies idle when its worker leaves: seen from the checkpoints, not from what workers say."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass

from platinum.pipeline.checkpoint import unpack
from platinum.stores.valkey import ValkeyStore
from tests.builders.deployments import BUCKETS

_LOOK_S = 0.02


@dataclass(slots=True)
class HandOver:
    """One partition on its way from a worker that leaves to another.

    Attributes
    ----------
    began_s : float
        When the worker was told to leave (monotonic).
    claimed_s, applied_s : float
        Seconds until another owner had written its nonce, and until it had applied a record; -1 = not yet.
    """

    partition: int
    began_s: float
    nonce: int
    claimed_s: float = -1.0
    applied_s: float = -1.0
    claimed_at: int = 0


class Checkpoints:
    """Looks at all checkpoints fifty times a second.

    Attributes
    ----------
    hand_overs : list of HandOver
    longest_stall_s : float
        No record of some partition was applied for so long.
    """

    def __init__(self, store: ValkeyStore, partitions: int) -> None:
        self._store, self._partitions = store, partitions
        self._nonces = [0] * partitions
        self._offsets = [0] * partitions
        self._moved_s = [time.monotonic()] * partitions
        self.hand_overs: list[HandOver] = []
        self.longest_stall_s = 0.0

    async def watch(self, stop: asyncio.Event) -> None:
        """Until ``stop``."""
        while not stop.is_set():
            self._look(await self._store.checkpoints(range(BUCKETS)), time.monotonic())
            await asyncio.sleep(_LOOK_S)

    def leave(self, partitions: Iterable[int]) -> list[HandOver]:
        """The owner of these is told to leave now."""
        begun = [HandOver(p, time.monotonic(), self._nonces[p]) for p in partitions]
        self.hand_overs += begun
        return begun

    def _look(self, stored: list[bytes | None], now_s: float) -> None:
        for p in range(self._partitions):
            checkpoints = [unpack(packed) for packed in stored[p :: self._partitions] if packed is not None]
            offset, nonces = max(c.next_offset for c in checkpoints), {c.owner_nonce for c in checkpoints}
            if len(nonces) == 1:
                self._nonces[p] = checkpoints[0].owner_nonce
            if offset != self._offsets[p]:
                if self._offsets[p]:
                    self.longest_stall_s = max(self.longest_stall_s, now_s - self._moved_s[p])
                self._offsets[p], self._moved_s[p] = offset, now_s
            for one in self.hand_overs:
                if one.partition == p and one.applied_s < 0:
                    self._follow(one, now_s, offset)

    def _follow(self, one: HandOver, now_s: float, offset: int) -> None:
        if one.claimed_s < 0:
            if self._nonces[one.partition] != one.nonce:
                one.claimed_s, one.claimed_at = now_s - one.began_s, offset
        elif offset > one.claimed_at:
            one.applied_s = now_s - one.began_s
