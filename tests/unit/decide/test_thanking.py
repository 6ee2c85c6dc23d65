"""Who is thanked when: people who are held out for a month, a share of each day, a delay; and never what is owed or asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

import platinum
from platinum.hashing import hash64
from platinum.policy import tables as t
from platinum.profile.table import RowTable, persons_of
from platinum.vocabulary.codes import ActionType, Gate, Kind, Lane, Purpose
from tests.builders.desk import DAY, HOUR, NOW, Desk, a_row, a_trigger, said
from tests.builders.tables import a_channel, an_action, records, some_tables

PEOPLE = range(1, 2001)


def desk_of(*more: dict[str, Any], **settings: Any) -> Desk:
    """A shop by e-mail that thanks and offers, and does ``more``."""
    return Desk(
        some_tables(
            channels=records(t.CHANNEL, a_channel("email")),
            actions=records(t.ACTION, an_action("thanks", ActionType.THANK_YOU), an_action("offer", value=40.0), *more),
            caps=records(t.CAP),
            placements=records(t.PLACEMENT),
            settings=settings,
        )
    )


def grateful(**more: Any) -> Any:
    return a_row(
        orders=1, consents=[said(), said(Purpose.RELATIONSHIP)], earned=50.0, gratitude_as_of_ms=NOW, last_explored_ms=2**60, **more
    )


def decided(desk: Desk, people: Iterable[int], **trigger: Any) -> list[tuple[int, int]]:
    """(lane, marked) of each person's decision."""
    found = []
    for person in people:
        out = desk.decide(grateful(), a_trigger(person=hash64(b"c-%d" % person), **trigger))
        found.append((int(out["lane"]), int(out["held_out"])))
    return found


def test_one_in_twenty_is_not_thanked_for_a_month_and_the_decision_says_so() -> None:
    desk, later = desk_of(thank_holdout=0.05), desk_of(thank_holdout=0.05, policy=7)
    now, next_month = decided(desk, PEOPLE), decided(desk, PEOPLE, now_ms=NOW + 31 * DAY)

    assert set(now) == {(Lane.THANK, 0), (Lane.GROWTH, 1)}
    assert 70 <= sum(marked for _, marked in now) <= 130
    assert decided(desk, PEOPLE, now_ms=NOW + HOUR) == now
    assert decided(later, PEOPLE) == now  # a change of the policy moves nobody to the other side
    assert 1 <= sum(a == b == (Lane.GROWTH, 1) for a, b in zip(now, next_month, strict=True)) <= 20  # drawn anew, by itself
    assert {marked for _, marked in decided(desk_of(), PEOPLE)} == {0}


def test_in_need_of_care_nobody_is_held_out() -> None:
    in_care = grateful(care=1, care_at_s=1, care_until_ms=0)
    desk = desk_of(an_action("call us", ActionType.HELP), thank_holdout=1.0)

    assert int(desk.decide(in_care, a_trigger())["held_out"]) == 0
    assert int(desk.decide(in_care, a_trigger())["lane"]) == Lane.THANK
    assert int(desk.decide(grateful(), a_trigger())["held_out"]) == 1


def test_it_is_noted_where_they_would_have_been_thanked_and_nowhere_else() -> None:
    desk = desk_of(an_action("sorry", ActionType.APOLOGY, pays=0), an_action("yes", ActionType.ANSWER), thank_holdout=1.0)

    out = desk.decide(grateful(), a_trigger(kind=Kind.REQUEST_MADE))
    assert (int(out["lane"]), int(out["held_out"])) == (Lane.OWED, 0)
    asked = desk_of(an_action("yes", ActionType.ANSWER), thank_holdout=1.0).decide(grateful(), a_trigger(kind=Kind.REQUEST_MADE))
    assert (int(asked["lane"]), int(asked["held_out"])) == (Lane.ASKED, 0)
    # Thanks are not due, or are resting: nobody is held out of anything.
    plain = desk_of(thank_holdout=1.0)
    assert plain.decide(a_row(orders=1, consents=[said()], last_explored_ms=2**60), a_trigger())["held_out"] == 0
    assert plain.decide(grateful(last_thanked_ms=NOW - DAY), a_trigger())["held_out"] == 0


def test_a_question_takes_the_place_of_thanks_that_are_held_out() -> None:
    desk = desk_of(an_action("how", ActionType.LISTEN, priority=-1.0), thank_holdout=1.0)

    out = desk.decide(grateful(), a_trigger())

    assert (int(out["lane"]), int(out["action"]), int(out["held_out"])) == (Lane.THANK, 2, 1)


