"""Several worker processes on one broker and one store, and what they leave behind."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platinum.logs.kafka import KafkaLog
from platinum.logs.kafka_topics import admin, create, topics_of
from platinum.pipeline.checkpoint import unpack
from platinum.ports import ARTEFACTS, INTERACTIONS, Log
from platinum.settings import DISTRIBUTED_LAYOUT, DeploymentFile, new_distributed
from platinum.stores.server import ValkeyServer
from platinum.stores.valkey import ValkeyStore
from platinum.stream.create import ensure_checkpoints, group_hash
from tests.builders.deployments import BUCKETS, SECRET, State, a_deployment, copy_log, state_of

CHANNELS = ("email", "card", "sms", "push")
PARTITIONS = 4
ROOT = Path(__file__).resolve().parents[2]


class Workers:
    """Worker processes of one deployment on Kafka.

    Parameters
    ----------
    prefix : str
        Of the deployment's topics: one broker serves many tests.
    group : str
        Of consumers; several deployments at once on one broker need one each.
    """

    def __init__(self, brokers: str, store: str, prefix: str, folder: Path, *options: str, group: str = "test") -> None:
        self.brokers, self.store_url, self.prefix, self._folder, self.group = brokers, store, prefix, folder, group
        self._options = options
        self.processes: list[subprocess.Popen[bytes]] = []
        self._started = 0

    async def prepare(self, recorded: Log | None = None) -> None:
        """Topics, checkpoints and, if given, everything that ``recorded`` holds."""
        with admin(self.brokers) as client:
            # What is played is years old: a broker that removed it after 30 days would remove it under the workers.
            create(client, topics_of(PARTITIONS, CHANNELS, retention_ms=-1, prefix=self.prefix), replication=1)
        log, store = await self.connected()
        await ensure_checkpoints(log, store, BUCKETS, group_hash(self.group))
        if recorded is not None:
            await copy_log(recorded, log, [ARTEFACTS, INTERACTIONS])
        await log.close()
        await store.close()

    def directory(self) -> Path:
        """The deployment as commands see it."""
        data = self._folder / "deployment"
        file = DeploymentFile(DISTRIBUTED_LAYOUT, PARTITIONS, BUCKETS, "test", self.brokers, self.store_url, self.prefix)
        new_distributed(data, file)
        (data / "secret.key").write_bytes(SECRET)
        return data

    async def connected(self) -> tuple[KafkaLog, ValkeyStore]:
        store = ValkeyStore(self.store_url)
        await store.connect()
        return KafkaLog(self.brokers, prefix=self.prefix), store

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        """One more worker."""
        self._started += 1
        words = ["--brokers", self.brokers, "--store", self.store_url, "--prefix", self.prefix, "--group", self.group]
        words += [*self._options, *more]
        with (self._folder / f"worker-{self._started}.log").open("wb") as said:
            process = subprocess.Popen([sys.executable, "-m", "tests.builders.worker_process", *words], stdout=said, stderr=said, cwd=ROOT)
        self.processes.append(process)
        return process

    def held_by(self, process: subprocess.Popen[bytes]) -> list[int]:
        """Partitions that a worker holds, as it says."""
        held = set[int]()
        for line in (self._folder / f"worker-{self.processes.index(process) + 1}.log").read_text().splitlines():
            if '"partition claimed"' in line:
                held.add(json.loads(line)["partition"])
            elif '"partition lost"' in line:
                held.discard(json.loads(line)["partition"])
        return sorted(held)

    def said(self) -> str:
        """What the workers wrote."""
        return "\n".join(path.read_text()[-40_000:] for path in sorted(self._folder.glob("worker-*.log")))

    async def caught_up(self, wait_s: float = 120.0) -> None:
        """Until every bucket is at the end of its partition."""
        log, store = await self.connected()
        try:
            until = time.monotonic() + wait_s
            while not await self._level(log, store):
                dead = [p.returncode for p in self.processes if p.poll() not in (None, 0, -signal.SIGKILL)]
                assert not dead, f"a worker ended with {dead}: {self.said()}"
                assert time.monotonic() < until, f"not level after {wait_s:.0f} s: {self.said()}"
                await asyncio.sleep(0.2)
        finally:
            await log.close()
            await store.close()

    @staticmethod
    async def _level(log: Log, store: ValkeyStore) -> bool:
        ends = [await log.end(INTERACTIONS, p) for p in range(log.partitions)]
        stored = await store.checkpoints(range(BUCKETS))
        return all(packed is not None and unpack(packed).next_offset >= ends[b % log.partitions] for b, packed in enumerate(stored))

    async def state(self) -> State:
        """Rows and outputs."""
        log, store = await self.connected()
        state = await state_of(a_deployment(log, store))
        await log.close()
        await store.close()
        return state

    def end(self, number: int = signal.SIGTERM) -> None:
        """All of them, whatever happened."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(number)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def workers_on_a_store(brokers: str, prefix: str, folder: Path, *options: str) -> Iterator[Workers]:
    """Workers of one deployment and a store of their own; all of it is gone afterwards."""
    server = ValkeyServer(folder / "valkey")
    server.start()
    workers = Workers(brokers, server.address, prefix, folder, *options)
    try:
        yield workers
    finally:
        workers.end(signal.SIGKILL)
        server.stop()
