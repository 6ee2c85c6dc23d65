"""The bench's events into a log, with the times that they say."""

from __future__ import annotations

from platinum.ops.population import bench_events
from platinum.ops.population.measured_events import DECIDING
from platinum.ports import INTERACTIONS, Log, Record
from platinum.wiring.records import record_of

_CHUNK = 10_000


async def fill(log: Log, customers: int, events: int) -> int:
    """Append ``events`` of them; returns how many ask for a decision."""
    asking = tuple(b'"event":"%b"' % name.encode() for name in DECIDING)
    chunk: list[Record] = []
    asked = 0
    for value in bench_events(seed=1, customers=customers, events=events):
        asked += any(name in value for name in asking)
        chunk.append(record_of(value, 0))
        if len(chunk) == _CHUNK:
            await log.append(INTERACTIONS, chunk)
            chunk = []
    await log.append(INTERACTIONS, chunk)
    return asked
