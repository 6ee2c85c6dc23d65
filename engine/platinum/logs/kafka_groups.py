"""The consumer group's offsets, which lag tools read; what is applied is said by the checkpoints alone."""

from __future__ import annotations

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata


def set_offset(client: KafkaAdminClient, group: str, topic: str, partition: int, offset: int) -> bool:
    """Move a group without members to ``offset``; False where it has some: they commit what they have applied themselves."""
    at = TopicPartition(topic, partition)
    try:
        results = client.alter_group_offsets(group, {at: OffsetAndMetadata(offset, "", -1)})
    except KafkaError:
        return False
    return int(getattr(results[at], "errno", -1)) == 0
