"""Quiet hours in the customer's zone: the channel's and the person's own, across both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.vocabulary.codes import N_GATES, N_LANES, ActionType, Gate, Preference
from tests.builders.desk import DAY, HOUR, Desk, a_row, a_trigger, said, wish
from tests.builders.tables import ZONES, a_channel, an_action, records, some_tables

CASES = 6_000
#: A day before a clock change, spring and autumn of the zones that have them (2024), and a plain day.
EVES = [datetime(2024, month, day, tzinfo=UTC) for month, day in ((3, 30), (10, 26), (3, 9), (11, 2), (4, 6), (10, 5), (6, 15))]
HOURS = ((21 * 60, 8 * 60), (0, 3 * 60), (60, 120), (13 * 60, 15 * 60), (2 * 60 + 30, 2 * 60 + 31), (23 * 60 + 59, 1))


def desk_with(quiet: tuple[int, int], applies: bool = True, life_ms: int = 3 * DAY) -> Desk:
    """One offer by e-mail that lives three days."""
    matrix = np.ones((N_GATES, N_LANES), np.uint8)
    matrix[Gate.QUIET_HOURS] = applies
    return Desk(
        some_tables(
            channels=records(t.CHANNEL, a_channel("email", quiet_from=quiet[0], quiet_to=quiet[1])),
            actions=records(t.ACTION, an_action("offer", ActionType.OFFER, value=50.0, expires_ms=life_ms)),
            caps=records(t.CAP),
            placements=records(t.PLACEMENT),
            matrix=matrix,
        )
    )


def minute_of(at_ms: int, zone: str) -> int:
    local = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute


def inside(minute: int, hours: tuple[int, int]) -> bool:
    first, last = hours
    return first <= minute < last if first < last else minute >= first or minute < last


def first_legal(now: int, zone: str, all_hours: list[tuple[int, int]]) -> int:
    """Minute by minute."""
    at = now
    while any(inside(minute_of(at, zone), hours) for hours in all_hours):
        at += 60_000 - at % 60_000
    return at


def cases(rng: np.random.Generator, n: int) -> Any:
    """(instant, zone, the person's own quiet hours or ())."""
    for _ in range(n):
        now = int(EVES[int(rng.integers(len(EVES)))].timestamp() * 1000) + int(rng.integers(0, 2 * DAY))
        own = HOURS[int(rng.integers(len(HOURS)))] if rng.random() < 0.5 else ()
        yield now, ZONES[int(rng.integers(len(ZONES)))], own


@pytest.mark.parametrize("applies", [True, False])
def test_contacts_leave_at_the_first_instant_outside_all_quiet_hours(applies: bool) -> None:
    wrong = quiet = 0
    for i, hours in enumerate(HOURS):
        desk = desk_with(hours, applies)
        for now, zone, own in cases(np.random.default_rng(i), CASES // len(HOURS)):
            wishes = [wish(Preference.QUIET_HOURS, low=own[0], high=own[1])] if own else []
            row = a_row(orders=1, timezone=name_hash(zone), consents=[said()], preferences=wishes, last_explored_ms=now)
            out = desk.decide(row, a_trigger(now_ms=now))
            want = first_legal(now, zone, [hours, *([own] if own else [])])
            wrong += int(out["send_ms"]) != want or out["action"] != 0
            quiet += want > now

    assert quiet > CASES // 8
    assert wrong == (0 if applies else quiet)


def test_an_unknown_zone_is_read_as_the_policys() -> None:
    desk = desk_with((21 * 60, 8 * 60))
    row = a_row(orders=1, timezone=name_hash("Nowhere/Land"), consents=[said()], last_explored_ms=2**60)

    out = desk.decide(row, a_trigger())  # 22:13 in London

    assert minute_of(int(out["send_ms"]), "Europe/London") == 8 * 60


def test_a_contact_that_cannot_live_until_the_edge_is_blocked_and_says_when() -> None:
    desk = desk_with((21 * 60, 8 * 60), life_ms=HOUR)

    out = desk.decide(a_row(orders=1, consents=[said()]), a_trigger())

    assert out["action"] == -1
    assert out["blocked"][0]["gate"] == Gate.QUIET_HOURS
    assert minute_of(int(out["blocked"][0]["until_ms"]), "Europe/London") == 8 * 60


def test_quiet_hours_that_together_leave_no_gap_block_without_an_instant() -> None:
    desk = desk_with((21 * 60, 8 * 60))
    row = a_row(orders=1, consents=[said()], preferences=[wish(Preference.QUIET_HOURS, low=8 * 60, high=21 * 60)])

    out = desk.decide(row, a_trigger())

    assert out["action"] == -1
    assert (int(out["blocked"][0]["gate"]), int(out["blocked"][0]["until_ms"])) == (Gate.QUIET_HOURS, 0)


def test_who_came_to_us_is_answered_at_any_hour() -> None:
    desk = Desk(some_tables(caps=records(t.CAP), settings={"thank_threshold": 99.0}))
    row = a_row(orders=1, preferences=[wish(Preference.QUIET_HOURS, low=0, high=1439)], last_explored_ms=2**60)

    out = desk.decide(row, a_trigger(placement=0))

    assert out["n_scored"] == 4
    assert out["send_ms"] == out["now_ms"]


@pytest.mark.parametrize("whose", ["the channel's", "the person's"])
@pytest.mark.parametrize("at_ms", [0, 1, HOUR, 12 * HOUR, DAY - 1])
def test_the_whole_day_leaves_no_instant_at_all(whose: str, at_ms: int) -> None:
    whole = (0, 1440)
    desk = desk_with(whole if whose == "the channel's" else (-1, -1))
    wishes = [wish(Preference.QUIET_HOURS, low=whole[0], high=whole[1])] if whose == "the person's" else []
    midnight = int(datetime(2024, 6, 15, tzinfo=UTC).timestamp() * 1000)
    row = a_row(orders=1, timezone=name_hash("UTC"), consents=[said()], preferences=wishes)

    out = desk.decide(row, a_trigger(now_ms=midnight + at_ms))

    assert out["action"] == -1
    assert (int(out["blocked"][0]["gate"]), int(out["blocked"][0]["until_ms"])) == (Gate.QUIET_HOURS, 0)
