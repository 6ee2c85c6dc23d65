"""The learner is told how many want to be introduced, and nothing by which anybody could be found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

import platinum
from platinum.learn.community import Community
from platinum.ports import LEARNING
from tests.builders.deployments import read_all

POLICY = b"""
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
channels: {web: inbound}
interests: [chess, lamps]
"""
START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def say(who: str, event: str, hours: float, **properties: Any) -> dict[str, Any]:
    """One event."""
    at = (START + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
    return {"type": "track", "event": event, "userId": who, "timestamp": at, "properties": properties}


def told(events: list[dict[str, Any]]) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """(people per interest, facts)."""
    with platinum.Engine.open(POLICY, partitions=2) as engine:
        engine.process(events)
        assert not engine.rejected
        every = engine._run(read_all(engine._deployment.log, LEARNING))
    facts = [orjson.loads(record.value) for records in every for record in records]
    community = Community()
    for fact in facts:
        community.add(fact)
    return community.judged(), facts


def test_only_who_wants_it_counts_and_the_newest_word_does() -> None:
    wants, not_now = {"interest": "chess", "introductions": True}, {"interest": "chess", "introductions": False}
    events = [say(f"c-{i}", "Interest Stated", i, **wants) for i in range(5)]
    events += [say("c-0", "Interest Stated", 10, **wants), say("c-1", "Interest Stated", 11, **not_now)]
    events += [say("c-7", "Interest Stated", 12, interest="chess")]
    events += [say("c-8", "Interest Stated", 13, interest="fishing", introductions=True)]

    people, facts = told(events)

    assert people == {"chess": 4}
    assert len(facts) == 7
    assert not any("c-" in orjson.dumps(fact).decode() for fact in facts)
    assert {key for fact in facts for key, value in fact.items() if value not in (None, 0, 0.0)} == {"fact", "name", "made_ms", "said"}


def test_who_objects_to_being_profiled_counts_no_more_and_what_they_say_afterwards_asks_for_nothing() -> None:
    wants = {"interest": "lamps", "introductions": True}
    events = [say("c-1", "Interest Stated", 0, **wants), say("c-2", "Interest Stated", 0, **wants)]
    events += [say("c-1", "Objection Made", 1, purpose="profiling"), say("c-1", "Interest Stated", 2, **wants)]

    assert told(events)[0] == {"lamps": 1}
