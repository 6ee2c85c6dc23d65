"""What a claim refuses to build on: checkpoints of somebody else, a log that is not the one that was applied."""

from __future__ import annotations

import hashlib

from platinum.errors import Inconsistent
from platinum.pipeline.checkpoint import Progress, unpack
from platinum.ports import INTERACTIONS, Checkpoint, Log
from platinum.stream.deployment import Deployment
from platinum.stream.remedy import DECIDE, REBUILD


def value_hash(value: bytes) -> int:
    """64 bits of a record's value, kept in the checkpoint to notice a log that was replaced or lost its tail."""
    return int.from_bytes(hashlib.blake2b(value, digest_size=8).digest(), "little")


def checked(deployment: Deployment, bucket: int, packed: bytes | None) -> Checkpoint:
    """Checkpoint of a bucket.

    Raises
    ------
    Inconsistent
        There is none, or it is of another consumer group or another log.
    """
    if packed is None:
        raise Inconsistent(f"bucket {bucket} has no checkpoint; {REBUILD}")
    checkpoint = unpack(packed)
    if checkpoint.group != deployment.group:
        raise Inconsistent(f"bucket {bucket} belongs to another consumer group; two groups on one store would claim from each other")
    generation = deployment.log.generation
    if checkpoint.generation != generation:
        raise Inconsistent(f"bucket {bucket} was applied from log generation {checkpoint.generation}, the log is generation {generation}")
    return checkpoint


async def check_log(log: Log, partition: int, progress: Progress) -> None:
    """The log must still hold what the checkpoints say was delivered.

    Raises
    ------
    Inconsistent
        It ends before the checkpoint, or holds another record at the last offset that was delivered.
    """
    p, at, last = partition, progress.position(), progress.last_offset
    start, end = await log.start(INTERACTIONS, p), await log.end(INTERACTIONS, p)
    if not start <= at <= end or last >= end:
        raise Inconsistent(f"partition {p}: the checkpoint is at offset {max(at, last + 1)}, the log holds {start} to {end}; {DECIDE}")
    if last < start:
        return  # removed by retention, or nothing delivered yet: unverifiable is not wrong
    records = await log.fetch(INTERACTIONS, p, last, 1)
    if not records or value_hash(records[0].value) != progress.last_hash:
        raise Inconsistent(
            f"partition {p}: the record at offset {last} is not the one that was applied: the log lost its tail or was replaced; {DECIDE}"
        )
