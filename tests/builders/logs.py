"""Records, and every log adapter behind one face for the contract suite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from platinum.logs.kafka import KafkaLog
from platinum.logs.kafka_plain import PlainKafkaLog
from platinum.logs.memory import MemoryLog
from platinum.logs.sqlite import SqliteLog
from platinum.ports import ARTEFACTS, DEAD_LETTERS, DECISIONS, Fetched, Headers, Log, Record, contacts_topic
from tests.builders.kafka import make_topics

TOPIC = "platinum.interactions.v1"
NOON_MS = 1_900_000_000_000
ADAPTERS = ("memory", "sqlite", "kafka", "plain kafka")
#: Topics that the contract uses; on Kafka they exist beforehand.
TOPICS = (TOPIC, DECISIONS, DEAD_LETTERS, ARTEFACTS, contacts_topic("email"), "a", "b")


def a_record(key: bytes | None = b"c-1", value: bytes = b"v", time_ms: int = NOON_MS, headers: Headers = (), partition: int = -1) -> Record:
    """A record; by default keyed, on time, without headers."""
    return Record(key, value, time_ms, headers, partition)


class Logs:
    """Opens logs of one kind; each call of ``open`` with the same ``name`` opens the same log, where it is kept."""

    def __init__(self, kind: str, folder: Path, brokers: str = "") -> None:
        self.kind, self._brokers = kind, brokers
        self._made: set[str] = set()
        self._folder = folder
        self._opened: list[Log] = []

    def open(
        self, partitions: int = 4, generation: int = 1, clock_ms: Callable[[], int] | None = lambda: NOON_MS, name: str = "log"
    ) -> Log:
        """A log whose clock stands at noon."""
        log: Log
        if self.kind == "memory":
            log = MemoryLog(partitions, generation, clock_ms)
        elif self.kind in ("kafka", "plain kafka"):
            kind = KafkaLog if self.kind == "kafka" else PlainKafkaLog
            log = kind(self._brokers, partitions, generation, clock_ms, prefix=self._topics(name, partitions))
        else:
            log = SqliteLog(self._folder / f"{name}.sqlite", partitions, generation, clock_ms)
        self._opened.append(log)
        return log

    def _topics(self, name: str, partitions: int) -> str:
        prefix = f"{uuid5(NAMESPACE_URL, f'{self._folder}/{name}').hex[:12]}."
        if prefix not in self._made and partitions > 0:
            make_topics(self._brokers, [prefix + topic for topic in TOPICS], partitions)
            self._made.add(prefix)
        return prefix

    async def close_all(self) -> None:
        """Close what was opened."""
        for log in self._opened:
            await log.close()


async def all_records(log: Log, topic: str, partition: int, at_once: int = 100) -> list[Fetched]:
    """Everything that a partition holds, fetched step by step."""
    found: list[Fetched] = []
    while more := await log.fetch(topic, partition, len(found), at_once):
        found += more
    return found
