"""A deployment on Kafka for benches: a broker and a store of our own, topics per run."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platinum.errors import Inconsistent
from platinum.logs.kafka_topics import admin, create, topics_of
from platinum.ops.broker import LocalKafka
from platinum.pipeline.checkpoint import unpack
from platinum.policy.policy import Policy
from platinum.ports import DEAD_LETTERS, DECISIONS
from platinum.settings import DEFAULT_BUCKETS, DEFAULT_PARTITIONS, DISTRIBUTED_LAYOUT, DeploymentFile, existing_deployment, new_distributed
from platinum.stores.server import ValkeyServer
from platinum.stream.create import ensure_checkpoints
from platinum.wiring.parts import Parts, distributed_parts
from platinum.wiring.sockets import passing_folder
from platinum.wiring.topics import outbound_channels


@contextmanager
def a_broker() -> Iterator[tuple[LocalKafka, Path]]:
    """A running broker and the passing folder that it lies in; SIGTERM ends the bench as Ctrl-C does, so that nothing is left running."""
    with passing_folder("platinum-bench-") as folder:
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        broker = LocalKafka(folder / "kafka")
        try:
            broker.start()
            yield broker, folder
        finally:
            broker.stop()
            signal.signal(signal.SIGTERM, before)


@dataclass(slots=True)
class Bench:
    """One run's deployment.

    Attributes
    ----------
    folder : Path
        Of this run.
    data : Path
        The deployment's directory.
    parts : Parts
        Log and store, through connections of our own.
    """

    folder: Path
    data: Path
    file: DeploymentFile
    parts: Parts

    async def applied(self) -> list[int]:
        """Offset of each partition up to which everything is in the store: its bucket that came furthest says so."""
        d = self.parts.deployment
        ends = [0] * d.log.partitions
        for bucket, packed in enumerate(await d.store.checkpoints(range(d.buckets))):
            if packed is not None:
                ends[bucket % d.log.partitions] = max(ends[bucket % d.log.partitions], unpack(packed).next_offset)
        return ends

    async def ends(self, topic: str) -> list[int]:
        """End of each partition of a topic."""
        log = self.parts.deployment.log
        return [await log.end(topic, p) for p in range(log.partitions)]

    async def refuse_missing(self, asked: int) -> None:
        """Raise ``Inconsistent`` if an event was rejected or one of the ``asked`` decisions is missing: less was done than is measured."""
        dead, decided = sum(await self.ends(DEAD_LETTERS)), sum(await self.ends(DECISIONS))
        if dead or decided < asked:
            raise Inconsistent(
                f"each of the bench's events must be applied: {dead} became dead letters, and {decided} decisions were published where "
                f"{asked} were asked for; nothing of this run can be believed"
            )


@contextmanager
def a_store(folder: Path) -> Iterator[ValkeyServer]:
    """A running store that listens as a server on another machine would."""
    store = ValkeyServer(folder / "valkey", tcp=True)
    store.start()
    try:
        yield store
    finally:
        store.stop()


def a_deployment(broker: LocalKafka, store: ValkeyServer, folder: Path, policy: Policy) -> Bench:
    """A deployment with topics of its own, made as ``platinum topics create`` makes them, but kept for ever."""
    name = f"bench-{secrets.token_hex(4)}"
    file = DeploymentFile(
        DISTRIBUTED_LAYOUT, DEFAULT_PARTITIONS, DEFAULT_BUCKETS, f"{name}.platinum", broker.address, store.address, f"{name}.", 1, 1
    )
    data = folder / "deployment"
    new_distributed(data, file)
    with admin(broker.address) as client:
        # What is played has record times of the past: the broker would remove it after 30 days, that is, at once.
        create(client, topics_of(file.partitions, outbound_channels(policy), retention_ms=-1, prefix=file.prefix), file.replication)
    return Bench(folder, data, file, distributed_parts(*existing_deployment(data), 1 << 20))


async def prepare(bench: Bench) -> None:
    """Connect, and make the checkpoints."""
    d = bench.parts.deployment
    await bench.parts.connect()
    await ensure_checkpoints(d.log, d.store, d.buckets, d.group)
