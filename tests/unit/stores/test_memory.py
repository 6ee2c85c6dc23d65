"""The memory store does not grow with time."""

from __future__ import annotations

from platinum.stores.memory import MemoryStore
from tests.builders.loops import in_loop
from tests.builders.stores import CK, a_write


@in_loop
async def test_timers_that_move_at_every_event_leave_nothing_behind() -> None:
    store = MemoryStore()
    await store.create({3: CK(0)})

    for i in range(5000):
        await store.compare_and_set([a_write(expected=i, new=i + 1, timers={b"c-%d" % (i % 10): 1_000_000 + i})])

    assert len(store._timers[3]._heap) < 200
    assert [due_ms for _, due_ms in await store.due(3, 1 << 50, 100)] == [1_004_990 + i for i in range(10)]
