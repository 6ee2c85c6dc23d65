"""Deployments over any adapters, and what a log holds, for tests that compare them byte for byte."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from platinum.ports import DEAD_LETTERS, DECISIONS, INTERACTIONS, LEARNING, Fetched, Log, ProfileStore, Record
from platinum.stream.create import ensure_checkpoints, group_hash
from platinum.stream.deployment import Deployment
from platinum.stream.partition import Partition
from platinum.stream.shelf import PolicyShelf

SECRET = bytes(32)
BUCKETS = 256


async def yes(partition: int) -> bool:
    """Always a member."""
    return True


def a_deployment(
    log: Log,
    store: ProfileStore,
    cache_bytes: int = 64 << 20,
    secret: bytes = SECRET,
    buckets: int = BUCKETS,
    group: str = "test",
    still_member: Callable[[int], Awaitable[bool]] = yes,
) -> Deployment:
    """A deployment over the given adapters."""
    return Deployment(log, store, PolicyShelf(log, secret), secret, buckets, group_hash(group), cache_bytes, still_member)


async def read_all(log: Log, topic: str) -> list[list[Fetched]]:
    """Every record of a topic, per partition."""
    found: list[list[Fetched]] = []
    for p in range(log.partitions):
        found.append([])
        while more := await log.fetch(topic, p, len(found[p]), 10_000_000, max_bytes=1 << 40):  # a broker gives it in parts
            found[p] += more
    return found


async def copy_log(source: Log, target: Log, topics: Sequence[str]) -> None:
    """Append everything that ``source`` holds to ``target``, partition by partition."""
    for topic in topics:
        for p, records in enumerate(await read_all(source, topic)):
            for at in range(0, len(records), 10_000):
                some = records[at : at + 10_000]
                await target.append(topic, [Record(r.key, r.value, r.time_ms, r.headers, p) for r in some])


@dataclass
class State:
    """What a run leaves behind."""

    rows: dict[bytes, bytes]
    decisions: list[list[bytes]]
    dead_letters: list[list[bytes]]
    facts: list[list[bytes]] = field(default_factory=list)


async def state_of(d: Deployment) -> State:
    """Rows and outputs of a deployment."""
    rows: dict[bytes, bytes] = {}
    for bucket, keys in enumerate(await d.store.keys(range(d.buckets))):
        if keys:
            ((_, blobs),) = await d.store.load([(bucket, keys)])
            rows.update((key, blob) for key, blob in zip(keys, blobs, strict=True) if blob is not None)
    outputs = {
        topic: [[r.value for r in records] for records in await read_all(d.log, topic)] for topic in (DECISIONS, DEAD_LETTERS, LEARNING)
    }
    return State(rows, outputs[DECISIONS], outputs[DEAD_LETTERS], outputs[LEARNING])


async def play(
    d: Deployment, batch: int, until: int | None = None, applied: Callable[[int], object] = lambda _records: None
) -> list[Partition]:
    """Claim every partition and apply what its log holds (or up to offset ``until``) in batches of ``batch``.

    ``applied`` hears how many records each batch had.
    """
    await ensure_checkpoints(d.log, d.store, d.buckets, d.group)
    partitions = [Partition(d, p) for p in range(d.log.partitions)]
    for partition in partitions:
        await partition.claim()
        p = partition.place.partition
        while records := await d.log.fetch(INTERACTIONS, p, partition.position, batch):
            if until is not None:
                records = [r for r in records if r.offset < until]
                if not records:
                    break
            await partition.apply(records)
            applied(len(records))
    return partitions
