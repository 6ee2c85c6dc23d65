"""One Valkey server for all contract tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from platinum.stores.server import ValkeyServer


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running server that holds nothing of value."""
    server = ValkeyServer(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server.address
    server.stop()
