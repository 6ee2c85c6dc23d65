"""What a batch passes on to other partitions reaches its topic together, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from platinum.errors import Unavailable
from platinum.logs.memory import MemoryLog
from platinum.pipeline.outputs import Outputs
from platinum.ports import DECISIONS, INTERACTIONS, Record
from platinum.stream.deployment import Deployment
from platinum.stream.putting import Putting
from tests.builders.deployments import read_all


class FailsFirst(MemoryLog):
    """Refuses the first append to the interactions."""

    failed = False

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        if topic == INTERACTIONS and not self.failed:
            self.failed = True
            raise Unavailable("the log does not answer")
        return await super().append(topic, records)


async def _put_twice(log: MemoryLog, outputs: Outputs) -> tuple[list[bytes], list[bytes]]:
    """What is passed on behind the first try, which fails, and behind the second."""
    putting = Putting(cast("Deployment", SimpleNamespace(log=log, clock_ms=None)))
    with pytest.raises(Unavailable):
        await putting.put(outputs, (0, 3))
    first = await _passed(log)
    await putting.put(outputs, (0, 3))
    return first, await _passed(log)


async def _passed(log: Any) -> list[bytes]:
    return [record.value for some in await read_all(log, INTERACTIONS) for record in some]


def test_where_what_was_passed_on_first_fails_nothing_of_what_follows_is_there_already() -> None:
    """Else whoever takes it, and takes only what lies behind the last mark, would take the next try of the first for a repeat."""
    one, two = (Record(b"ada", value, 1, partition=0) for value in (b"one", b"two"))
    outputs = Outputs([(INTERACTIONS, [one]), (DECISIONS, [Record(b"ada", b"{}", 1, partition=0)]), (INTERACTIONS, [two])])

    first, second = asyncio.run(_put_twice(FailsFirst(1), outputs))

    assert first == []
    assert second == [b"one", b"two"]
