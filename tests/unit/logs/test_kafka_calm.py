"""Brokers that are away are not looked for without a pause."""

from __future__ import annotations

import pytest

from platinum.logs.kafka_calm import calm
from tests.builders.loops import in_loop


class Client:
    def __init__(self, *found: bool) -> None:
        self._found = list(found)

    async def _metadata_update(self, cluster_metadata: object, topics: object) -> bool:
        return self._found.pop(0)


@in_loop
async def test_each_look_that_finds_nobody_takes_longer_until_one_finds_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("platinum.logs.kafka_calm.asyncio.sleep", sleep)
    client = Client(False, False, False, False, False, False, True, False)
    calm(client)

    found = [await client._metadata_update(None, None) for _ in range(8)]

    assert found == [False] * 6 + [True, False]
    assert slept == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 0.05]
