"""Out of hours the way to a person is a call-back, and whoever asks for it is promised it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import platinum
from platinum.errors import PolicyInvalid

POLICY = """
policy: shop
currency: EUR
timezone: Europe/Berlin
human: {phone: "+49 30 1234", hours: "Mon-Fri 09:00-17:00", closed: [2026-04-03, 2026-04-06]CALL_BACK}
channels: {web: inbound, email: outbound}
decide_on: [promise_due, promise_broken]
actions:
  late: {type: amends, pays: [promise_due, promise_broken], channels: [web, email], words: "This is how it stands."}
  shall-we: {type: help, channels: [web], promise: call_back, value: 1, words: "Shall we call you back?"}
"""
THURSDAY_NIGHT = "2026-03-05T02:00:00Z"


def open_shop(tmp_path: Path, call_back: str = "") -> platinum.Engine:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY.replace("CALL_BACK", call_back))
    return platinum.Engine.open(path)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[platinum.Engine]:
    with open_shop(tmp_path) as found:
        yield found


def say(event: str, at: str, **properties: Any) -> dict[str, Any]:
    """One event of the customer."""
    return {"type": "track", "event": event, "userId": "ann", "timestamp": at, "properties": properties}


def ask(at: str = THURSDAY_NIGHT, **more: Any) -> dict[str, Any]:
    return say("Request Made", at, intent="call_back", **more)


def call_back_at(engine: platinum.Engine, at: str) -> Any:
    """What the way to a person offers; asked by somebody else's eyes, so that no promise is made by looking."""
    engine.process([{"type": "page", "userId": "ann", "timestamp": at, "properties": {}}])
    twin = engine.decide(customer_id="ann", placement="web", now=at, candidates=["late"])
    return twin["human_path"]["call_back"]


def owed(engine: platinum.Engine, at: str) -> list[tuple[str, str, str]]:
    profile = engine.profile("ann", now=at)
    assert profile is not None
    return [(one["kind"], one["name"], one["due_at"]) for one in profile["ledger"]["open"]]


@pytest.mark.parametrize(
    ("now", "by"),
    [
        (THURSDAY_NIGHT, "2026-03-06T02:00:00.000Z"),  # a day, with all of Thursday in it
        ("2026-03-06T17:00:00Z", "2026-03-09T16:00:00.000Z"),  # Friday evening: when Monday is over
        ("2026-04-02T16:00:00Z", "2026-04-07T15:00:00.000Z"),  # Maundy Thursday: when the Tuesday after Easter is over
    ],
)
def test_out_of_hours_a_call_back_is_offered_by_when_somebody_can_have_made_it(engine: platinum.Engine, now: str, by: str) -> None:
    assert call_back_at(engine, now) == {"class": "call_back", "promised_by": by, "requested": False}
    assert owed(engine, now) == []


def test_while_somebody_is_there_none_is(engine: platinum.Engine) -> None:
    assert call_back_at(engine, "2026-03-05T10:00:00Z") is None


def test_who_asks_is_promised_it_once_and_not_as_a_request_besides(engine: platinum.Engine) -> None:
    engine.process([ask(), ask("2026-03-05T02:10:00Z")])

    assert owed(engine, "2026-03-05T02:20:00Z") == [("promise", "call_back", "2026-03-06T02:00:00.000Z")]
    told = {"class": "call_back", "promised_by": "2026-03-06T02:00:00.000Z", "requested": True}
    assert call_back_at(engine, "2026-03-05T02:20:00Z") == told
    assert call_back_at(engine, "2026-03-05T10:00:00Z") == told  # it is owed whoever is there


