"""How far the stream is behind its log: per partition in records, and in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from platinum.pipeline.checkpoint import buckets_of, unpack
from platinum.ports import INTERACTIONS, Log, ProfileStore


class Lag(NamedTuple):
    """One partition.

    Attributes
    ----------
    start, end : int
        Of the log: smallest offset held, offset of the next record.
    applied : int or None
        Smallest next offset of its buckets; None = the store holds no checkpoint of it.
    group_offset : int or None
        What the consumer group committed to Kafka: advisory, behind ``applied`` by a second; None = nothing, or no Kafka.
    behind : int
        Records that are not applied in every bucket.
    behind_s : float
        From the append of the first of them until now; 0 when there is none.
    removed : int
        Records that retention removed before they were applied: they are lost.
    """

    partition: int
    start: int
    end: int
    applied: int | None
    group_offset: int | None
    behind: int
    behind_s: float
    removed: int


async def lag_of(log: Log, store: ProfileStore, buckets: int, now_ms: int, committed: Mapping[int, int]) -> list[Lag]:
    """Every partition.

    Parameters
    ----------
    committed : mapping of partition to offset
        Of the consumer group; {} where there is none.

    Notes
    -----
    A bucket that got nothing moves on within 3 s, so right behind an event a level stream may show what it has applied.
    """
    found = []
    for p in range(log.partitions):
        packed = [one for one in await store.checkpoints(list(buckets_of(p, log.partitions, buckets))) if one is not None]
        # The checkpoints first: what is appended in between shows as behind, never as less than nothing.
        applied = min((unpack(one).next_offset for one in packed), default=None)
        start, end = await log.start(INTERACTIONS, p), await log.end(INTERACTIONS, p)
        first = max(applied or 0, start)
        waiting = await log.fetch(INTERACTIONS, p, first, 1) if first < end else []
        behind_s = max(0.0, (now_ms - waiting[0].time_ms) / 1000) if waiting else 0.0
        removed = 0 if applied is None else max(0, start - applied)
        found.append(Lag(p, start, end, applied, committed.get(p), end - first if waiting else 0, behind_s, removed))
    return found
