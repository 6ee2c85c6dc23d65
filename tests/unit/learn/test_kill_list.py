"""The kill list and the keep list: what is planted is found, what only attracts the impatient is not."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from platinum.learn.kill_list import found_of
from platinum.learn.met import MET, contacts_met
from platinum.ops.society.processes import BAD, DESKS, GOOD
from platinum.vocabulary.codes import Kind
from tests.builders.met import an_encounter, society_found
from tests.builders.rows import NOON, Made, an_event, columns_of
from tests.builders.tables import DAY, HOUR, some_tables

MINUTE = 60_000


def met(*events: Made, persons: list[int] | None = None, actions: dict[int, int] | None = None) -> Any:
    """Contacts of these events, a month later; all of one person unless it is said."""
    later = an_event(Kind.PAGE, NOON + 30 * DAY)
    columns = columns_of([*events, later])[0]
    return contacts_met(np.array([*(persons or [0] * len(events)), 0], np.int64), columns, some_tables(), actions)


def a_call(at_ms: int = NOON, process: int = 5, kind: Kind = Kind.CONTACT_STARTED, **more: Any) -> Made:
    """One event of the journey 7."""
    return an_event(kind, at_ms, **{"name_a": 7, "name_b": process, "channel": "call", **more})


def test_what_a_process_left_open_is_its_own_fault() -> None:
    found = met(
        a_call(),
        a_call(NOON + MINUTE, kind=Kind.CONTACT_TRANSFERRED),
        a_call(NOON + 6 * DAY, 6, channel="web"),
        a_call(NOON + 6 * DAY + 1, 6, Kind.WAITED, low=10.0, channel="web"),
    )

    assert [(int(one["process"]), float(one["points"])) for one in found] == [(5, 2.0 + 3.0 + 2.0), (6, 2.0)]
    assert float(found[1]["index"]) == pytest.approx(1 - np.exp(-2 / 6))


def test_after_seven_days_or_about_something_else_nothing_was_left_open() -> None:
    found = met(a_call(), a_call(NOON + HOUR, name_a=8), a_call(NOON + 7 * DAY))

    assert found["points"].tolist() == [0.0, 0.0, 0.0]


def test_a_call_and_the_request_made_in_it_are_one_contact() -> None:
    assert len(met(a_call(), a_call(NOON + MINUTE, kind=Kind.REQUEST_MADE))) == 1
    assert len(met(a_call(), a_call(NOON + MINUTE))) == 2


def test_a_contact_whose_journey_is_not_over_says_nothing_yet() -> None:
    assert len(met(a_call(NOON + 23 * DAY), a_call(NOON + 23 * DAY + HOUR, name_a=8))) == 1


def test_the_action_that_reached_the_person_before_stands_beside_the_contact() -> None:
    sent = an_event(Kind.CONTACT_DISPATCHED, NOON, ref=9)
    others = an_event(Kind.DECISION_SHOWN, NOON, ref=10)

    found = met(sent, others, a_call(NOON + DAY), a_call(NOON + 9 * DAY), actions={9: 77})

    assert found["action"].tolist() == [77, 0]


def confounded(rng: random.Random, people: int = 1500) -> Any:
    """Process 1 is 1.7 times as hard as 2, 3 and 4, and used by the patient; 2 attracts the impatient."""
    rows = []
    for person in range(people):
        strain = rng.choice([0.4, 1.8])
        weights = [1, 6, 2, 2] if strain > 1 else [6, 1, 2, 2]
        rows += [
            an_encounter(person, process, 3.0 * strain * (1.7 if process == 1 else 1.0) * rng.uniform(0.2, 1.8))
            for process in rng.choices([1, 2, 3, 4], weights, k=4)
        ]
    return np.array(rows, MET)


def test_a_hard_process_of_patient_people_is_found_although_its_mean_is_the_lower() -> None:
    found = {one.name: one for one in found_of(confounded(random.Random(5)))}

    assert found[1].mean_points < found[2].mean_points
    assert found[1].verdict == "kill"
    assert found[1].low < 1.7 < found[1].high
    assert [found[k].verdict for k in (2, 3, 4)] == ["", "", ""]
    assert found[1].added_index > 10 * max(abs(found[k].added_index) for k in (2, 3, 4)) / 3


def test_processes_that_are_alike_are_listed_in_no_more_worlds_than_chance_allows() -> None:
    rng, listed = random.Random(8), 0
    for _ in range(60):
        encounters = [
            an_encounter(person, process, 4.0 * strain * rng.uniform(0.0, 2.0))
            for person in range(150)
            for strain in [rng.uniform(0.4, 1.6)]
            for process in rng.sample(range(1, 6), 3)
        ]
        listed += any(one.verdict for one in found_of(np.array(encounters, MET)))

    assert listed <= 1


def test_who_met_one_process_only_and_what_nobody_else_met_says_nothing() -> None:
    alone = [an_encounter(person, 1, 9.0) for person in range(100)]
    rare = [an_encounter(200, 2, 9.0), an_encounter(200, 3, 1.0)]

    assert found_of(np.array(alone, MET)) == []
    assert found_of(np.array(alone + rare, MET)) == []
    assert found_of(np.zeros(0, MET)) == []


def test_planted_processes_are_found_in_a_society_where_means_mislead() -> None:
    found = society_found(seed=2, customers=1200, days=60, confounded=True)

    assert {name for name, one in found.items() if one.verdict == "kill"} == set(BAD)
    assert {name for name, one in found.items() if one.verdict == "keep"} == set(GOOD)
    means = sorted(found, key=lambda name: -found[name].mean_points)
    assert set(means[:3]) != set(BAD)
    assert len(found) == len(DESKS)
