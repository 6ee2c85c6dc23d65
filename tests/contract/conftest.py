"""One Valkey server and one Kafka broker for all contract tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from platinum.stores.server import ValkeyServer
from tests.builders.kafka import a_broker


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running server that holds nothing of value."""
    server = ValkeyServer(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server.address
    server.stop()


@pytest.fixture(scope="session")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running broker."""
    with a_broker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.address