def test_a_share_of_people_is_thanked_on_one_day_and_the_others_wait_for_theirs() -> None:
    desk = desk_of(thank_daily=0.3)
    days = [[lane == Lane.THANK for lane, _ in decided(desk, PEOPLE, now_ms=NOW + day * DAY)] for day in range(20)]

    assert all(0.25 < np.mean(day) < 0.35 for day in days)
    assert np.mean(np.any(days, axis=0)) > 0.99  # nobody waits for ever
    waiting = next(person for person, lane in zip(PEOPLE, days[0], strict=True) if not lane)
    desk.decide(grateful(), a_trigger(person=hash64(b"c-%d" % waiting)))
    gate, until_ms = int(desk.scratch.gate[0]), int(desk.scratch.until_ms[0])
    assert gate == Gate.ELIGIBILITY
    assert until_ms % DAY in (0, 23 * HOUR)  # midnight in London
    assert 0 < until_ms - NOW <= DAY


def test_thanks_come_at_an_hour_of_their_own_within_the_delay() -> None:
    desk = desk_of(thank_delay_ms=2 * DAY)
    thanked = [sum(lane == Lane.THANK for lane, _ in decided(desk, PEOPLE, now_ms=NOW + hours * HOUR)) for hours in (0, 12, 24, 36, 48)]

    assert thanked[0] < 5
    assert thanked[-1] == len(PEOPLE)
    assert np.allclose(np.diff(thanked), len(PEOPLE) / 4, atol=80)


def test_a_row_knows_whose_it_is_however_it_came_into_memory() -> None:
    table, keys = RowTable(1 << 20), [b"ann", b"bob-with-a-longer-key", "Ünï".encode()]
    table.slots_for(keys)

    assert persons_of(keys).tolist() == [hash64(key) for key in keys]
    assert table.rows["person"][table.slots_of(keys)].tolist() == [hash64(key) for key in keys]
    assert persons_of([]).tolist() == []


POLICY = b"""
policy: shop
currency: EUR
timezone: Europe/Berlin
human: {phone: "1"}
channels: {email: outbound, web: inbound}
decide_on: [referral_made]
thank: {threshold: 1, holdout: 0.3}
actions:
  thanks: {type: thank_you, channels: [email, web], words: "Thank you for your order of {last_order_date}."}
"""


@pytest.fixture(scope="module")
def shop() -> Any:
    """An engine that forgets rows, 300 people who ordered and referred somebody, and what was decided for them."""
    with platinum.Engine.open(POLICY) as engine:
        ordered = [event(i, "Order Completed", order_id=f"o-{i}", total=20.0) for i in range(300)]
        engine.process(ordered)
        yield engine, engine.process([event(i, "Referral Made", minute=5) for i in range(300)])


def event(i: int, name: str, minute: int = 0, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": name, "userId": f"c-{i}", "timestamp": f"2026-03-10T10:{minute:02}:00Z", "properties": properties}


def test_the_stream_and_whoever_asks_agree_about_who_is_held_out(shop: Any) -> None:
    engine, by_stream = shop
    held = {one["customer_id"] for one in by_stream if {"code": "thanks_held_out", "value": None} in one["reasons"]}

    assert {one["type"] for one in by_stream} == {"thank_you", "silence"}
    assert 60 <= len(held) <= 120
    assert held == {one["customer_id"] for one in by_stream if one["type"] == "silence"}
    for i in range(300, 330):  # nobody has decided for them yet
        engine.process([event(i, "Order Completed", 10, order_id=f"o-{i}", total=20.0), event(i, "Review Written", 11)])
        asked = engine.decide(f"c-{i}", "web", now="2026-03-10T10:12:00Z")
        marked = {"code": "thanks_held_out", "value": None} in asked["reasons"]
        (streamed,) = engine.process([event(i, "Referral Made", 13)])
        assert marked == ({"code": "thanks_held_out", "value": None} in streamed["reasons"])
        assert asked["type"] == ("silence" if marked else "thank_you")


def test_a_thank_you_says_which_facts_it_cites_and_explain_makes_it_again(shop: Any) -> None:
    _, by_stream = shop
    thanked = [one for one in by_stream if one["type"] == "thank_you"]

    assert all(one["content"]["cites"] == ["last_order_date"] and "10 March 2026" in one["content"]["blocks"][0]["text"] for one in thanked)
