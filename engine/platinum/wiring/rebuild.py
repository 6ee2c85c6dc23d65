"""``platinum rebuild``: the store of a deployment on Kafka, made again from snapshots and the log's tail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from platinum.errors import Fenced, UsageError
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy
from platinum.policy.load import example
from platinum.ports import INTERACTIONS
from platinum.settings import DeploymentFile, existing_deployment
from platinum.stream.deployment import MOST_RECORDS, Deployment
from platinum.stream.partition import Partition
from platinum.stream.restore import check_restorable
from platinum.wiring.collector import settle
from platinum.wiring.loglines import log_to_stderr
from platinum.wiring.parts import Parts, distributed_parts, snapshots_of
from platinum.wiring.warm import warm

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


def rebuild(data: Path, discard: bool, cache_bytes: int, progress: Progress) -> dict[str, Any]:
    """Restore, replay to the log's end of now, put out only what never was; returns what was done.

    Parameters
    ----------
    discard : bool
        First delete what the store holds of the deployment; not before it is certain that it can be made again.
    progress : callable
        Shows how far a number of events has come.

    Raises
    ------
    UsageError
        The deployment is not on Kafka, or a worker is running.
    Inconsistent
        A bucket cannot be made again: the log no longer holds its beginning, and there is no snapshot.
    """
    from platinum.logs.kafka_group import committed_offsets, members_of
    from platinum.logs.kafka_topics import admin

    log_to_stderr()
    file, secret = existing_deployment(data)
    if not file.brokers:
        raise UsageError(f"{data} is no deployment on Kafka: `platinum up` rebuilds its store by itself when <data>/valkey is moved away")
    topic = file.prefix + INTERACTIONS
    with admin(file.brokers) as client:
        members = members_of(client, file.group, topic, file.partitions).members
        committed = committed_offsets(client, file.group, topic)
    if members:
        raise UsageError(
            f"{members} worker(s) of group {file.group!r} are running: stop them first; one that was killed leaves after 10 s. "
            "(Running workers restore a lost store by themselves)"
        )
    parts = distributed_parts(file, secret, cache_bytes)
    prepared(parts.deployment, data, file, committed)
    warm(Stages(compile_policy(example("minimal"))))
    return asyncio.run(_rebuild(parts, discard, progress))


def prepared(d: Deployment, data: Path, file: DeploymentFile, committed: dict[int, int]) -> None:
    """Give a deployment what a rebuild needs and a worker gets from Faust."""

    async def committed_offset(partition: int) -> int:
        return max(committed.get(partition, 0), 0)

    async def no_member(_partition: int) -> bool:
        return False  # whoever claims meanwhile is a worker, and goes on from there

    d.snapshots = snapshots_of(data, file)
    d.committed, d.still_member = committed_offset, no_member


async def _rebuild(parts: Parts, discard: bool, progress: Progress) -> dict[str, Any]:
    d = parts.deployment
    try:
        await parts.connect()
        if discard:
            await check_restorable(d)
            await d.store.discard(range(d.buckets))
        settle()
        partitions = [Partition(d, p) for p in range(d.log.partitions)]
        for partition in partitions:
            await partition.claim()
        return await replay(d, partitions, progress)
    except Fenced as fenced:
        raise UsageError(f"{fenced}: a worker was started meanwhile; it goes on from where this came to") from fenced
    finally:
        await parts.close()


async def replay(d: Deployment, partitions: Sequence[Partition], progress: Progress) -> dict[str, Any]:
    """Apply everything between the claimed positions and the log's end, the partitions side by side."""
    began = [partition.position for partition in partitions]
    ends = [await d.log.end(INTERACTIONS, p) for p in range(d.log.partitions)]
    wall, cpu = time.perf_counter(), time.process_time()
    with progress("rebuilding", sum(ends) - sum(began)) as advance:
        await asyncio.gather(*(_apply(d, partition, end, advance) for partition, end in zip(partitions, ends, strict=True)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    events = sum(partition.counts.consumed for partition in partitions)
    return {
        "events": events,
        "from_offsets": began,
        "to_offsets": [partition.position for partition in partitions],
        "wall_s": round(wall, 3),
        "events_per_s": round(events / wall) if events else 0,
        "cpu_us_per_event": round(cpu / events * 1e6, 2) if events else 0.0,
    }


async def _apply(d: Deployment, partition: Partition, end: int, advance: Callable[[int], None]) -> None:
    while partition.position < end:
        at = partition.position
        records = await d.log.fetch(INTERACTIONS, partition.place.partition, at, MOST_RECORDS)
        if not records:
            break  # markers of transactions are all that is left
        await partition.apply(records, gap=True)
        advance(partition.position - at)
    await partition.advance_idle()
