"""How far behind a worker is, asked of the broker when somebody wants to know: the record path counts nothing for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from platinum.errors import Inconsistent
from platinum.ports import INTERACTIONS, Log
from platinum.stream.ownership import Held, Ownership
from platinum.wiring.probe import Probe


class Lag:
    """Records and seconds between each held partition and the end of its log.

    Its own requests, not the consumer's high-water mark: a consumer that stands still learns of no new records, and that
    is what whoever looks at the lag must see.

    Parameters
    ----------
    clock_ms : callable
        Wall clock: the age of a record counts from its record time.

    Attributes
    ----------
    records : dict of int to int
    seconds : dict of int to float
        Age of the oldest record not yet applied, 0 without one.
    """

    def __init__(self, log: Log, ownership: Ownership, clock_ms: Callable[[], int]) -> None:
        self._log, self._ownership, self._clock_ms = log, ownership, clock_ms
        self._probe = Probe(self._measure)
        self.records: dict[int, int] = {}
        self.seconds: dict[int, float] = {}

    async def look(self) -> bool:
        """Measure unless that was done within the last second; whether the log answers. Without an answer nothing is said."""
        if await self._probe.look():
            return True
        self.records, self.seconds = {}, {}
        return False

    @property
    def log_answers(self) -> bool:
        """As found last."""
        return self._probe.answers

    async def close(self) -> None:
        """Stop looking."""
        await self._probe.close()

    async def _measure(self) -> None:
        held = [one for one in self._ownership.held.values() if one.partition.claimed or one.partition.position]
        found = await asyncio.gather(*(self._behind(one) for one in held)) if held else []
        if not held:
            await self._log.end(INTERACTIONS, 0)
        self.records = {p: records for p, records, _ in found}
        self.seconds = {p: seconds for p, _, seconds in found}

    async def _behind(self, held: Held) -> tuple[int, int, float]:
        """(partition, records, seconds)."""
        p, at = held.partition.place.partition, held.partition.position
        behind = max(await self._log.end(INTERACTIONS, p) - at, 0)
        if not behind:
            return p, 0, 0.0
        try:
            oldest = await self._log.fetch(INTERACTIONS, p, at, 1, max_bytes=1)
        except Inconsistent:  # retention has removed it: how old it was nobody knows
            return p, behind, float("nan")
        return p, behind, max(self._clock_ms() - oldest[0].time_ms, 0) / 1000 if oldest else 0.0
