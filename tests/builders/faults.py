"""Adapters in memory whose answers fail on demand, for tests of what the stream does then."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from platinum.errors import Unavailable
from platinum.logs.memory import MemoryLog
from platinum.ports import BucketWrite, Record
from platinum.stores.memory import MemoryStore


class FlakyStore(MemoryStore):
    """Writes that are carried out and then answered wrongly: ``lost`` raises ``Unavailable``, ``denied`` says False."""

    def __init__(self) -> None:
        super().__init__()
        self.fail = ""

    async def compare_and_set(self, writes: Sequence[BucketWrite]) -> list[bool]:
        """Write, then answer as told, once."""
        done = await super().compare_and_set(writes)
        fail, self.fail = self.fail, ""
        if fail == "lost":
            raise Unavailable("the answer was lost")
        return [False] * len(done) if fail == "denied" else done

    def roll_back(self, backup: MemoryStore) -> None:
        """Hold again what a copy held."""
        self.__dict__.update(copy.deepcopy(backup).__dict__)


class FlakyLog(MemoryLog):
    """A log whose next append to ``fail_topic`` raises ``Unavailable``, having appended nothing or (``after``) all."""

    fail_topic = ""
    after = False

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        """Append unless told to fail, once."""
        fail = topic == self.fail_topic
        if fail:
            self.fail_topic = ""
        if fail and not self.after:
            raise Unavailable("the log did not answer")
        placed = await super().append(topic, records)
        if fail:
            raise Unavailable("the log's answer was lost")
        return placed
