"""The outputs of one partition on their way into their topics: acknowledged before its rows are stored, and none put out twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from platinum.pipeline.outputs import Outputs
from platinum.pipeline.prepared import Place
from platinum.ports import INTERACTIONS, Record
from platinum.stream.deployment import Deployment
from platinum.stream.frontier import Frontier, frontier_of


def _passed_together(outputs: Outputs) -> list[tuple[str, Sequence[Record]]]:
    """Topics of ``outputs``, what is for other partitions in one.

    Who takes it takes what is behind a mark: if a first append failed and a second did not, the next try would be taken for a repeat.
    """
    passed = [record for topic, records in outputs.topics if topic == INTERACTIONS for record in records]
    others = [(topic, records) for topic, records in outputs.topics if topic != INTERACTIONS]
    return [*others, (INTERACTIONS, passed)] if passed else others


class Putting:
    """See ``stream.frontier`` for what it leaves out after a claim."""

    def __init__(self, deployment: Deployment) -> None:
        self._d = deployment
        self._frontier: Frontier | None = None

    async def resume(self, place: Place, position: int) -> None:
        """The partition is read on from ``position``: what lies behind it may have been put out before.

        Raises
        ------
        Inconsistent, Unavailable
            As ``frontier_of``.
        """
        self._frontier = await frontier_of(self._d, place, position)

    async def put(self, outputs: Outputs, sources: tuple[int, int]) -> int:
        """Append what is not in its topic yet; ``sources`` are the first and the last offset of the batch that made it.

        Returns how many contacts were left out because they have ended: after an outage, nobody is to be given what is over.

        Raises
        ------
        Unavailable
            Some may be there and some not.
        """
        late = 0
        if self._d.clock_ms is not None:
            outputs, late = outputs.in_time(self._d.clock_ms())
        if self._frontier is not None and sources[0] >= self._frontier.until:
            self._frontier = None
        if self._frontier is not None:
            outputs = await self._frontier.unseen(outputs, sources)
        appends = [self._d.log.append(topic, records) for topic, records in _passed_together(outputs)]
        # Side by side: one after the other, each topic's acknowledgement would be waited for. All of them are, whatever
        # becomes of the first: what is still on its way must not land behind what a next try appends.
        for result in [await appends[0]] if len(appends) == 1 else await asyncio.gather(*appends, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result
        return late
