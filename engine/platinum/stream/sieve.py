"""A batch through the stages without the records that break them (design 3, "Poison").

Rows in memory are of no use after an exception: some of the batch is in them, perhaps half of an event. They are dropped and
read from the store again, the poison is found on them with nothing written, its offsets are appended to the skip list, and
only then the batch is applied without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from platinum.pipeline.batch import Executed
from platinum.pipeline.cut import Poisoned
from platinum.ports import Fetched
from platinum.stream.claim import Claim, Standing
from platinum.stream.deployment import Deployment
from platinum.stream.poison import Search, StageFailed, refuse_marker, report
from platinum.stream.through import Through
from platinum.stream.touched import Touched

#: A stage may fail once and never again (a file that it maps is on a full disk): then nothing is poison.
MOST_SEARCHES = 3


class Sieve:
    """What one partition leaves out."""

    def __init__(self, deployment: Deployment, claim: Claim, through: Through) -> None:
        self._partition, self._secret = claim.place.partition, deployment.secret
        self._claim, self._through = claim, through
        self._search = Search(self._partition)

    async def apply(self, records: Sequence[Fetched], touched: Touched) -> list[Executed] | None:
        """The batch through the stages, without what breaks them; None as ``Through.apply``.

        Raises
        ------
        BuildBroken
            Too much breaks them.
        """
        standing, skips = self._claim.standing(), self._claim.skips
        for searches in range(MOST_SEARCHES + 1):
            try:
                executed = await self._through.apply(records, skips.among(records), touched)
            except StageFailed as failed:
                if searches == MOST_SEARCHES:
                    raise failed.cause from failed
                touched.clear()
                found = await self._on_fresh_rows(records, standing)
                if found is None:
                    return None
                if found:
                    await skips.add(found)
                    report(self._partition, found)
            else:
                if searches == 0:
                    self._search.went_well()
                return executed
        raise AssertionError("the last try returns or raises")

    async def _on_fresh_rows(self, records: Sequence[Fetched], standing: Standing) -> list[tuple[Fetched, Poisoned]] | None:
        """The poison of a batch; rows and standing are as before the batch, then and now."""
        self._claim.table.clear()
        self._claim.go_back(standing)
        skipped = dict(self._claim.skips.among(records))
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
        self._claim.table.clear()
        self._claim.go_back(standing)
        return None if stale else [(records[i], poison) for i, poison in found]

    async def _attempt(self, records: Sequence[Fetched], skipped: Mapping[int, Poisoned]) -> tuple[StageFailed | None, bool]:
        """What broke, and then nothing has changed; and whether the rows are ours."""
        # Rows of attempts before are all there is of them: segments=1 keeps the table from evicting any.
        standing, touched = self._claim.standing(), Touched(segments=1, keeps=True)
        try:
            return None, await self._through.apply(records, skipped, touched) is not None
        except StageFailed as failed:
            touched.undo(self._claim.table)
            self._claim.go_back(standing)
            return failed, True