def test_who_has_much_open_is_called_back_once_and_told_so(engine: platinum.Engine) -> None:
    """Twelve promises that are due sooner push it out of the row, and decisions read nothing else."""
    sooner = [
        say("Promise Made", f"2026-03-05T01:{n:02d}:00Z", promise_id=f"p-{n}", due_at=f"2026-03-05T1{n % 8}:00:00Z", **{"class": "by-hand"})
        for n in range(12)
    ]
    engine.process([*sooner, ask(), ask("2026-03-05T02:10:00Z"), ask("2026-03-05T02:15:00Z", request_id="r-2")])

    open_now = owed(engine, "2026-03-05T02:20:00Z")
    assert len(open_now) == 13
    assert ("promise", "call_back", "2026-03-06T02:00:00.000Z") in open_now
    told = {"class": "call_back", "promised_by": "2026-03-06T02:00:00.000Z", "requested": True}
    assert call_back_at(engine, "2026-03-05T02:20:00Z") == told
    assert engine.decide(customer_id="ann", placement="web", now="2026-03-05T02:20:00Z")["action"] != "shall-we"
    engine.advance("2026-03-05T13:30:00Z")  # timers put the ledger in order as well
    assert call_back_at(engine, "2026-03-05T14:00:00Z") == told


@pytest.mark.parametrize(
    "event", [say("Contact Resolved", "2026-03-05T09:00:00Z"), say("Request Answered", "2026-03-05T09:00:00Z", request_id="r-1")]
)
def test_it_is_kept_by_the_call(engine: platinum.Engine, event: dict[str, Any]) -> None:
    engine.process([ask(request_id="r-1"), event])

    profile = engine.profile("ann", now="2026-03-05T10:00:00Z")
    assert profile is not None
    assert (profile["ledger"]["open"], profile["ledger"]["promises_ended"], profile["ledger"]["promises_broken"]) == ([], 1, 0)


def test_one_that_was_not_made_is_broken_and_spoken_of(engine: platinum.Engine) -> None:
    engine.process([ask()])

    said = engine.advance("2026-03-06T02:30:00Z")

    assert [(one["action"], one["lane"]) for one in said] == [("late", "owed"), (None, "silence")]  # what is on its way is not said again
    profile = engine.profile("ann", now="2026-03-06T02:30:00Z")
    assert profile is not None
    assert profile["ledger"]["promises_broken"] == 1


def test_an_action_that_promises_it_is_not_for_who_asks_while_somebody_is_there_nor_for_who_has_one_coming(tmp_path: Path) -> None:
    def decided(now: str, **context: Any) -> tuple[str | None, str | None]:
        with open_shop(tmp_path) as engine:
            one = engine.decide(customer_id="ann", placement="web", now=now, context=context or None)
            return one["action"], one["promise"] and one["promise"]["due_at"]

    assert decided("2026-03-06T17:00:00Z", intent="lamp") == ("shall-we", "2026-03-09T16:00:00.000Z")
    assert decided("2026-03-05T10:00:00Z", intent="lamp") == (None, None)
    assert decided("2026-03-05T10:00:00Z") == ("shall-we", "2026-03-06T10:00:00.000Z")  # nobody was put off
    with open_shop(tmp_path) as engine:
        engine.process([ask()])
        assert engine.decide(customer_id="ann", placement="web", now="2026-03-05T02:20:00Z")["action"] is None


def test_who_declines_it_is_owed_none(engine: platinum.Engine) -> None:
    one = engine.decide(customer_id="ann", placement="web", now=THURSDAY_NIGHT)
    engine.process([say("Decision Shown", "2026-03-05T02:00:01Z", decision_id=one["decision_id"])])
    assert owed(engine, "2026-03-05T02:00:02Z") == [("promise", "call_back", "2026-03-06T02:00:00.000Z")]

    engine.process([say("Decision Declined", "2026-03-05T02:01:00Z", decision_id=one["decision_id"])])

    assert owed(engine, "2026-03-05T02:02:00Z") == []


def test_it_can_be_turned_off(tmp_path: Path) -> None:
    with open_shop(tmp_path, ", call_back: no") as engine:
        engine.process([ask()])
        assert call_back_at(engine, "2026-03-05T02:10:00Z") is None
        assert owed(engine, "2026-03-05T02:10:00Z") == [("request", "answer", "2026-03-06T02:00:00.000Z")]


@pytest.mark.parametrize(("said", "wanted"), [("callback", "call_back"), ("answer", "without 'made_by'"), ("delivery", "with 'within'")])
def test_it_must_be_a_promise_that_who_asks_can_make(tmp_path: Path, said: str, wanted: str) -> None:
    with pytest.raises(PolicyInvalid, match=wanted):
        open_shop(tmp_path, f", call_back: {said}")
