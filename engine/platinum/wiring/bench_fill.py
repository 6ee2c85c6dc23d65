"""The bench's events into a log, with the times that they say."""

from __future__ import annotations

from platinum.ops.population import bench_events
from platinum.ops.population.measured_events import DECIDING
from platinum.ports import INTERACTIONS, Log, Record
from platinum.wiring.records import record_of

_CHUNK = 10_000
_ASKING = tuple(b'"event":"%b"' % name.encode() for name in DECIDING)


def asks_for_decision(value: bytes) -> bool:
    """Whether one of the bench's events asks for a decision."""
    return any(name in value for name in _ASKING)


async def fill(log: Log, customers: int, events: int, time_ms: int | None = None) -> int:
    """Append ``events`` of them; returns how many ask for a decision. ``time_ms`` None: record times are the events' own."""
    chunk: list[Record] = []
    asked = 0
    for value in bench_events(seed=1, customers=customers, events=events):
        asked += asks_for_decision(value)
        record = record_of(value, 0)
        chunk.append(record if time_ms is None else record._replace(time_ms=time_ms))
        if len(chunk) == _CHUNK:
            await log.append(INTERACTIONS, chunk)
            chunk = []
    await log.append(INTERACTIONS, chunk)
    return asked
