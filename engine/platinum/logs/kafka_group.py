"""What a Kafka cluster says about itself and about a consumer group, and the group's offsets moved; with kafka-python.

Those offsets are for lag tools and the frontier; what is applied is said by the checkpoints alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, KafkaError, NotCoordinatorError
from kafka.structs import OffsetAndMetadata

T = TypeVar("T")
_TRIES, _PAUSE_S = 8, 0.25


class Cluster(NamedTuple):
    """Brokers that are alive, and the version of one of them, as its protocol shows it."""

    brokers: int
    version: str


class Members(NamedTuple):
    """Of a consumer group: its state, how many members, and the partitions that none of them holds."""

    state: str
    members: int
    unowned: list[int]


def cluster_of(client: KafkaAdminClient) -> Cluster:
    """Facts about the cluster."""
    brokers = client.describe_cluster()["brokers"]
    version = client.get_broker_version_data(brokers[0]["broker_id"]).broker_version
    return Cluster(len(brokers), ".".join(map(str, version)))


def committed_offsets(client: KafkaAdminClient, group: str, topic: str) -> dict[int, int]:
    """Offset per partition that a group committed; {} when it never did."""
    found: Any = _coordinated(lambda: client.list_group_offsets({group: None}), {})
    return {place.partition: one.offset for place, one in found.get(group, {}).items() if place.topic == topic}


def members_of(client: KafkaAdminClient, group: str, topic: str, partitions: int) -> Members:
    """Who is in a group, and what nobody in it holds."""
    nobody: dict[str, Any] = {group: {"group_state": "Dead", "members": []}}
    found = _coordinated(lambda: client.describe_groups([group]), nobody)[group]
    held: set[int] = set()
    for member in found["members"]:
        assigned = (member["member_assignment"] or {}).get("assigned_partitions") or ()
        held.update(p for one in assigned if one["topic"] == topic for p in one["partitions"])
    return Members(found["group_state"], len(found["members"]), [p for p in range(partitions) if p not in held])


def set_offset(client: KafkaAdminClient, group: str, topic: str, partition: int, offset: int) -> bool:
    """Move a group without members to ``offset``; False where it has some: they commit what they have applied themselves."""
    at = TopicPartition(topic, partition)
    try:
        results = client.alter_group_offsets(group, {at: OffsetAndMetadata(offset, "", -1)})
    except KafkaError:
        return False
    return int(getattr(results[at], "errno", -1)) == 0


def _coordinated(ask: Callable[[], T], nobody: T) -> T:
    """Answer of a group's coordinator; ``nobody`` in a cluster that never had a group: it has none yet."""
    for _ in range(_TRIES):
        try:
            return ask()
        except (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError):
            time.sleep(_PAUSE_S)
    return nobody
