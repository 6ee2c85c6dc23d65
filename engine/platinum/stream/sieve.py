"""A batch through the stages without the records that break them (design 3, "Poison").

Rows in memory are of no use after an exception: some of the batch is in them, perhaps half of an event. They are dropped and
read from the store again, the poison is found on them with nothing written, its offsets are appended to the skip list, and
only then the batch is applied without it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.pipeline.batch import Executed
from platinum.pipeline.cut import Poisoned
from platinum.pipeline.prepared import Place
from platinum.pipeline.stages import Stages
from platinum.ports import Fetched
from platinum.profile.table import RowTable
from platinum.stream.deployment import Deployment
from platinum.stream.poison import Search, StageFailed, refuse_marker, report
from platinum.stream.skips import Skips
from platinum.stream.touched import Touched

#: A stage may fail once and never again (a file that it maps is on a full disk): then nothing is poison.
MOST_SEARCHES = 3


class Standing(NamedTuple):
    """What a batch changes besides rows."""

    clock_ms: NDArray[np.int64]
    policy_seq: int
    policy: int
    semantics: int
    stages: Stages | None


class Standings(NamedTuple):
    """How to take down and put back where a partition stands."""

    take: Callable[[], Standing]
    put: Callable[[Standing], None]


#: Records through the stages; None when a row was read under a checkpoint that is not ours. May raise ``StageFailed``.
Through = Callable[[Sequence[Fetched], Mapping[int, Poisoned], Touched], Awaitable[list[Executed] | None]]


class Sieve:
    """What one partition leaves out.

    Attributes
    ----------
    skips : Skips
    """

    def __init__(self, deployment: Deployment, place: Place, table: RowTable, through: Through, standings: Standings) -> None:
        self._partition, self._secret = place.partition, deployment.secret
        self._table, self._through, self._standings = table, through, standings
        self._search = Search(place.partition)
        self._undo: list[tuple[NDArray[np.int64], NDArray[np.void]]] | None = None
        self.skips = Skips(deployment.log, deployment.secret, place)

    def keep(self, slots: NDArray[np.int64]) -> None:
        """Called before a stage may change rows: while poison is looked for they are kept as they are."""
        if self._undo is not None:
            self._undo.append((slots, self._table.rows[slots]))

    async def apply(self, records: Sequence[Fetched], touched: Touched) -> list[Executed] | None:
        """The batch through the stages, without what breaks them; None as ``Through``.

        Raises
        ------
        BuildBroken
            Too much breaks them.
        """
        standing = self._standings.take()
        for searches in range(MOST_SEARCHES + 1):
            try:
                executed = await self._through(records, self.skips.among(records), touched)
            except StageFailed as failed:
                if searches == MOST_SEARCHES:
                    raise failed.cause from failed
                touched.clear()
                found = await self._on_fresh_rows(records, standing)
                if found is None:
                    return None
                if found:
                    await self.skips.add(found)
                    report(self._partition, found)
            else:
                if searches == 0:
                    self._search.went_well()
                return executed
        raise AssertionError("the last try returns or raises")

    async def _on_fresh_rows(self, records: Sequence[Fetched], standing: Standing) -> list[tuple[Fetched, Poisoned]] | None:
        """The poison of a batch; rows and standing are as before the batch, then and now."""
        self._table.clear()
        self._standings.put(standing)
        skipped = dict(self.skips.among(records))
        stale = False

        async def attempt(lo: int, hi: int) -> StageFailed | None:
            nonlocal stale
            failed = None
            if not stale:
                failed, known = await self._attempt(records[lo:hi], skipped)
                stale = not known
            if failed is not None and hi - lo == 1:
                refuse_marker(self._partition, records[lo], self._secret)
                skipped[records[lo].offset] = failed.poisoned
                # What leaving it out does to rows, such as taking away its timer, counts for those behind it.
                await self._attempt(records[lo:hi], skipped)
            return failed

        found = await self._search.among(len(records), attempt)
        self._table.clear()
        self._standings.put(standing)
        return None if stale else [(records[i], poison) for i, poison in found]

    async def _attempt(self, records: Sequence[Fetched], skipped: Mapping[int, Poisoned]) -> tuple[StageFailed | None, bool]:
        """What broke, and then nothing has changed; and whether the rows are ours."""
        standing, self._undo = self._standings.take(), []
        try:
            # Rows of attempts before are all there is of them: segments=1 keeps the table from evicting any.
            return None, await self._through(records, skipped, Touched(segments=1)) is not None
        except StageFailed as failed:
            for slots, rows in reversed(self._undo):
                self._table.rows[slots] = rows
            self._standings.put(standing)
            return failed, True
        finally:
            self._undo = None
