"""How promises end is counted: kept, late, broken; a broken one that is kept after all is late besides."""

from __future__ import annotations

from typing import Any

from platinum import Engine
from tests.unit.stream.test_never_shown import POLICY


def _event(name: str, at: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": name, "userId": "ada", "messageId": name + at, "timestamp": at, "properties": properties}


def _made(number: int) -> dict[str, Any]:
    return _event(
        "Promise Made", f"2026-03-02T10:00:0{number}Z", promise_id=f"p-{number}", due_at="2026-03-03T10:00:00Z", **{"class": "repair"}
    )


def test_kept_late_and_broken_ones_are_counted_where_they_end() -> None:
    with Engine.open(POLICY) as engine:
        engine.process([_made(1), _made(2), _made(3)])
        engine.process([_event("Promise Kept", "2026-03-02T12:00:00Z", promise_id="p-1")])
        engine.advance("2026-03-04T10:00:00Z")
        engine.process([_event("Promise Kept", "2026-03-04T11:00:00Z", promise_id="p-2")])
        counts = [partition.counts.promises for partition in engine._partitions]

    assert [sum(of) for of in zip(*counts, strict=True)] == [1, 1, 2]
