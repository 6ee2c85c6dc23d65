"""What people run into: processes that cost effort, parcels that are late, and who meets which."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

import numpy as np

from platinum.ops.society import BAD, DESKS, GOOD, MODEL, Society
from tests.builders.societies import Event, left_alone, live, nothing

POINTS = {"Contact Transferred": 2.0, "Asked Again": 2.0, "Request Refused": 2.0, "Self Service Failed": 1.5, "Form Error": 0.5}


@lru_cache
def _lived(confounded: bool) -> tuple[Society, list[Event]]:
    return live(nothing, 60, 1_000, confounded=confounded)


def _points_per_contact(events: list[Event]) -> dict[str, float]:
    contacts: dict[str, int] = defaultdict(int)
    points: dict[str, float] = defaultdict(float)
    for event in events:
        process = event.get("properties", {}).get("process", "")
        name = event.get("event", "")
        contacts[process] += name in ("Contact Started", "Request Made")
        points[process] += POINTS.get(name, 0.0) + (event["properties"]["minutes"] / 5.0 if name == "Waited" else 0.0)
    return {desk.name: points[desk.name] / contacts[desk.name] for desk in DESKS}


def _patience_by_process(world: Society, events: list[Event]) -> dict[str, float]:
    patience = defaultdict(list)
    for event in events:
        if event.get("event") in ("Contact Started", "Request Made"):
            patience[event["properties"]["process"]].append(world.truth(event["userId"])["patience"])
    return {process: float(np.mean(values)) for process, values in patience.items()}


def _hours(written: str, other: str) -> float:
    return (datetime.fromisoformat(other) - datetime.fromisoformat(written)).total_seconds() / 3600


def _delivery_hours(events: list[Event], first_day: str, last_day: str) -> float:
    ordered = {e["properties"]["order_id"]: e["timestamp"] for e in events if e.get("event") == "Order Completed"}
    arrived = {e["properties"]["order_id"]: e["timestamp"] for e in events if e.get("event") == "Order Delivered"}
    took = [_hours(ordered[o], at) for o, at in arrived.items() if first_day <= ordered[o][:10] <= last_day]
    return float(np.median(took))


def test_three_processes_are_bad_two_are_good_and_five_are_neutral() -> None:
    points = _points_per_contact(_lived(False)[1])
    neutral = [points[desk.name] for desk in DESKS if desk.name not in BAD + GOOD]

    assert (len(BAD), len(GOOD), len(neutral)) == (3, 2, 5)
    assert min(points[name] for name in BAD) > 1.2 * max(neutral)
    assert max(points[name] for name in GOOD) < 0.8 * min(neutral)


def test_confounded_impatient_people_meet_other_processes_than_patient_ones() -> None:
    mixed = _patience_by_process(*_lived(True))
    alike = _patience_by_process(*_lived(False))

    assert mixed["mail-desk"] < mixed["account-page"] - 0.2
    assert mixed["chat-desk"] < mixed["phone-menu"] - 0.1
    assert max(alike.values()) - min(alike.values()) < 0.12


def test_confounded_the_means_per_process_mislead() -> None:
    means, true = (_points_per_contact(_lived(yes)[1]) for yes in (True, False))

    assert means["phone-menu"] < 0.8 * means["returns-form"]  # both are as bad
    assert true["phone-menu"] > 0.85 * true["returns-form"]
    assert means["account-page"] < 0.8 * means["mail-desk"]  # both are neutral
    assert true["account-page"] > 0.85 * true["mail-desk"]


def test_some_parcels_are_late_and_the_till_said_when_they_were_due() -> None:
    _, events = left_alone()
    due = {e["properties"]["order_id"]: e["properties"]["expected_delivery"] for e in events if e.get("event") == "Order Completed"}
    late = [e["timestamp"] > due[e["properties"]["order_id"]] for e in events if e.get("event") == "Order Delivered"]

    assert 0.05 < np.mean(late) < 0.3


def test_with_drift_everything_takes_longer_as_time_goes_by() -> None:
    _, steady = live(nothing, 40, 600)
    _, drifting = live(nothing, 40, 600, replace(MODEL, drift_per_30d=0.6))

    early, late = ("2026-03-01", "2026-03-06"), ("2026-03-26", "2026-03-31")

    assert abs(_delivery_hours(steady, *late) / _delivery_hours(steady, *early) - 1.0) < 0.15
    assert _delivery_hours(drifting, *late) > 1.3 * _delivery_hours(drifting, *early)


def test_late_parcels_bring_contacts_about_them() -> None:
    _, events = left_alone()
    waiting = {e["userId"] for e in events if e.get("properties", {}).get("intent") == "where_is_parcel"}
    due = {e["properties"]["order_id"]: e["properties"]["expected_delivery"] for e in events if e.get("event") == "Order Completed"}
    arrived = {e["properties"]["order_id"]: e["timestamp"] for e in events if e.get("event") == "Order Delivered"}
    late = {
        e["userId"]
        for e in events
        if e.get("event") == "Order Completed" and arrived.get(e["properties"]["order_id"], "9") > due[e["properties"]["order_id"]]
    }

    assert waiting
    assert waiting <= late
