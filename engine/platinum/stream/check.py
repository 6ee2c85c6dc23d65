"""What a claim refuses to build on: checkpoints of somebody else, a log that is not the one that was applied."""

from __future__ import annotations

import hashlib

from platinum.errors import Inconsistent
from platinum.pipeline.checkpoint import Progress, unpack
from platinum.ports import INTERACTIONS, Checkpoint
from platinum.stream.deployment import Deployment
from platinum.stream.remedy import decide, rebuild


def value_hash(value: bytes) -> int:
    """64 bits of a record's value, kept in the checkpoint to notice a log that was replaced or lost its tail."""
    return int.from_bytes(hashlib.blake2b(value, digest_size=8).digest(), "little")


def checked(deployment: Deployment, bucket: int, packed: bytes | None, generation: int) -> Checkpoint:
    """Checkpoint of a bucket.

    Parameters
    ----------
    generation : int
        Of the bucket's partition, as the artefacts have it (``PolicyShelf.generation``).

    Raises
    ------
    Inconsistent
        There is none, or it is of another consumer group or another log.
    """
    if packed is None:
        raise Inconsistent(f"bucket {bucket} has no checkpoint; {rebuild(deployment.distributed)}")
    checkpoint = unpack(packed)
    if checkpoint.group != deployment.group:
        raise Inconsistent(f"bucket {bucket} belongs to another consumer group; two groups on one store would claim from each other")
    if checkpoint.generation != generation:
        partition = bucket % deployment.log.partitions
        raise Inconsistent(
            f"partition {partition}: bucket {bucket} was applied from log generation {checkpoint.generation}, the log is generation "
            f"{generation}: they are not of the same time, or accepting was cut short; {decide(deployment.distributed, partition)}"
        )
    return checkpoint


async def check_log(deployment: Deployment, partition: int, progress: Progress) -> None:
    """The log must still hold what the checkpoints say was delivered, and all that they say was not.

    Raises
    ------
    Inconsistent
        It ends before the checkpoint, or begins after it, or holds another record at the last offset that was delivered.
    """
    log, p, at, last = deployment.log, partition, progress.position(), progress.last_offset
    remedy = decide(deployment.distributed, p)
    start, end = await log.start(INTERACTIONS, p), await log.end(INTERACTIONS, p)
    if at > end or last >= end:
        raise Inconsistent(f"partition {p}: the checkpoint is at offset {max(at, last + 1)}, the log holds {start} to {end}; {remedy}")
    if at < start:
        raise Inconsistent(
            f"partition {p}: the checkpoint is at offset {at}, the log begins at {start}: retention removed "
            f"{start - at} records before they were applied; {remedy}"
        )
    if last < start:
        return  # removed by retention, or nothing delivered yet: unverifiable is not wrong
    records = await log.fetch(INTERACTIONS, p, last, 1)
    if not records or value_hash(records[0].value) != progress.last_hash:
        raise Inconsistent(
            f"partition {p}: the record at offset {last} is not the one that was applied: the log lost its tail or was replaced; {remedy}"
        )
