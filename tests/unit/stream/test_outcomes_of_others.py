"""What came of a decision counts for whom was decided for, whoever brings it; what comes too late is counted and teaches nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from platinum.engine import Engine
from platinum.ports import DEAD_LETTERS, LEARNING
from platinum.vocabulary.codes import Closed
from tests.builders.corner_shop import DAY_MS, START_MS, at, shop_policy
from tests.builders.deployments import read_all

MINUTE_MS = int(timedelta(minutes=1).total_seconds() * 1000)


def _accepted(decision: dict[str, Any], who: str, at_ms: int, **more: Any) -> dict[str, Any]:
    properties = {"decision_id": decision["decision_id"], **more}
    return {"type": "track", "event": "Decision Accepted", "userId": who, "timestamp": at(at_ms), "properties": properties}


def _facts(engine: Engine) -> list[dict[str, Any]]:
    records = engine._run(read_all(engine._deployment.log, LEARNING))
    return [orjson.loads(record.value) for some in records for record in some]


def _counts(engine: Engine) -> tuple[int, int, int]:
    """Examples that were answered, those that are still open, answers that came late."""
    found = [partition.counts.examples for partition in engine._partitions]
    opened, ended = sum(one.opened for one in found), [sum(of) for of in zip(*(one.ended for one in found), strict=True)]
    return ended[Closed.ANSWERED], opened - sum(ended[1:]), sum(one.late for one in found)


@pytest.mark.parametrize("bearer", ["bob", "eve", "zoe", "ida"])
def test_a_bearer_s_acceptance_counts_for_whom_it_was_offered_to(bearer: str) -> None:
    with Engine.open(shop_policy(), partitions=4, buckets=16) as engine:
        offer = engine.decide("ada", "home", now=at(START_MS))
        engine.process([_accepted(offer, bearer, START_MS + MINUTE_MS)])
        assert _counts(engine) == (0, 1, 0), "nobody knows whose it was"

        accepted = _accepted(offer, bearer, START_MS + 2 * MINUTE_MS, customer_id="ada")
        engine.process([accepted, accepted])

        assert _counts(engine) == (1, 0, 0)
        assert engine.count(DEAD_LETTERS) == 0
        assert [(fact["action"], fact["accepted"]) for fact in _facts(engine) if fact["fact"] == "example"] == [(offer["action"], True)]


def test_who_says_it_of_themselves_is_taken_at_their_word() -> None:
    with Engine.open(shop_policy(), partitions=4, buckets=16) as engine:
        offer = engine.decide("ada", "home", now=at(START_MS))
        engine.process([_accepted(offer, "ada", START_MS + MINUTE_MS, customer_id="ada")])

        assert _counts(engine) == (1, 0, 0)


@pytest.mark.parametrize(("named", "reason"), [("ada@example.com", "personal_key"), ("account:acme", "schema"), ("a\x7fb", "schema")])
def test_a_customer_who_cannot_be_one_is_refused_by_name(named: str, reason: str) -> None:
    with Engine.open(shop_policy(), partitions=4, buckets=16) as engine:
        offer = engine.decide("ada", "home", now=at(START_MS))
        engine.process([_accepted(offer, "bob", START_MS + MINUTE_MS, customer_id=named)])

        ((_, verdict),) = engine.rejected
        assert (verdict.reason, verdict.field) == (reason, "properties.customer_id")


def test_an_answer_behind_the_window_is_counted_and_teaches_nothing() -> None:
    with Engine.open(shop_policy(), partitions=1, buckets=1) as engine:
        offer = engine.decide("ada", "home", now=at(START_MS))
        engine.process([_accepted(offer, "ada", START_MS + 2 * DAY_MS)])

        assert _counts(engine)[2] == 1
        facts = _facts(engine)
        assert [fact["name"] for fact in facts if fact["fact"] == "late_outcome"] == [offer["action"]]
        assert [fact["accepted"] for fact in facts if fact["fact"] == "example"] in ([], [False])


def _decided(policy: bytes, *events: dict[str, Any]) -> list[str]:
    """Whom the stream decides for at events about an offer that was shown to ada."""
    with Engine.open(policy, partitions=4, buckets=16) as engine:
        offer = engine.decide("ada", "home", now=at(START_MS))
        told = [{**event, "properties": {**event["properties"], "decision_id": offer["decision_id"]}} for event in events]
        return [decision["customer_id"] for decision in engine.process(told)]


def test_whoever_brings_it_is_not_decided_about_for_it() -> None:
    policy = shop_policy(more="decide_on: [decision_accepted]\n")
    own = _accepted({"decision_id": ""}, "ada", START_MS + MINUTE_MS)
    brought = _accepted({"decision_id": ""}, "bob", START_MS + MINUTE_MS, customer_id="ada")

    assert _decided(policy, own) == ["ada"]
    assert _decided(policy, brought) == ["ada"]


def test_nobody_is_decided_about_for_word_about_a_decision_that_was_never_made() -> None:
    brought = _accepted({"decision_id": "never-made"}, "bob", START_MS + MINUTE_MS, customer_id="ada")
    with Engine.open(shop_policy(more="decide_on: [decision_accepted]\n"), partitions=4, buckets=16) as engine:
        engine.decide("ada", "home", now=at(START_MS))
        assert engine.process([brought]) == []


def test_word_about_a_decision_that_was_never_made_does_nothing_to_whom_it_names() -> None:
    with Engine.open(shop_policy(), partitions=4, buckets=16) as engine:
        engine.decide("ada", "home", now=at(START_MS))
        engine.process([_viewed("ada", START_MS)])
        before = _identity(engine)
        said = {"decision_id": "never-made", "customer_id": "ada"}
        spam = {"type": "track", "event": "Contact Marked Spam", "userId": "mallory", "timestamp": at(START_MS + MINUTE_MS)}
        engine.process([spam | {"properties": said}])

        after = engine.profile("ada")
        assert (_identity(engine), b"denied" in orjson.dumps(after)) == (before, False)


def _viewed(who: str, at_ms: int) -> dict[str, Any]:
    return {"type": "track", "event": "Product Viewed", "userId": who, "timestamp": at(at_ms), "properties": {"product_id": "p"}}


def test_one_late_answer_is_counted_once_and_one_that_was_given_in_time_is_not_late() -> None:
    with Engine.open(shop_policy(), partitions=1, buckets=1) as engine:
        first = engine.decide("ada", "home", now=at(START_MS))
        second = engine.decide("bob", "home", now=at(START_MS))
        engine.process([_accepted(second, "bob", START_MS + MINUTE_MS)])
        engine.process([_accepted(first, "ada", START_MS + 2 * DAY_MS + i) for i in range(3)])
        engine.process([_accepted(second, "bob", START_MS + 3 * DAY_MS)])

        assert _counts(engine)[2] == 1


def _identity(engine: Engine) -> Any:
    """What is known of ada's identity."""
    profile = engine.profile("ada")
    assert profile is not None
    return profile["identity"]
