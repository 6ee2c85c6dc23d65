"""The simulated society: the same seed, the same lives, in an order and a form that the engine takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import datetime

import numpy as np
import orjson
import pytest

from platinum.events.decode import Decoding, decode
from platinum.ops.society import MODEL, NULL, TREATMENT, Society
from platinum.vocabulary.table import BY_NAME
from tests.builders.pages import CHECKOUT
from tests.builders.societies import Event, count, left_alone, live, mean, nothing, to_everybody, treated


def _ms(written: str) -> int:
    return round(datetime.fromisoformat(written).timestamp() * 1000)


def _own(events: list[Event]) -> list[bytes]:
    """What people did of their own accord: answers to a decision carry its id."""
    return [orjson.dumps(event) for event in events if "decision_id" not in event.get("properties", {})]


def test_the_same_seed_gives_the_same_lives_and_another_seed_others() -> None:
    one, same, other = (live(to_everybody("offer", range(0, 9, 2)), 8, 200, seed=seed)[1] for seed in (1, 1, 2))

    assert one == same
    visits, others = ({event["timestamp"] for event in told if event["type"] == "page"} for told in (one, other))
    assert len(visits & others) < 3 < len(visits)


def test_in_the_null_world_two_treatments_have_the_same_future() -> None:
    def everything(day: int, events: list[Event], world: Society) -> list[dict[str, object]]:
        kinds = ("offer", "thank_you", "help", "apology", "surprise", "listen", "answer")
        word = {"class": "call_back", "due_at": f"2026-03-{day + 2:02d}T12:00:00Z"}
        known = {
            "promise": word,
            "tone": {"id": "warm", "vector": [0.0, 0.8, -0.5, 0.0, 0.0]},
            "goals": ["garden"] if day % 2 else [],
            "gives": {"cost": 2.0, "cash": day % 3 == 0},
            "asks": "sell" if day % 4 == 1 else None,
            "invites": day % 4 == 2,
            "content": {"blocks": [{"kind": "words", "part": "facts"}, {"kind": "words", "part": "people"}]},
        }
        ids = world.person_ids()
        return [
            treated(customer, kinds[(day + i) % 7], day, **known, introduction={"to": ids[i - day - 1]}) for i, customer in enumerate(ids)
        ]

    left, alone = live(nothing, 20, 200, NULL)
    world, pestered = live(everything, 20, 200, NULL)

    assert _own(pestered) == _own(alone)
    assert count(pestered, "Decision Accepted") > 100
    assert count(pestered, "Promise Kept") > count(alone, "Promise Kept")
    # The same treatments do change the other world, or the line above would mean nothing.
    assert _own(live(everything, 20, 200, MODEL)[1]) != _own(live(nothing, 20, 200, MODEL)[1])
    assert mean(world, "goodwill") == mean(world, "annoyance") == 0.0
    assert mean(world, "goal_progress") == mean(left, "goal_progress") > 0.0
    assert mean(world, "earned") == mean(left, "earned") > 0.0 == mean(left, "given")  # what is given away is gone, even there


def test_decisions_may_come_in_any_order_and_twice() -> None:
    def forwards(day: int, events: list[Event], world: Society) -> list[dict[str, object]]:
        return [treated(c, "offer", day) for c in world.person_ids()]

    def backwards(day: int, events: list[Event], world: Society) -> list[dict[str, object]]:
        return [*reversed(forwards(day, events, world)), *forwards(day, events, world)]

    assert live(forwards, 6, 100)[1] == live(backwards, 6, 100)[1]


def test_events_come_in_time_order_within_their_day_with_one_id_each() -> None:
    world, told = Society(1, 300), []
    for day in range(10):
        events = world.day(day)
        times = [_ms(event["receivedAt"]) for event in events]
        assert times == sorted(times)
        assert {event["receivedAt"][:10] for event in events} == {f"2026-03-{day + 1:02d}"}
        told += events

    assert len({event["messageId"] for event in told}) == len(told) > 5_000


def test_every_event_is_accepted_by_the_decoder_and_names_are_those_of_the_vocabulary() -> None:
    _, told = live(to_everybody("offer", range(0, 40, 6)), 40, 300)
    names = Counter(event.get("event", event["type"]) for event in told)
    records = [(i, None, orjson.dumps(event), _ms(event["receivedAt"]), ()) for i, event in enumerate(told)]

    _, rejections = decode(records, Decoding())

    assert rejections == []
    assert set(names) <= set(BY_NAME)
    # Everything that part of the engine is to learn from happens at all.
    of_service = ("Promise Kept", "Asked Again", "Request Refused", "Case Confirmed", "Vulnerability Stated", "Feedback Reported Back")
    for name in (*of_service, "Message Received", "Goal Stated", "Goal Progressed", "Life Event Reported", "group", "Objection Made"):
        assert names[name] > 0, name


def test_a_person_lives_the_same_in_a_village_and_in_a_town() -> None:
    village, town = live(nothing, 10, 20)[1], live(nothing, 10, 200)[1]
    people = {event["userId"] for event in village}

    assert village == [event for event in town if event["userId"] in people]


def test_a_day_that_is_not_the_next_one_is_refused() -> None:
    world = Society(1, 10)
    world.day(0)

    with pytest.raises(ValueError, match="day must be 1, the next one"):
        world.day(2)


def test_a_decision_about_a_stranger_is_not_heard() -> None:
    world = Society(1, 10)

    events = world.day(0, [treated("nobody", "offer", 0)])

    assert count(events, "Contact Dispatched") == 0


def test_people_differ_in_how_they_take_things_and_in_how_truly_they_speak() -> None:
    world, _ = left_alone()
    truths = [world.truth(customer) for customer in world.person_ids()]

    assert {truth["honesty"] for truth in truths} == {"honest", "overstates", "grumbles"}
    assert 0.15 < np.mean([not truth["means_wish"] for truth in truths]) < 0.35
    assert 0 < sum(truth["vulnerable"] for truth in truths) < 20
    assert np.std([truth["patience"] for truth in truths]) > 0.2
    assert 0 < world.left() < 100


def test_who_overstates_answers_better_at_the_same_effort() -> None:
    world, told = live(nothing, 40, 600)
    scores: dict[str, list[float]] = {"honest": [], "overstates": [], "grumbles": []}
    for event in told:
        if event.get("event") == "Survey Answered":
            scores[world.truth(event["userId"])["honesty"]].append(event["properties"]["score"])

    assert np.mean(scores["overstates"]) > np.mean(scores["honest"]) + 0.7 > np.mean(scores["grumbles"]) + 0.9


def test_effort_is_what_the_events_say() -> None:
    world, told = left_alone()
    points = {
        "Waited": 0.0,
        "Contact Transferred": 2.0,
        "Asked Again": 2.0,
        "Request Refused": 2.0,
        "Self Service Failed": 1.5,
        "Form Error": 0.5,
    }
    least = sum(points.get(event.get("event", ""), 0.0) for event in told)
    least += sum(event["properties"]["minutes"] / 5.0 for event in told if event.get("event") == "Waited")

    repeats = float(world.effort(0, 20).sum()) - least

    assert least > 100.0
    assert 0.0 < repeats < least  # the rest: repeat contacts and channel switches
    assert world.effort(0, 10).sum() + world.effort(10, 20).sum() == pytest.approx(world.effort(0, 20).sum())


def test_every_number_of_the_model_is_on_the_page_as_it_is() -> None:
    page = (CHECKOUT / "docs/explanation/simulated-society.md").read_text("utf-8")

    for field in fields(MODEL):
        mark = "| (T) " if field.name in TREATMENT else "| "
        assert f"| `{field.name}` | {getattr(MODEL, field.name)} {mark}" in page, field.name
    assert page.count("| (T) ") == len(TREATMENT)
