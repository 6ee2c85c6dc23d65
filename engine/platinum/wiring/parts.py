"""Which adapters serve the ports: the only place that knows a log, a store and a runner by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from platinum.clock import wall_ms
from platinum.errors import UsageError
from platinum.logs.memory import MemoryLog
from platinum.logs.sqlite import SqliteLog
from platinum.pipeline.stages import Stages
from platinum.ports import Log, ProfileStore
from platinum.settings import (
    DEFAULT_BUCKETS,
    DEFAULT_CACHE_BYTES,
    DEFAULT_PARTITIONS,
    LOG_FILE,
    DeploymentFile,
    check_sizes,
    deployment_of,
    existing_deployment,
)
from platinum.stores.address import password_from
from platinum.stores.memory import MemoryStore
from platinum.stores.server import ValkeyServer
from platinum.stores.valkey import ValkeyStore
from platinum.stream.create import group_hash
from platinum.stream.deployment import Deployment
from platinum.stream.fetching import Fetching
from platinum.stream.shelf import PolicyShelf
from platinum.stream.snapshots import EVERY_S, Snapshots
from platinum.wiring.control_log import not_installed
from platinum.wiring.sockets import store_server

#: The MAC key of an engine in memory: its log never leaves the process, so there is nobody to keep out.
MEMORY_SECRET = bytes(32)


async def always_member(partition: int) -> bool:
    """Embedded form: one process holds the data directory's lock, so every partition is ours."""
    return True


@dataclass(slots=True)
class Parts:
    """Log, store and server of one deployment.

    Attributes
    ----------
    server : ValkeyServer or None
        The store's server when this process started it.
    address : str or None
        Of the store's server, whoever started it; None in memory.
    password : str or None
        Of that server.
    """

    deployment: Deployment
    server: ValkeyServer | None = None
    address: str | None = None
    password: str | None = field(default=None, repr=False)

    async def connect(self) -> None:
        """Wait for the store's first answer."""
        if isinstance(self.deployment.store, ValkeyStore):
            await self.deployment.store.connect()

    def reading_store(self) -> ProfileStore:
        """The store through a connection of its own, so that a large write of the stream delays no answer."""
        return self.deployment.store if self.address is None else ValkeyStore(self.address, password=self.password)

    async def newest_stages(self) -> Stages:
        """Stages of the newest policy among the artefacts: what a request will run under in a moment."""
        return await self.deployment.shelf.newest_stages()

    async def all_rows(self) -> dict[bytes, bytes]:
        """Every customer's packed row."""
        d = self.deployment
        rows: dict[bytes, bytes] = {}
        for bucket, keys in enumerate(await d.store.keys(range(d.buckets))):
            if keys:
                ((_, blobs),) = await d.store.load([(bucket, keys)])
                rows.update((key, blob) for key, blob in zip(keys, blobs, strict=True) if blob is not None)
        return rows

    async def close(self) -> None:
        """Close the adapters, then stop the server; idempotent."""
        await self.deployment.log.close()
        await self.deployment.store.close()
        if self.server is not None:
            self.server.stop()


def open_parts(
    data_dir: Path | None, partitions: int | None, buckets: int | None, cache_bytes: int, clock_ms: Callable[[], int] | None
) -> Parts:
    """Parts of an engine in memory (``data_dir`` None) or of a data directory.

    Parameters
    ----------
    partitions, buckets : int or None
        None: what the directory has, or the default of a new one.
    clock_ms : callable or None
        Against which the log refuses records of the future; None: a history is played, record times are the events' own.

    Raises
    ------
    UsageError
        The directory says that its log is on Kafka: a second log beside it would take events that no worker ever sees.
    """
    if data_dir is None:
        partitions, buckets = partitions or DEFAULT_PARTITIONS, buckets or DEFAULT_BUCKETS
        check_sizes(partitions, buckets)
        log: Log = MemoryLog(partitions)
        return Parts(_deployment(log, MemoryStore(), MEMORY_SECRET, buckets, "memory", cache_bytes))
    file, secret = deployment_of(data_dir, partitions, buckets)
    if file.brokers:
        raise UsageError(f"{data_dir} is a deployment on Kafka: `platinum worker` runs it; see docs/how-to/run-on-kafka.md")
    server = store_server(data_dir)
    server.start()
    log = SqliteLog(data_dir / LOG_FILE, file.partitions, clock_ms=clock_ms)
    return Parts(_deployment(log, ValkeyStore(server.address), secret, file.buckets, file.group, cache_bytes), server, server.address)


def attach_parts(data_dir: Path) -> Parts:
    """Parts of a data directory that a running ``platinum up`` may own; starts the store's server when none runs.

    Raises
    ------
    UsageError
        The directory holds no deployment.
    """
    file, secret = existing_deployment(data_dir)
    if file.brokers:
        return distributed_parts(file, secret, DEFAULT_CACHE_BYTES)
    valkey = store_server(data_dir)
    server = None
    with suppress(UsageError):  # its owner runs: its address is the directory's
        valkey.start()
        server = valkey
    log = SqliteLog(data_dir / LOG_FILE, file.partitions, clock_ms=wall_ms)
    store = ValkeyStore(valkey.address)
    return Parts(_deployment(log, store, secret, file.buckets, file.group, DEFAULT_CACHE_BYTES), server, valkey.address)


def distributed_parts(file: DeploymentFile, secret: bytes, cache_bytes: int) -> Parts:
    """Parts of a deployment on Kafka and a Valkey or Redis server."""
    log = kafka_log(file, wall_ms)
    password = password_from(os.environ)
    store = ValkeyStore(file.store, password=password)
    return Parts(_deployment(log, store, secret, file.buckets, file.group, cache_bytes), None, file.store, password)


def snapshots_of(data_dir: Path, file: DeploymentFile, every_s: float = EVERY_S) -> Snapshots:
    """Where snapshots of a distributed deployment lie.

    Raises
    ------
    UsageError
        The place cannot be used; see ``Snapshots``.
    """
    return Snapshots(file.snapshots or str((data_dir / "snapshots").absolute()), every_s)


def log_of(data_dir: Path, file: DeploymentFile) -> Log:
    """The log of a deployment, wherever it is, for commands that append to it."""
    return kafka_log(file, wall_ms) if file.brokers else SqliteLog(data_dir / LOG_FILE, file.partitions, clock_ms=wall_ms)


def kafka_log(file: DeploymentFile, clock_ms: Callable[[], int] | None) -> Log:
    """The log of a distributed deployment.

    Raises
    ------
    UsageError
        The packages that the distributed form needs are not installed.
    """
    try:
        from platinum.logs.kafka import KafkaLog
    except ImportError as error:
        raise not_installed(error) from error
    return KafkaLog(file.brokers, file.partitions, file.generation, clock_ms, file.prefix)


def record_fetching(brokers: str, topic: str, max_records: int) -> Fetching:
    """What reads the interactions for a worker."""
    from platinum.logs.kafka_fetch import KafkaFetch

    return KafkaFetch(brokers, topic, max_records)


def _deployment(log: Log, store: ProfileStore, secret: bytes, buckets: int, group: str, cache_bytes: int) -> Deployment:
    share = cache_bytes // log.partitions
    return Deployment(log, store, PolicyShelf(log, secret), secret, buckets, group_hash(group), share, always_member)
