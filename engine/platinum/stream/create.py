"""A new deployment's checkpoints, where one process holds all of it."""

from __future__ import annotations

import hashlib

from platinum.errors import Inconsistent
from platinum.ports import INTERACTIONS, Log, ProfileStore
from platinum.stream.remedy import REBUILD
from platinum.stream.restore import fresh


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
    nothing = fresh(log.generation, group)
    if not {packed for packed in stored if packed is not None} <= {nothing}:
        raise Inconsistent(f"{len(missing)} of {buckets} buckets have no checkpoint (first: {missing[0]}); {REBUILD}")
    starts = [await log.start(INTERACTIONS, p) for p in range(log.partitions)]
    if any(starts):
        raise Inconsistent("the store is empty and the log no longer begins at offset 0: restore <data> from a backup")
    await store.create(dict.fromkeys(range(buckets), nothing))
    ends = [await log.end(INTERACTIONS, p) for p in range(log.partitions)]
    return any(ends)
