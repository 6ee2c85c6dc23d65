"""The thank-you lane: nothing sold near a thank-you, a minimum interval, a threshold with jitter."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from platinum.policy import tables as t
from platinum.vocabulary.codes import ActionType, Gate, Lane, Preference, Purpose
from tests.builders.desk import DAY, HOUR, NOW, Desk, a_row, a_trigger, contact, planned, said, wish
from tests.builders.lives import live
from tests.builders.tables import a_channel, an_action, records, some_tables

SELLING = (ActionType.OFFER, ActionType.HELP)


def thanking_desk(**settings: Any) -> Desk:
    """A thank-you, a help and an offer on two outbound channels, one with quiet hours; no caps."""
    return Desk(
        some_tables(
            channels=records(t.CHANNEL, a_channel("email", quiet_from=20 * 60, quiet_to=9 * 60), a_channel("sms")),
            actions=records(
                t.ACTION,
                an_action("thanks", ActionType.THANK_YOU),
                an_action("planner", ActionType.HELP, value=20.0),
                an_action("offer", ActionType.OFFER, value=40.0),
            ),
            caps=records(t.CAP),
            placements=records(t.PLACEMENT),
            settings=settings,
        )
    )


def lives(desk: Desk) -> tuple[int, int, int]:
    """(thank-yous, sales nearer to one than the window allows, pairs of thank-yous nearer than 90 days)."""
    thanked = near = hasty = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        grateful = {"earned": 1e6, "gratitude_as_of_ms": NOW, "last_explored_ms": 2**60}
        row = a_row(orders=1, consents=[said(), said(Purpose.RELATIONSHIP)], **grateful)
        sent = live(desk, row, rng, NOW, 400, 18 * HOUR)
        thanks = [s.at_ms for s in sent if s.kind == ActionType.THANK_YOU]
        sales = [s.at_ms for s in sent if s.kind in SELLING]
        thanked += len(thanks)
        near += sum(-24 * HOUR <= sale - at <= 72 * HOUR for at in thanks for sale in sales)
        hasty += sum(b - a < 90 * DAY for a, b in pairwise(thanks))
    return thanked, near, hasty


def test_nothing_is_sold_from_24_hours_before_to_72_hours_after_a_thank_you() -> None:
    thanked, near, hasty = lives(thanking_desk())

    assert thanked >= 16
    assert (near, hasty) == (0, 0)


@pytest.mark.parametrize(
    ("off", "near_some", "hasty_some"),
    [({"thank_quiet_before_ms": 0, "thank_quiet_after_ms": 0}, True, False), ({"thank_interval_ms": 0}, False, True)],
)
def test_with_its_rule_switched_off_the_same_lives_break_it(off: Mapping[str, int], near_some: bool, hasty_some: bool) -> None:
    _, near, hasty = lives(thanking_desk(**off))

    assert (near > 10, hasty > 10) == (near_some, hasty_some)


@pytest.mark.parametrize(
    ("sold_at", "blocked"),
    [(NOW - 24 * HOUR, True), (NOW - 24 * HOUR - 1, False), (NOW - HOUR, True)],
)
def test_a_thank_you_keeps_24_hours_from_what_was_sold(sold_at: int, blocked: bool) -> None:
    desk = thanking_desk()
    row = a_row(orders=1, earned=50.0, gratitude_as_of_ms=NOW, contacts=[contact(sold_at, channel="sms")])

    out = desk.decide(row, a_trigger())

    assert (out["lane"] != Lane.THANK or out["channel"] != 1) == blocked
    if blocked:
        assert (int(desk.scratch.gate[1]), int(desk.scratch.until_ms[1])) == (Gate.CAP, sold_at + 24 * HOUR + 1)


#: A contact decided now may be sent at any instant of so long.
LIFE = 3 * DAY


@pytest.mark.parametrize(
    ("send_at", "expires_at", "blocked"),
    [
        (NOW + LIFE + 72 * HOUR, NOW + 9 * DAY, True),
        (NOW + LIFE + 72 * HOUR + 1, NOW + 9 * DAY, False),
        (NOW - 9 * DAY, NOW + 1, True),
        (NOW - 9 * DAY, NOW, False),
    ],
)
def test_a_thank_you_keeps_72_hours_from_all_instants_at_which_something_may_be_sold(send_at: int, expires_at: int, blocked: bool) -> None:
    desk = thanking_desk()
    row = a_row(orders=1, earned=50.0, gratitude_as_of_ms=NOW, planned=[planned(send_at, expires_at, channel="sms")])

    desk.decide(row, a_trigger())

    assert (desk.scratch.gate[1] == Gate.CAP) == blocked
    assert not blocked or desk.scratch.until_ms[1] == expires_at + 24 * HOUR + 1


@pytest.mark.parametrize(
    ("send_at", "expires_at", "blocked"),
    [
        (NOW + LIFE + 24 * HOUR, NOW + 9 * DAY, True),
        (NOW + LIFE + 24 * HOUR + 1, NOW + 9 * DAY, False),
        (NOW - 4 * DAY, NOW + 3 * DAY, True),
    ],
)
def test_an_offer_keeps_its_distance_from_all_instants_of_a_card_that_is_planned(send_at: int, expires_at: int, blocked: bool) -> None:
    desk = thanking_desk()
    row = a_row(orders=1, consents=[said()], planned=[planned(send_at, expires_at, ActionType.THANK_YOU, "card")])

    desk.decide(row, a_trigger())

    assert (desk.scratch.gate[5] == Gate.CAP) == blocked
    assert not blocked or desk.scratch.until_ms[5] == expires_at + 72 * HOUR + 1


@pytest.mark.parametrize(("thanked_at", "blocked"), [(NOW - 72 * HOUR, True), (NOW - 72 * HOUR - 1, False)])
def test_an_offer_keeps_its_distance_from_thanks_given(thanked_at: int, blocked: bool) -> None:
    desk = thanking_desk()
    row = a_row(orders=1, consents=[said()], last_thanked_ms=thanked_at)

    desk.decide(row, a_trigger())

    assert (desk.scratch.gate[5] == Gate.CAP) == blocked
    assert not blocked or desk.scratch.until_ms[5] == thanked_at + 72 * HOUR + 1


def test_an_offer_that_is_held_until_morning_is_compared_by_the_morning() -> None:
    desk = thanking_desk()
    held = 1_700_038_800_000  # 09:00 in London; NOW is 22:13 the evening before
    row = a_row(orders=1, consents=[said()], last_thanked_ms=held - 72 * HOUR - 1)

    desk.decide(row, a_trigger())

    assert desk.scratch.channels[0]["send_ms"][1] == held
    assert (desk.scratch.gate[4], desk.scratch.gate[5]) == (-1, Gate.CAP)


def test_thanks_wait_for_gratitude_over_a_threshold_that_jitters_by_person() -> None:
    desk = thanking_desk()
    thanked_from = []
    for born in range(200):
        for owed in np.arange(2.9, 4.7, 0.05):
            row = a_row(orders=1, first_seen_ms=born, earned=owed, gratitude_as_of_ms=NOW)
            if desk.decide(row, a_trigger())["lane"] == Lane.THANK:
                thanked_from.append(float(owed))
                break

    assert len(thanked_from) == 200
    assert 3.0 <= min(thanked_from) < 3.1
    assert 4.4 < max(thanked_from) <= 4.55
    assert len({round(x, 2) for x in thanked_from}) > 20


def test_a_thank_you_says_how_much_was_owed_and_is_not_drawn() -> None:
    out = thanking_desk().decide(a_row(orders=1, earned=50.0, gratitude_as_of_ms=NOW), a_trigger())

    assert out["lane"] == Lane.THANK
    assert out["gratitude"] == 50.0
    assert (out["p_chosen"], out["n_scored"], out["explored"]) == (1.0, 0, 0)


def test_who_wants_no_thanks_gets_none() -> None:
    row = a_row(orders=1, earned=50.0, gratitude_as_of_ms=NOW, preferences=[wish(Preference.TYPE_NO, "thank_you")])

    assert thanking_desk().decide(row, a_trigger())["lane"] != Lane.THANK
