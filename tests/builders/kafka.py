"""A real Kafka broker for tests: one per process of the suite."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from platinum.errors import UsageError
from platinum.logs.kafka_topics import Topic, admin, create
from platinum.ops.broker import LocalKafka, jars


@contextmanager
def a_broker(folder: Path) -> Iterator[LocalKafka]:
    """A running broker. Without Java and Maven the test is skipped; in CI, where they must be there, it fails."""
    try:
        jars()
    except UsageError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    broker = LocalKafka(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def make_topics(address: str, names: Sequence[str], partitions: int) -> None:
    """Topics without any setting of their own."""
    with admin(address) as client:
        create(client, [Topic(name, partitions, {}) for name in names], replication=1)
