"""Two people who want to meet are told of each other by pseudonyms that fit, as long as both want it and neither has said no."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from platinum import Engine
from platinum.ports import LEARNING
from platinum.wiring.firm_report import found_in
from tests.builders.deployments import read_all
from tests.stories.twin import derivation, twin

POLICY = b"""
policy: club
currency: EUR
timezone: UTC
human: {phone: "1"}
channels: {web: inbound}
interests: [chess, cooking]
actions:
  meet: {type: help, channels: [web], effort: -1, introduces: yes, words: "Somebody shares an interest of yours."}
"""
ADA, BOB = "ada", "bob"
LATER = "2026-03-10T09:00:00Z"


def event(who: str, name: str, at: str, **properties: Any) -> dict[str, Any]:
    """One track call."""
    return {"type": "track", "event": name, "messageId": f"{who} {name} {at}", "userId": who, "timestamp": at, "properties": properties}


def told_by_others(first: str, wanting: bool = True) -> list[dict[str, Any]]:
    """Sixty others, one an hour, who like to cook: enough news for a snapshot on the days that follow."""
    begin = datetime.fromisoformat(first)
    times = [(begin + timedelta(hours=i)).isoformat().replace("+00:00", "Z") for i in range(60)]
    return [event(f"c-{i}", "Interest Stated", at, interest="cooking", introductions=wanting) for i, at in enumerate(times)]


@pytest.fixture
def club() -> Iterator[Engine]:
    with Engine.open(POLICY, partitions=2) as engine:
        for who in (ADA, BOB):
            engine.process([event(who, "Interest Stated", "2026-03-01T08:00:00Z", interest="chess", introductions=True)])
        engine.process(told_by_others("2026-03-02T00:00:00Z"))
        engine.process([event("c-0", "Interest Stated", "2026-03-06T00:00:00Z", interest="cooking", introductions=True)])
        assert not engine.rejected
        yield engine


def learn_on(engine: Engine) -> None:
    """Let days go by on which the learner hears enough for another snapshot."""
    engine.process(told_by_others("2026-03-11T00:00:00Z", wanting=False))
    engine.process([event("c-0", "Interest Stated", "2026-03-15T00:00:00Z", interest="cooking")])


def asked(engine: Engine, who: str, at: str = LATER) -> dict[str, Any]:
    """What the page is told about somebody, on a copy: nobody is asked twice."""
    other = twin(engine)
    try:
        return other.decide(who, "web", now=at)
    finally:
        other.close()


def answer(engine: Engine, who: str, accepted: bool, at: str = LATER) -> None:
    """Whoever is proposed somebody answers."""
    decision = engine.decide(who, "web", now=at)
    whom = decision["introduction"]
    said = {"decision_id": decision["decision_id"], "accepted": accepted, "interest": whom["interest"], "to": whom["to"]}
    engine.process([event(who, "Introduction Answered", at, **said)])
    assert not engine.rejected


def test_each_is_proposed_to_the_other_and_explained_and_their_key_stands_nowhere(club: Engine) -> None:
    ada, bob = asked(club, ADA), asked(club, BOB)

    assert ada["introduction"] == {"interest": "chess", "from": bob["introduction"]["to"], "to": bob["introduction"]["from"]}
    assert ada["introduction"]["from"] != ada["introduction"]["to"]
    assert BOB not in orjson.dumps(ada).decode()
    decision = club.decide(ADA, "web", now=LATER)
    assert derivation(club, decision)["bonds"]["introduction"] == ada["introduction"]
    assert "both_want_to_meet" in [reason["code"] for reason in decision["reasons"]]
    facts = [record.value for records in club._run(read_all(club._deployment.log, LEARNING)) for record in records]
    assert facts
    assert not any(key in fact for fact in facts for key in (b"ada", b"bob", b"c-1"))


def test_who_objects_is_asked_no_more_at_once_and_proposed_no_more_with_the_next_snapshot(club: Engine) -> None:
    club.process([event(ADA, "Objection Made", "2026-03-10T08:00:00Z", purpose="profiling")])
    assert "introduction" not in asked(club, ADA)

    learn_on(club)

    assert "introduction" not in asked(club, BOB, "2026-03-16T09:00:00Z")


def test_a_no_holds_at_once_for_who_said_it_and_with_the_next_snapshot_for_both(club: Engine) -> None:
    answer(club, ADA, accepted=False)
    assert asked(club, ADA, "2026-03-10T10:00:00Z")["action"] is None

    learn_on(club)

    assert asked(club, BOB, "2026-03-16T09:00:00Z")["action"] is None


def test_both_yes_are_one_accepted_introduction_in_the_report_and_nobody_is_asked_again(club: Engine) -> None:
    answer(club, ADA, accepted=True)
    answer(club, BOB, accepted=True, at="2026-03-12T09:00:00Z")

    found = club.within(lambda parts: found_in(parts, club.clock_ms, lambda _: None))

    measures = {one["name"]: one for one in found["measures"]}
    assert (measures["introductions"]["value"], measures["introductions"]["n"]) == (1.0, 1)
    assert measures["introduction_replies"]["value"] == 1.0
    assert asked(club, ADA, "2026-03-13T09:00:00Z")["action"] is None
    assert asked(club, BOB, "2026-03-13T09:00:00Z")["action"] is None
