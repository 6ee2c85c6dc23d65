"""What people do about decisions; the model is docs/explanation/simulated-people.md."""

from __future__ import annotations

from typing import Any

from platinum.ops.population import GIFT_SHOP, Person, react
from tests.builders.people import MORNING, a_decision, a_person


def _names(person: Person, kind: str = "offer", number: int = 1, **changes: Any) -> list[str]:
    return [event["event"] for event in react(a_decision(person, kind, number, **changes), person, 1, GIFT_SHOP)]


def _share(person: Person, wanted: str, kind: str = "offer", **changes: Any) -> float:
    return sum(wanted in _names(person, kind, number, **changes) for number in range(400)) / 400


def test_silence_meets_silence() -> None:
    assert _names(a_person(), "silence") == []


def test_the_same_decision_always_meets_the_same_answer() -> None:
    person = a_person()

    assert react(a_decision(person), person, 1, GIFT_SHOP) == react(a_decision(person), person, 1, GIFT_SHOP)


def test_what_is_sent_is_dispatched_and_delivered_before_it_is_seen() -> None:
    person = a_person(attention=(1.0, 1.0))

    events = react(a_decision(person, number=2), person, 1, GIFT_SHOP)

    assert [event["event"] for event in events][:3] == ["Contact Dispatched", "Contact Delivered", "Decision Shown"]
    assert all(event["timestamp"] > MORNING and event["receivedAt"] == event["timestamp"] for event in events)
    assert all(event["properties"]["decision_id"] == "d.1.0.2.0" for event in events[:3])


def test_what_is_shown_on_a_page_is_seen_at_once() -> None:
    events = react(a_decision(a_person(), placement="home-hero", channel="web"), a_person(), 1, GIFT_SHOP)

    assert (events[0]["event"], events[0]["timestamp"]) == ("Decision Shown", "2026-03-04T10:00:01.000Z")


def test_who_pays_attention_sees_more() -> None:
    assert _share(a_person(attention=(0.9, 0.9)), "Decision Shown") > _share(a_person(attention=(0.2, 0.2)), "Decision Shown") + 0.5


def test_an_offer_that_fits_is_taken_more_often_than_one_that_does_not() -> None:
    keen = a_person(attention=(1.0, 1.0), offer_liking=0.4, tastes=(0.1, 0.1, 0.6, 0.1, 0.1))
    cold = a_person(attention=(1.0, 1.0), offer_liking=0.4, tastes=(0.4, 0.3, 0.0, 0.2, 0.1))

    assert _share(keen, "Decision Accepted") > 0.5
    assert _share(cold, "Decision Accepted") == 0.0


def test_words_in_a_foreign_language_lose_most_readers() -> None:
    person = a_person(attention=(1.0, 1.0), offer_liking=0.4)

    own = _share(person, "Decision Accepted", content={"language": "en", "blocks": []})
    foreign = _share(person, "Decision Accepted", content={"language": "de", "blocks": []})

    assert own > 2 * foreign > 0


def test_an_accepted_offer_becomes_an_order_of_the_same_worth() -> None:
    person = a_person(attention=(1.0, 1.0), offer_liking=0.6)
    events = next(e for n in range(50) if len(e := react(a_decision(person, number=n), person, 1, GIFT_SHOP)) == 5)

    accepted, order = events[3], events[4]

    assert accepted["properties"]["value"] == order["properties"]["total"]
    assert order["properties"]["products"][0]["category"] == "candles"  # what the action is about


def test_a_contact_in_the_night_drives_the_impatient_away() -> None:
    night = {"send_at": "2026-03-05T02:30:00.000Z"}

    assert _share(a_person(patience=0.0), "Unsubscribed", **night) > 0.4
    assert _share(a_person(patience=1.0), "Unsubscribed", **night) == 0.0


def test_a_thank_you_brings_back_who_likes_it_and_annoys_who_does_not() -> None:
    glad, tired = a_person(thank_liked=1.0, attention=(1.0, 1.0)), a_person(thank_liked=-1.0, attention=(1.0, 1.0))

    assert _share(glad, "Order Completed", "thank_you") > 0.15
    assert _share(glad, "Preference Stated", "thank_you") == 0.0
    assert _share(tired, "Preference Stated", "thank_you") > 0.25
    assert _share(tired, "Order Completed", "thank_you") == 0.0


def test_people_look_at_messages_in_their_own_hours() -> None:
    late = a_person(hour=22.0, attention=(1.0, 1.0))
    shown = [
        e["timestamp"] for n in range(50) for e in react(a_decision(late, number=n), late, 1, GIFT_SHOP) if e["event"] == "Decision Shown"
    ]

    assert shown
    assert all(at[11:13] in ("17", "18", "19") for at in shown)
