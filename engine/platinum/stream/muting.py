"""After the store was lost: what the output topics already hold is not put out anew (design 3, "What follows")."""

from __future__ import annotations

from collections.abc import Sequence

from platinum.pipeline.outputs import Outputs
from platinum.ports import Fetched, Headers, Log, Record

_CAUSE, _DEAD = "ce_causationid", "__streams.errors.offset"


def source_offset(headers: Headers) -> int:
    """Offset of the interaction that an output record came from, -1 when its headers do not say."""
    named = dict(headers)
    # First: a dead letter carries the headers of the rejected event too, and those say what its sender likes.
    if _DEAD in named:
        return int(named[_DEAD])
    parts = named.get(_CAUSE, b"").split(b".")
    return int(parts[2]) if len(parts) == 3 and all(part.isdigit() for part in parts) else -1


class Muting:
    """Which outputs of one partition were acknowledged before.

    A topic's frontier is the source offset of its newest record: outputs are appended in source order, so everything
    below it is there. The frontier's own offset is put out again, because of several records with one source only
    some may have made it; they carry the same ids.
    """

    def __init__(self, log: Log, partition: int) -> None:
        self._log = log
        self._partition = partition
        self._frontier: dict[str, int] = {}

    async def unseen(self, outputs: Outputs) -> Outputs:
        """Those of ``outputs`` that may not have been appended yet."""
        kept: list[tuple[str, Sequence[Record]]] = []
        for topic, records in outputs.topics:
            if topic not in self._frontier:
                self._frontier[topic] = await self._newest(topic)
            some = [record for record in records if source_offset(record.headers) >= self._frontier[topic]]
            if some:
                kept.append((topic, some))
        return Outputs(kept)

    async def _newest(self, topic: str) -> int:
        end = await self._log.end(topic, self._partition)
        records: list[Fetched] = await self._log.fetch(topic, self._partition, end - 1, 1) if end else []
        return source_offset(records[0].headers) if records else -1
