"""Buckets whose checkpoint is missing: the store was lost, or a part of it (design 3, "Claim").

Each comes back from its newest usable snapshot where the log still holds what follows, or from nothing where the log still
begins at offset 0. Never silently from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from platinum.errors import Inconsistent, Unavailable
from platinum.pipeline.checkpoint import SEMANTICS, buckets_of, pack, unpack
from platinum.ports import DECISIONS, INTERACTIONS, BucketContent, Checkpoint
from platinum.stream.check import is_of_log
from platinum.stream.deployment import Deployment
from platinum.stream.snapshots import Named

LOG = structlog.get_logger("platinum.stream")


def fresh(generation: int, group: int) -> bytes:
    """Checkpoint of a bucket that nothing was applied to."""
    return pack(Checkpoint(generation, 0, -1, 0, 0, 0, 0, 0, 0, SEMANTICS, group))


async def restored(deployment: Deployment, partition: int, stored: Sequence[bytes | None]) -> list[bytes]:
    """Put back the buckets of a partition that have no checkpoint; returns all checkpoints as they then are.

    Raises
    ------
    Inconsistent
        A bucket has no usable snapshot and the log no longer begins at offset 0.
    Unavailable
        Or the store lost them again in that moment.
    """
    d = deployment
    buckets = list(buckets_of(partition, d.log.partitions, d.buckets))
    missing = [bucket for bucket, packed in zip(buckets, stored, strict=True) if packed is None]
    if not missing:
        return [packed for packed in stored if packed is not None]
    held = await d.log.start(INTERACTIONS, partition), await d.log.end(INTERACTIONS, partition)
    lost = len(missing) < len(buckets) or await _was_applied(d, partition, missing[0])
    if lost:
        LOG.warning("buckets have no checkpoint: the store lost them", partition=partition, buckets=len(missing))
    elif held[1]:
        LOG.info("first start: every bucket begins at the log's start", partition=partition, buckets=len(missing))
    strays = await d.store.keys(missing)
    from_snapshot = 0
    for bucket, keys in zip(missing, strays, strict=True):
        content = await _content(d, partition, bucket, held)
        from_snapshot += bool(content.rows) or unpack(content.checkpoint).next_offset > 0
        await d.store.restore(bucket, content, keys)  # refused where another owner was faster: its checkpoint is as good
    if lost and held[1]:
        LOG.warning("buckets restored", partition=partition, from_snapshots=from_snapshot, from_offset_0=len(missing) - from_snapshot)
    there = [packed for packed in await d.store.checkpoints(buckets) if packed is not None]
    if len(there) < len(buckets):
        raise Unavailable(f"partition {partition}: the store lost checkpoints again while they were restored")
    return there


async def _was_applied(d: Deployment, partition: int, bucket: int) -> bool:
    """Whether anything shows that the partition was worked on before: the group's offset, a decision, a snapshot."""
    if await d.committed(partition) > 0 or await d.log.end(DECISIONS, partition) > 0:
        return True
    return d.snapshots is not None and bool(await d.snapshots.named(bucket))


async def check_restorable(deployment: Deployment) -> None:
    """Read what every bucket would be restored from.

    Raises
    ------
    Inconsistent
        A bucket could not be restored.
    Unavailable
    """
    d = deployment
    for p in range(d.log.partitions):
        held = await d.log.start(INTERACTIONS, p), await d.log.end(INTERACTIONS, p)
        for bucket in buckets_of(p, d.log.partitions, d.buckets):
            await _content(d, p, bucket, held)


async def _content(d: Deployment, partition: int, bucket: int, held: tuple[int, int]) -> BucketContent:
    """What a bucket is to begin with."""
    start, end = held
    generation = await d.shelf.generation(partition)
    for file in await d.snapshots.named(bucket) if d.snapshots is not None else []:
        if file.generation == generation and start <= file.next_offset <= end:
            content = await _read(d, partition, bucket, file)
            if content is not None:
                return content
    if start > 0 or generation != d.log.generation:  # from its start, a log that was accepted would be decided under new ids
        where = f"no usable snapshot in {d.snapshots.url}" if d.snapshots is not None else "no snapshots are kept"
        raise Inconsistent(
            f"bucket {bucket} has no checkpoint, there is {where}, and the log of partition {partition} holds {start} to {end}, not "
            "what came before: restore the store from a backup or bring a snapshot back; then `platinum rebuild --data DIR`"
        )
    return BucketContent(fresh(generation, d.group), [], {})


async def _read(d: Deployment, partition: int, bucket: int, file: Named) -> BucketContent | None:
    """Content of a snapshot; None, and a line that names it, when it cannot be used."""
    if d.snapshots is None:
        return None
    try:
        snapshot = await d.snapshots.read(file)
        checkpoint = unpack(snapshot.content.checkpoint)
    except Inconsistent as damaged:
        LOG.warning("snapshot passed over", bucket=bucket, error=str(damaged))
        return None
    why = ""
    if snapshot.bucket != bucket or snapshot.group != d.group or snapshot.generation != file.generation:
        why = "it is of another bucket, consumer group or log"
    elif not await is_of_log(d.log, partition, checkpoint.last_offset, checkpoint.last_hash):
        why = f"the record at offset {checkpoint.last_offset} is not the one that was applied"
    if why:
        LOG.warning("snapshot passed over", bucket=bucket, error=f"snapshot {file.path}: {why}")
        return None
    # Nobody's nonce: whoever wrote the snapshot must not take the bucket for its own.
    return snapshot.content._replace(checkpoint=pack(checkpoint._replace(owner_nonce=0)))
