"""A new deployment's checkpoints; and what to do when the store has lost all of them."""

from __future__ import annotations

import hashlib

from platinum.errors import Inconsistent
from platinum.pipeline.checkpoint import SEMANTICS, pack
from platinum.ports import DECISIONS, INTERACTIONS, Checkpoint, Log, ProfileStore
from platinum.stream.remedy import REBUILD


def group_hash(group: str) -> int:
    """64 bits of a consumer group's name, kept in every checkpoint."""
    return int.from_bytes(hashlib.blake2b(group.encode(), digest_size=8).digest(), "little")


async def ensure_checkpoints(log: Log, store: ProfileStore, buckets: int, group: int) -> bool:
    """Create all checkpoints when none exists; True when an existing log has to be replayed from its start.

    A power cut may leave some of those just created: claims come after all of them, so nothing was applied yet.

    Raises
    ------
    Inconsistent
        Some buckets have a checkpoint and others do not, or the log no longer begins at offset 0.
    """
    stored = await store.checkpoints(range(buckets))
    missing = [b for b, packed in enumerate(stored) if packed is None]
    if not missing:
        return False
    fresh = pack(Checkpoint(log.generation, 0, -1, 0, 0, 0, 0, 0, 0, SEMANTICS, group))
    if not {packed for packed in stored if packed is not None} <= {fresh}:
        raise Inconsistent(f"{len(missing)} of {buckets} buckets have no checkpoint (first: {missing[0]}); {REBUILD}")
    starts = [await log.start(INTERACTIONS, p) for p in range(log.partitions)]
    if any(starts):
        raise Inconsistent("the store is empty and the log no longer begins at offset 0: restore <data> from a backup")
    await store.create(dict.fromkeys(range(buckets), fresh))
    ends = [await log.end(INTERACTIONS, p) for p in range(log.partitions)]
    return any(ends)


async def refuse_lost_store(log: Log, store: ProfileStore, buckets: int) -> None:
    """Where many workers share a log: an empty store beside decisions that were published is not replayed from offset 0.

    Everything would be sent again: only the worker that found the store empty would know what to keep silent about.

    Raises
    ------
    Inconsistent
        No bucket has a checkpoint, and decisions have been published.
    """
    if any(packed is not None for packed in await store.checkpoints(range(buckets))):
        return
    if any([await log.end(DECISIONS, p) for p in range(log.partitions)]):
        raise Inconsistent(
            "the store is empty and decisions were published before: restore the store from a backup; "
            "rebuilding it from the log alone would send everything again"
        )
