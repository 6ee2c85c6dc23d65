"""What of a replay's outputs lies in the output topics already: it is not put out anew (docs/decisions/0014).

Two facts, both exact. Below the consumer group's committed offset everything was acknowledged, because that offset
follows the compare-and-set and never goes back. From there on an output is dropped only if a record with the same id is
really in its topic.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from platinum.errors import Inconsistent
from platinum.pipeline.outputs import Outputs
from platinum.pipeline.prepared import Place
from platinum.ports import INTERACTIONS, Fetched, Headers, Mark, Record
from platinum.stream.deployment import MOST_RECORDS, Deployment
from platinum.stream.remedy import RESET

#: Source offsets of two batches. Batches of two workers that had been fenced may have
#: landed behind the last owner's; what the owner put out cannot hide further back. Where a third of the events decide this is
#: tens of ms CPU, so it is done when the first output of a replay is at hand, not at each claim.
SPAN = 2 * MOST_RECORDS
_FIRST_CHUNK, _LARGEST_CHUNK = 16, 2_048
_CHUNK_BYTES = 16 << 20
_ID, _CAUSE, _DEAD = "ce_id", "ce_causationid", "__streams.errors.offset"


class Origin(NamedTuple):
    """Where an output record came from.

    Attributes
    ----------
    generation : int
        Of the log; -1 = its headers do not say (dead letters).
    offset : int
        Of the interaction; -1 = its headers do not say.
    identity : bytes
        Of the record within its topic's partition.
    """

    generation: int
    offset: int
    identity: bytes


_NOWHERE = Origin(-1, -1, b"")


def origin(headers: Headers) -> Origin:
    """Origin by an output's headers."""
    named = dict(headers)
    # First: a dead letter carries the headers of the rejected event too, and those say what its sender likes.
    if _DEAD in named:
        return Origin(-1, int(named[_DEAD]), named[_DEAD])
    parts = named.get(_CAUSE, b"").split(b".")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return _NOWHERE
    return Origin(int(parts[0]), int(parts[2]), named.get(_ID, b""))


def caused_by(source: Mark) -> Headers:
    """Header that names the record which something came from."""
    return ((_CAUSE, b"%d.%d.%d" % (source.generation, source.partition, source.offset)),)


class _Held(NamedTuple):
    """What one topic holds: everything from sources below ``floor``, and these, none of them from behind ``last``."""

    floor: int
    last: int
    identities: set[bytes]


class Frontier:
    """What was put out before, of one partition's outputs, from its claim until it has passed the log's end of then.

    Parameters
    ----------
    floor : int
        Everything that interactions below it put out is in its topic.
    until : int
        End of the interactions at the claim: what lies behind it has put out nothing yet.
    """

    def __init__(self, deployment: Deployment, place: Place, floor: int, until: int) -> None:
        self._d, self._place = deployment, place
        self._held: dict[str, _Held] = {}
        self.floor, self.until = floor, until

    async def unseen(self, outputs: Outputs, sources: tuple[int, int]) -> Outputs:
        """Those of ``outputs``, all from ``sources`` (first and last offset), that are not in their topics."""
        first_offset, last_offset = sources
        if last_offset < self.floor:
            return Outputs()
        kept: list[tuple[str, Sequence[Record]]] = []
        for topic, records in outputs.topics:
            if topic == INTERACTIONS:  # whom it is for knows what they were told (``pipeline.arriving``)
                kept.append((topic, [record for record in records if origin(record.headers).offset >= self.floor]))
                continue
            held = self._held.get(topic)
            if held is None:
                held = self._held[topic] = await self._look(topic)
            # A worker that is far behind replays what put out nothing yet: looking at each record cost it a third of its speed.
            if first_offset > held.last and first_offset >= held.floor:
                kept.append((topic, records))
                continue
            some = [record for record in records if _is_new(origin(record.headers), held)]
            if some:
                kept.append((topic, records if len(some) == len(records) else some))
        return Outputs(kept)

    async def _look(self, topic: str) -> _Held:
        """Read a topic backwards from its end."""
        if not self._d.whole_appends:
            return await self._from(topic, self.floor, SPAN)
        # Calls are there whole, in order, and nobody else writes: the newest record vouches for all from lower sources.
        newest = self.floor
        async for record in self._backwards(topic):
            newest = max(newest, origin(record.headers).offset)
            break
        return await self._from(topic, newest, 0)

    async def _from(self, topic: str, floor: int, span: int) -> _Held:
        """What the topic holds, with the identities of everything from sources at or above ``floor``.

        Ends where a stretch of records that all lie below ``floor`` covers ``span`` source offsets: what landed late, by
        workers that had been fenced, is one batch of each.
        """
        found: set[bytes] = set()
        top = last = -1
        async for record in self._backwards(topic):
            source = origin(record.headers)
            if source.offset < 0:
                continue
            if 0 <= source.generation != self._place.generation:
                break  # of a log that was replaced or accepted anew: older than everything of this one
            if source.generation < 0 and self._place.generation != self._d.log.generation:
                break  # dead letters do not say of which generation: rather one twice than one lost
            if source.offset >= floor:
                found.add(source.identity)
                top, last = -1, max(last, source.offset)
                continue
            top = max(top, source.offset)
            if top - source.offset >= span:
                break
        return _Held(floor, last, found)

    async def _backwards(self, topic: str) -> AsyncIterator[Fetched]:
        """The topic's records on this partition, newest first."""
        log, p = self._d.log, self._place.partition
        end, size = await log.end(topic, p), _FIRST_CHUNK
        start = await log.start(topic, p) if end else 0
        while end > start:
            at = first = max(start, end - size)
            chunk: list[Fetched] = []
            while at < end:
                some = await log.fetch(topic, p, at, end - at, max_bytes=_CHUNK_BYTES)
                if not some:
                    break
                chunk += some
                at = some[-1].offset + 1
            for record in reversed(chunk):
                yield record
            end, size = first, min(2 * size, _LARGEST_CHUNK)


def _is_new(source: Origin, held: _Held) -> bool:
    return source.offset < 0 or (source.offset >= held.floor and source.identity not in held.identities)


async def frontier_of(deployment: Deployment, place: Place, position: int) -> Frontier | None:
    """Frontier for a replay from ``position``; None where nothing behind it can have been put out.

    Raises
    ------
    Inconsistent
        The group has committed an offset that the log does not have: outputs of other records would be dropped.
    """
    d, p = deployment, place.partition
    # What was committed before a log was accepted anew says nothing about the log as it now is; ids tell all.
    until, committed = await d.log.end(INTERACTIONS, p), 0 if place.generation != d.log.generation else await d.committed(p)
    if committed > until:
        raise Inconsistent(f"partition {p}: the consumer group committed offset {committed}, the log ends at {until}; {RESET}")
    return Frontier(d, place, max(position, committed), until) if position < until else None
