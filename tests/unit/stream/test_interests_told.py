"""The learner is told who wants to be introduced, by pseudonyms by which nobody can be found without the deployment's key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

import platinum
from platinum.hashing import hash64
from platinum.learn.community import Community
from platinum.pipeline.keyed import community_key, keyed
from platinum.policy.compile import compile_policy
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
    assert len(facts) == 8, "c-0 says it again: the learner hears that it still holds"
    assert not any("c-" in orjson.dumps(fact).decode() for fact in facts)
    assert {key for fact in facts for key, value in fact.items() if value not in (None, 0, 0.0)} == {
        *("fact", "name", "made_ms", "said", "who")
    }
    assert not {fact["who"] for fact in facts} & {hash64(f"c-{i}".encode()) % 2**53 for i in range(9)}


def test_of_a_yes_and_a_no_in_the_same_second_the_no_counts() -> None:
    yes, no = {"interest": "chess", "introductions": True}, {"interest": "chess", "introductions": False}
    first, last = say("c-1", "Interest Stated", 0, **yes), say("c-1", "Interest Stated", 0.9 / 3600, **no)

    assert told([first, last])[0] == told([last, first])[0] == {}
    assert told([say("c-1", "Interest Stated", 0, **no), say("c-1", "Interest Stated", 1, **yes)])[0] == {"chess": 1}


def test_who_objects_to_being_profiled_counts_no_more_and_what_they_say_afterwards_asks_for_nothing() -> None:
    wants = {"interest": "lamps", "introductions": True}
    events = [say("c-1", "Interest Stated", 0, **wants), say("c-2", "Interest Stated", 0, **wants)]
    events += [say("c-1", "Objection Made", 1, purpose="profiling"), say("c-1", "Interest Stated", 2, **wants)]

    assert told(events)[0] == {"lamps": 1}


def test_pseudonyms_are_of_one_deployment_only() -> None:
    wants = {"interest": "chess", "introductions": True}
    events = [say(f"c-{i}", "Interest Stated", i, **wants) for i in range(4)]

    first, second = ([fact["who"] for fact in told(events)[1]] for _ in range(2))

    assert len(set(first)) == 4
    assert first == second, "engines in memory have the same secret, so that what is played is the same"
    assert community_key(b"one") != community_key(b"another")
    settings = keyed(compile_policy(POLICY), community_key(b"one")).tables.settings[0]
    assert tuple(settings["community_key"].tolist()) == community_key(b"one")


def test_an_answer_is_told_with_both_pseudonyms_and_only_where_it_says_about_whom() -> None:
    answered = {"decision_id": "d.1.0.1.0", "accepted": False}
    events = [
        say("c-1", "Introduction Answered", 0, **answered, interest="chess", to=77),
        say("c-1", "Introduction Answered", 1, **answered),
    ]

    ((fact),) = told(events)[1]

    assert (fact["fact"], fact["name"], fact["to"], fact["said"]) == ("introduction", "chess", 77, -1.0)
