"""One ``platinum worker`` process, as users start it, and how far it has come."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import NamedTuple

from platinum.errors import Unavailable
from platinum.wiring.bench_deployment import Bench
from platinum.wiring.process_costs import cpu_s

#: A worker that stands still so long is not measured any further; before it moves it may have to compile its kernels, which took
#: three minutes on a machine that did ten other things.
_STALL_S, _START_S = 60.0, 600.0
#: Looking costs the store half a millisecond: rarely on the way, often at the end, and often until it begins to move.
_SHORTEST_LOOK_S, _FIRST_LOOK_S, _LONGEST_LOOK_S = 0.002, 0.01, 0.2
_SAID_CHARACTERS = 1_500


class Reached(NamedTuple):
    """Where a worker was at an instant.

    Attributes
    ----------
    at_s : float
        ``time.perf_counter``.
    cpu_s : float
        Used by its process so far.
    offsets : list of int
        Of each partition, up to which everything is in the store.
    """

    at_s: float
    cpu_s: float
    offsets: list[int]

    @property
    def records(self) -> int:
        """Records applied so far."""
        return sum(self.offsets)


class Worker:
    """``platinum worker`` as a process of its own."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._said = bench.folder / "worker.log"
        words = [sys.executable, "-m", "platinum", "worker", "--data", str(bench.data)]
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=said, stderr=said)  # noqa: S603

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    async def look(self) -> Reached:
        """Where it is now."""
        self.refuse_ended()
        offsets = await self._bench.applied()
        return Reached(time.perf_counter(), cpu_s(self.pid), offsets)

    async def reach(self, records: int) -> Reached:
        """Wait until it has applied so many records in all.

        Raises
        ------
        Unavailable
            It ended, or stood still.
        """
        moved = before = await self.look()
        while before.records < records:
            await asyncio.sleep(_pause_s(moved, before, records))
            now = await self.look()
            if now.records > before.records:
                moved, before = before, now
            elif (stands_s := now.at_s - before.at_s) > (_STALL_S if moved is not before else _START_S):
                raise Unavailable(f"the worker stands at {now.records} of {records} records for {stands_s:.0f} s; {self.said()}")
        return before

    def refuse_ended(self) -> None:
        """Raise ``Unavailable`` if it does not run any more."""
        if (code := self._process.poll()) is not None:
            raise Unavailable(f"the worker ended with exit code {code}; {self.said()}")

    def said(self) -> str:
        """The end of what it wrote."""
        return f"it said last: {self._said.read_text(errors='replace').strip()[-_SAID_CHARACTERS:]}"

    def stop(self) -> None:
        """End it in order, or at once when it does not; idempotent."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _pause_s(earlier: Reached, later: Reached, records: int) -> float:
    """Half of the time that the rest will take at the rate of the last look."""
    rate = (later.records - earlier.records) / max(later.at_s - earlier.at_s, 1e-6)
    left_s = (records - later.records) / rate if rate > 0 else 2 * _FIRST_LOOK_S
    return min(max(left_s / 2, _SHORTEST_LOOK_S), _LONGEST_LOOK_S)
