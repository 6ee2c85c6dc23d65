"""The topics of a deployment on Kafka: what each must be set to, made and checked with kafka-python.

Settings are part of the promises: record time is the producer's, the future is refused, artefacts are kept for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.errors import KafkaError

from platinum.errors import Unavailable
from platinum.logs.placement import FUTURE_LIMIT_MS
from platinum.ports import ARTEFACTS, DEAD_LETTERS, DECISIONS, INTERACTIONS, LEARNING, PROBES, SKIPS, SUPPRESSIONS, contacts_topic

DAY_MS = 86_400_000
#: Kafka cannot delete single records: what customers did is kept so long, and snapshots carry the older past (design 9).
RETENTION_MS = 30 * DAY_MS
#: Of one batch. Kafka's own default for what comes in, but the broker's may be another; a dead letter is a record that came in, unpacked
#: if it was compressed, and its verdict: see ``emit.deadletter.MOST_BYTES``.
MESSAGE_BYTES, LETTER_BYTES = 1_048_588, 2 << 20
_DELETE, _COMPACT = "delete", "compact"


class Topic(NamedTuple):
    """One topic as it must be.

    Attributes
    ----------
    settings : mapping
        Kafka's names.
    """

    name: str
    partitions: int
    settings: dict[str, str]


class Fault(NamedTuple):
    """One thing that is not as it must be; ``is_`` "" = missing."""

    topic: str
    setting: str
    want: str
    is_: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.setting} must be {self.want}, {f'is {self.is_}' if self.is_ else 'does not exist'}"


def topics_of(partitions: int, channels: Iterable[str], retention_ms: int = RETENTION_MS, prefix: str = "") -> list[Topic]:
    """Every topic of a deployment whose policy has these outbound channels."""
    created = {"message.timestamp.type": "CreateTime"}
    kept = created | {"cleanup.policy": _DELETE, "retention.ms": str(retention_ms)}
    for_ever = created | {"cleanup.policy": _COMPACT, "retention.ms": "-1"}
    # The broker refuses what an API with a wrong clock let pass: one such record would push its bucket's clock for good.
    live = kept | {"message.timestamp.after.max.ms": str(FUTURE_LIMIT_MS), "max.message.bytes": str(MESSAGE_BYTES)}
    settings = dict.fromkeys((DECISIONS, LEARNING, DEAD_LETTERS), kept) | dict.fromkeys((ARTEFACTS, SUPPRESSIONS, SKIPS), for_ever)
    settings |= {INTERACTIONS: live, PROBES: kept | {"retention.ms": str(DAY_MS)}}
    settings[DEAD_LETTERS] = kept | {"max.message.bytes": str(LETTER_BYTES)}
    settings |= {contacts_topic(channel): kept for channel in channels}
    return [Topic(prefix + name, partitions, dict(some)) for name, some in settings.items()]


@contextmanager
def admin(brokers: str, wait_s: float = 30.0) -> Iterator[KafkaAdminClient]:
    """A connected admin client; waits so long for the first broker.

    Raises
    ------
    Unavailable
        No broker answers, or one refuses what was asked.
    """
    try:
        client = KafkaAdminClient(bootstrap_servers=brokers.split(","), bootstrap_timeout_ms=int(1000 * wait_s))
    except KafkaError as error:
        raise Unavailable(f"Kafka does not answer at {brokers}: {type(error).__name__}") from error
    try:
        yield client
    except KafkaError as error:
        raise Unavailable(f"Kafka at {brokers} refused: {type(error).__name__}: {error}") from error
    finally:
        client.close()


def create(client: KafkaAdminClient, topics: Iterable[Topic], replication: int) -> list[str]:
    """Make the topics that are missing; returns their names. Those that exist are left alone: see ``check``."""
    existing = set(client.list_topics())
    missing = [topic for topic in topics if topic.name not in existing]
    if missing:
        new = [
            NewTopic(name=t.name, num_partitions=t.partitions, replication_factor=replication, topic_configs=t.settings) for t in missing
        ]
        client.create_topics(new, wait_for_metadata=True)
    return [topic.name for topic in missing]


def faults_of(client: KafkaAdminClient, topics: Iterable[Topic]) -> list[Fault]:
    """What is missing or set otherwise."""
    existing = set(client.list_topics())
    faults = []
    for topic in topics:
        if topic.name not in existing:
            faults.append(Fault(topic.name, "partitions", str(topic.partitions), ""))
            continue
        (found,) = client.describe_topics([topic.name])
        has = len(found["partitions"])
        if has != topic.partitions:
            faults.append(Fault(topic.name, "partitions", str(topic.partitions), str(has)))
        faults += [Fault(topic.name, name, want, is_) for name, want, is_ in _settings(client, topic) if is_ != want]
    return faults


def _settings(client: KafkaAdminClient, topic: Topic) -> Iterator[tuple[str, str, str]]:
    """(name, as it must be, as it is)."""
    found: Any = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name)], config_filter="all")
    values = found["topic"][topic.name]
    for name, want in topic.settings.items():
        yield name, want, str(values[name]["value"]) if name in values else ""
