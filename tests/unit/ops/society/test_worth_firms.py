"""The firms without Platinum obey the law: nobody is compared with a law-breaker."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.worth_arms import Left, handed_on
from tests.builders.worth_firms import MarginFirst, Permissions, SameForAll

GRANTED = ("Consent Changed", {"purpose": "promotion", "state": "granted"})
DENIED = ("Consent Changed", {"purpose": "promotion", "state": "denied"})
ORDERED = ("Order Completed", {"order_id": "o-1"})
OBJECTED = ("Objection Made", {"purpose": "all"})
NO_MAIL = ("Preference Stated", {"preference": "channel_no", "value": "email"})
NO_OFFERS = ("Preference Stated", {"preference": "type_no", "value": "offer"})
LEFT_ALONE = ("Unsubscribed", {"channel": "email"})
Said = tuple[str, dict[str, Any]]


def an_event(said: Said) -> dict[str, Any]:
    return {"type": "track", "event": said[0], "messageId": said[0], "userId": "c-1", "properties": said[1]}


@pytest.mark.parametrize(
    ("said", "offers", "thanks"),
    [
        ([], False, False),
        ([GRANTED], True, True),
        ([ORDERED], True, True),
        ([ORDERED, DENIED], False, False),
        ([GRANTED, LEFT_ALONE], False, False),
        ([GRANTED, OBJECTED], False, False),
        ([GRANTED, NO_MAIL], False, False),
        ([GRANTED, NO_OFFERS], False, True),
    ],
)
@pytest.mark.parametrize("firm", [SameForAll, MarginFirst])
def test_nobody_is_written_to_whom_the_law_protects(firm: type, said: list[Said], offers: bool, thanks: bool) -> None:
    permissions = Permissions()
    for one in said:
        permissions.fold(an_event(one))
    arm = firm(["c-1"], 1)

    written = [one["type"] for day in range(6) for one in arm.treat(day, [an_event(s) for s in said] if not day else [], Left(1, 1.0))]

    assert permissions.may_promote("c-1", offer=True) == offers
    assert permissions.may_promote("c-1", offer=False) == thanks
    assert ("offer" in written) == offers
    assert bool(written) == (thanks if firm is SameForAll else offers)


def test_complaints_are_answered_unless_the_person_wants_to_hear_nothing() -> None:
    complaint = an_event(("Complaint Made", {"fault": "ours"}))

    heard = [SameForAll(["c-1"], 1).treat(0, events, Left(1, 1.0)) for events in ([complaint], [an_event(OBJECTED), complaint])]

    assert [[one["type"] for one in of_one] for of_one in heard] == [["apology"], []]


@pytest.mark.parametrize("firm", [SameForAll, MarginFirst])
def test_nothing_is_sent_beyond_what_is_left_and_nothing_taken_off_without_money(firm: type) -> None:
    people = [f"c-{n}" for n in range(10)]
    granted = [an_event(GRANTED) | {"userId": one} for one in people]
    arm = firm(people, 1)

    days = [
        arm.treat(day, granted if not day else [], Left(contacts, money))
        for day, (contacts, money) in enumerate([(0, 1), (3, 1), (10, 0), (10, 0)])
    ]

    assert [len(sent) for sent in days[:2]] == [0, 3]
    offers = [one["offer"] for sent in days[2:] for one in sent if one["type"] == "offer"]
    assert offers
    assert not any("discount" in offer for offer in offers)


def test_margin_comes_first_and_the_same_offer_not_again_for_three_weeks() -> None:
    arm = MarginFirst(["c-1"], 1)

    sent = [one["action"] for day in range(23) for one in arm.treat(day, [an_event(GRANTED)] if not day else [], Left(1, 1.0))]

    assert sent[:5] == ["garden-offer", "kitchen-offer", "toy-offer", "candle-offer", "stationery-offer"]
    assert sent[5:] == ["garden-offer", "kitchen-offer"]


def test_what_happened_is_handed_on_later_in_the_same_order_on_its_own_day() -> None:
    times = ["00:00:00.001Z", "08:00:00.000Z", "08:00:00.001Z", "20:00:00.001Z", "23:59:59.900Z"]
    events = [{"receivedAt": f"2026-03-01T{time}", "timestamp": "t"} for time in times]

    received = [event["receivedAt"][11:] for event in handed_on(events, ("08:00:00.000Z", "20:00:00.000Z", "23:59:59.000Z"))]

    assert received == ["08:00:00.000Z", "08:00:00.000Z", "20:00:00.000Z", "23:59:59.000Z", "23:59:59.000Z"]
