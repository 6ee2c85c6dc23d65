"""Workers that share a log do not begin again from its start when the store is empty."""

from __future__ import annotations

import pytest

from platinum.errors import Inconsistent
from platinum.logs.memory import MemoryLog
from platinum.ports import DECISIONS, Record
from platinum.stores.memory import MemoryStore
from platinum.stream.create import ensure_checkpoints, refuse_lost_store
from tests.builders.loops import in_loop


@in_loop
async def test_an_empty_store_beside_published_decisions_is_refused() -> None:
    log, store = MemoryLog(4), MemoryStore()
    await refuse_lost_store(log, store, 16)  # new: nothing was published

    await log.append(DECISIONS, [Record(b"c-1", b"{}", 1, (), 3)])

    with pytest.raises(Inconsistent, match="backup"):
        await refuse_lost_store(log, store, 16)


@in_loop
async def test_a_store_that_holds_checkpoints_is_not_looked_at_further() -> None:
    log, store = MemoryLog(4), MemoryStore()
    await ensure_checkpoints(log, store, 16, 1)
    await log.append(DECISIONS, [Record(b"c-1", b"{}", 1, (), 3)])

    await refuse_lost_store(log, store, 16)
