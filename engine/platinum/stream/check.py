"""What a claim refuses to build on: checkpoints of somebody else, a log that is not the one that was applied."""

from __future__ import annotations

import hashlib

from platinum.errors import Inconsistent
from platinum.pipeline.checkpoint import Progress, unpack
from platinum.ports import INTERACTIONS, Checkpoint, Log
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
    if not await is_of_log(log, p, last, progress.last_hash, start):
        raise Inconsistent(
            f"partition {p}: the record at offset {last} is not the one that was applied: the log lost its tail or was replaced; {remedy}"
        )


async def is_of_log(log: Log, partition: int, last_offset: int, last_hash: int, start: int = -1) -> bool:
    """Whether the log holds the record that was delivered last.

    True as well where retention has removed it, or nothing was delivered yet: unverifiable is not wrong.

    Parameters
    ----------
    start : int
        Smallest offset held, -1 = ask.
    """
    if last_offset < 0 or last_offset < (start if start >= 0 else await log.start(INTERACTIONS, partition)):
        return True
    records = await log.fetch(INTERACTIONS, partition, last_offset, 1)
    return bool(records) and records[0].offset == last_offset and value_hash(records[0].value) == last_hash
