"""After a stop, what was planned before is taken back: its owner looks through the rows of its buckets and has them swept.

Nothing of what is stopped is planned any more once a partition has passed the marker, so one look at its rows behind it finds
everything. Each customer with something to be taken back gets one record; folding it withdraws what the policy in force stops.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence

import numpy as np
import structlog
from numpy.typing import NDArray

from platinum.errors import Unavailable
from platinum.pipeline.engine_records import ContactsSwept, engine_record
from platinum.policy.tables import Tables
from platinum.ports import INTERACTIONS, Log, ProfileStore
from platinum.profile.codec import has_section, unpack_rows
from platinum.profile.entries import MAX_PLANNED
from platinum.profile.row import ROW
from platinum.profile.second_row import customers
from platinum.stream.deployment import Deployment
from platinum.stream.partition import Partition

LOG = structlog.get_logger("platinum.stream")
#: Rows read at once, and records appended at once: between them the stream goes on.
_ROWS, _RECORDS = 500, 500


async def sweep(log: Log, store: ProfileStore, secret: bytes, buckets: Sequence[int], tables: Tables, seq: int, time_ms: int) -> int:
    """Append `contacts swept` for every customer of ``buckets`` with something to be taken back; returns how many they are.

    Parameters
    ----------
    tables : Tables
        Of the policy in force.
    seq : int
        Number of its activation.

    Raises
    ------
    Unavailable
        Log or store do not answer; sweeping again is safe.
    """
    swept, waiting = 0, list[bytes]()
    async for keys in to_be_swept(store, buckets, tables):
        waiting += keys
        while len(waiting) >= _RECORDS:
            swept += await _append(log, secret, waiting[:_RECORDS], seq, time_ms)
            del waiting[:_RECORDS]
    return swept + (await _append(log, secret, waiting, seq, time_ms) if waiting else 0)


async def _append(log: Log, secret: bytes, keys: Sequence[bytes], seq: int, time_ms: int) -> int:
    await log.append(INTERACTIONS, [engine_record(secret, key, ContactsSwept(seq), time_ms) for key in keys])
    return len(keys)


async def to_be_swept(store: ProfileStore, buckets: Sequence[int], tables: Tables) -> AsyncIterator[list[bytes]]:
    """Customers for whom something is planned that is stopped, and not claimed; reads every row of these buckets."""
    for some in _portions(buckets, await store.keys(buckets)):
        loaded = await store.load(some)
        planned = [
            (key, blob)
            for (_, keys), (_, blobs) in zip(some, loaded, strict=True)
            for key, blob in zip(keys, blobs, strict=True)
            if blob is not None and has_section(blob, "planned")
        ]
        if planned:
            rows = np.zeros(len(planned), ROW)
            unpack_rows([blob for _, blob in planned], rows, np.arange(len(planned)))
            yield [planned[i][0] for i in to_take_back(rows, tables).nonzero()[0].tolist()]


def _portions(buckets: Sequence[int], found: Sequence[Sequence[bytes]]) -> Iterator[list[tuple[int, list[bytes]]]]:
    """(bucket, customers), some ``_ROWS`` customers at a time."""
    portion: list[tuple[int, list[bytes]]] = []
    size = 0
    for bucket, names in zip(buckets, found, strict=True):
        keys = customers(names)
        for at in range(0, len(keys), _ROWS):
            portion.append((bucket, keys[at : at + _ROWS]))
            size += len(portion[-1][1])
            if size >= _ROWS:
                yield portion
                portion, size = [], 0
    if portion:
        yield portion


def to_take_back(rows: NDArray[np.void], tables: Tables) -> NDArray[np.bool_]:
    """Whether each row (ROW[N]) has a planned contact that the policy stops and nobody has claimed, bool[N].

    What has expired counts, too: its record does no harm, and an instant would have to be agreed about.
    """
    planned, at = rows["planned"], np.arange(MAX_PLANNED)
    claims = np.where(at < rows["n_claims"][:, None], rows["claims"]["ref"], np.uint64(0))
    claimed = (planned["ref"][:, :, None] == claims[:, None, :]).any(axis=2)
    stopped = np.zeros(planned.shape, np.bool_)
    for stop in tables.stops:
        each = [(stop[name] == 0) | (planned[name] == stop[name]) for name in ("action", "channel")]
        stopped |= each[0] & each[1]
    sent = (at < rows["n_planned"][:, None]) & (planned["outbound"] == 1)
    found: NDArray[np.bool_] = (sent & stopped & ~claimed).any(axis=1)
    return found


class Sweeper:
    """Sweeps the partitions of one process in the background, together: each look reads the names of everything in the store.

    Parameters
    ----------
    clock_ms : callable
        Wall clock: time of the records.
    """

    def __init__(self, deployment: Deployment, clock_ms: Callable[[], int]) -> None:
        self._d, self._clock_ms = deployment, clock_ms
        self._done: dict[int, tuple[int, int]] = {}
        self._task: asyncio.Task[None] | None = None

    def tick(self, partitions: Iterable[Partition]) -> None:
        """Begin to sweep what needs it, unless that is being done; called several times a second."""
        if self._task is not None:
            if not self._task.done():
                return
            self._task.result()  # a bug ends the process
        due = [p for p in partitions if p.stopping is not None and self._done.get(p.place.partition) != p.in_force]
        if due:
            self._task = asyncio.get_running_loop().create_task(self._sweep(due))

    def stop(self) -> None:
        """Give up what is not done: whoever owns the partitions next begins anew."""
        if self._task is not None:
            self._task.cancel()

    async def close(self) -> None:
        """``stop``, and wait until it has."""
        self.stop()
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _sweep(self, due: Iterable[Partition]) -> None:
        """One look at the rows of all that are under the same policy, then the next."""
        under: dict[int, list[Partition]] = {}
        for partition in due:
            # A batch in flight may hold the marker, and contacts that were planned before it and are not in the store yet.
            async with partition.between_batches():
                if partition.stopping is not None:
                    under.setdefault(partition.in_force[1], []).append(partition)
        for seq, some in under.items():
            try:
                await self._sweep_under(seq, some)
            except Unavailable as gone:
                LOG.warning("contacts that were stopped wait to be taken back", error=str(gone))

    async def _sweep_under(self, seq: int, some: Sequence[Partition]) -> None:
        standing = [(p.place.partition, p.in_force, p.buckets, p.stopping) for p in some if p.claimed and p.in_force[1] == seq]
        tables = next((stages.policy.tables for *_, stages in standing if stages is not None), None)
        if tables is None:
            return
        buckets = [bucket for _, _, own, _ in standing for bucket in own]
        swept = await sweep(self._d.log, self._d.store, self._d.secret, buckets, tables, seq, self._clock_ms())
        self._done.update((partition, in_force) for partition, in_force, _, _ in standing)
        LOG.info("contacts that were stopped are taken back", customers=swept, partitions=len(standing), activation=seq)
