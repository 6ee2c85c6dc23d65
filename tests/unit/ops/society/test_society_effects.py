"""Each effect of treatment has its direction: the same seed with and without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from platinum.ops.population import START_MS
from platinum.ops.population.lines import timestamps_of
from platinum.ops.society import MODEL, NULL, TREATMENT, Model, Society
from tests.builders.societies import DAY_MS, HOUR_MS, Event, after, count, left_alone, live, mean, nothing, to_everybody, treated

CONTACTS = {"Contact Started", "Request Made"}


def _orders(events: list[Event], since: str = "") -> int:
    return sum(event.get("event") == "Order Completed" and event["receivedAt"] >= since for event in events)


def test_taking_work_off_people_after_a_contact_spares_them_effort() -> None:
    alone, _ = left_alone(30, 600)
    helped, _ = live(after(CONTACTS, "help", channel="call"), 30, 600)

    assert helped.effort(0, 30).sum() < 0.85 * alone.effort(0, 30).sum()
    assert mean(helped, "effort_index") < mean(alone, "effort_index")


def test_amends_take_work_off_people_as_an_answer_does() -> None:
    alone, _ = left_alone(30, 600)
    paid, _ = live(after(CONTACTS, "amends", lane="owed", action="money-back", placement="call-screen", channel="call"), 30, 600)

    assert paid.effort(0, 30).sum() < 0.85 * alone.effort(0, 30).sum()


def test_help_about_goods_takes_no_work_off_anybody() -> None:
    relief = {name: getattr(MODEL, name) for name in TREATMENT if name.startswith("relieves")}
    alone, sold_to, helped = (
        live(treatment, 20, 400, replace(NULL, **relief))[0].effort(0, 20).sum()
        for treatment in (nothing, after(CONTACTS, "help", action="candle-guide"), after(CONTACTS, "help", action="call-back"))
    )

    assert sold_to == alone > helped


def test_an_apology_counts_in_full_when_somebody_answers_for_it() -> None:
    named, _ = live(after({"Case Opened"}, "apology", owner="A. Reed"), 30, 600)
    nobody, _ = live(after({"Case Opened"}, "apology"), 30, 600)
    alone, events = left_alone(30, 600)
    hurt = sorted({event["userId"] for event in events if event.get("event") == "Case Opened"})

    trust = [float(np.mean([world.truth(person)["trust"] for person in hurt])) for world in (named, nobody, alone)]

    assert trust[0] > trust[1] > trust[2]


def test_one_thank_you_brings_people_back() -> None:
    _, events = left_alone(30, 600)
    thanked, more = live(to_everybody("thank_you", [2]), 30, 600)

    assert mean(thanked, "goodwill") > 0.05
    assert _orders(more) > 1.01 * _orders(events)


def test_thanks_every_three_days_and_thanks_that_sell_do_not() -> None:
    once, _ = live(to_everybody("thank_you", [2]))
    often, _ = live(to_everybody("thank_you", range(0, 20, 3)))
    selling, _ = live(to_everybody("thank_you", [2], offer={"id": "o-2"}))

    assert mean(often, "goodwill") < mean(once, "goodwill")
    assert mean(selling, "goodwill") == 0.0


def test_promotion_within_three_days_spoils_a_thank_you() -> None:
    def then(first: int) -> Any:
        return lambda day, events, world: [
            *to_everybody("thank_you", [2])(day, events, world),
            *to_everybody("offer", [first])(day, events, world),
        ]

    soon, _ = live(then(3), 14)
    later, _ = live(then(7), 14)

    assert mean(soon, "goodwill") < 0.9 * mean(later, "goodwill")


def test_help_for_who_has_no_trouble_helps_with_nothing() -> None:
    alone, _ = left_alone(20, 400)
    in_advance, _ = live(to_everybody("help", [0]), 20, 400)

    assert in_advance.effort(0, 20).sum() > 0.97 * alone.effort(0, 20).sum()


def test_who_asked_for_particular_care_is_hurt_by_promotion() -> None:
    def to_them(day: int, events: list[Event], world: Society) -> Iterator[dict[str, Any]]:
        yield from (treated(person, "offer", day) for person in world.person_ids() if world.truth(person)["vulnerable"])

    world, _ = live(to_them, 20, 1_500)
    hurt = [world.truth(person) for person in world.person_ids() if world.truth(person)["vulnerable"]]

    assert np.mean([truth["annoyance"] for truth in hurt if truth["consent"] > 0]) > 1.0


def test_promotion_in_mid_complaint_drives_people_away() -> None:
    sore = after({"Case Opened", "Case Closed", "Complaint Made"}, "offer")

    def calm(day: int, events: list[Event], world: Society) -> Iterator[dict[str, Any]]:
        """As many offers, to people with whom nothing is wrong."""
        number = len(list(sore(day, events, world)))
        fine = [person for person in world.person_ids() if not world.truth(person)["in_quarantine"]]
        yield from (treated(person, "offer", day) for person in fine[day::7][:number])

    said_no = ("Unsubscribed", "Contact Marked Spam")
    _, at_ease = live(calm, 30, 600)
    world, in_trouble = live(sore, 30, 600)

    assert count(in_trouble, *said_no) > 2 * count(at_ease, *said_no) + 5
    assert world.left() > left_alone(30, 600)[0].left()


def test_too_many_contacts_annoy_and_annoyed_people_leave() -> None:
    weekly, _ = live(to_everybody("answer", range(0, 28, 7)), 28)
    daily, _ = live(to_everybody("answer"), 28)

    assert mean(weekly, "annoyance") < 0.05 < mean(daily, "annoyance")
    assert daily.left() > weekly.left()


def test_promotion_without_consent_or_against_a_wish_that_is_meant_annoys() -> None:
    world, _ = live(to_everybody("offer", [5]), 8, 800)
    annoyance: dict[str, list[float]] = {"denied": [], "granted": [], "meant": [], "not meant": []}
    for truth in map(world.truth, world.person_ids()):
        if truth["wish"] == "no_offers" and truth["consent"] > 0:
            annoyance["meant" if truth["means_wish"] else "not meant"].append(truth["annoyance"])
        elif truth["wish"] == "" and truth["consent"]:
            annoyance["denied" if truth["consent"] < 0 else "granted"].append(truth["annoyance"])

    assert np.mean(annoyance["denied"]) > 0.1
    assert np.mean(annoyance["meant"]) > 0.1
    assert np.mean(annoyance["granted"]) < 0.02
    assert np.mean(annoyance["not meant"]) < 0.02


def test_who_is_left_alone_gets_over_it_sooner() -> None:
    rested, _ = live(to_everybody("answer", range(8)), 42)
    now_and_then, _ = live(to_everybody("answer", [*range(8), 18, 25, 32, 39]), 42)

    assert mean(rested, "annoyance") < 0.7 * mean(now_and_then, "annoyance")


def _promising(hours: float) -> Any:
    def treat(day: int, events: list[Event], world: Society) -> Iterator[dict[str, Any]]:
        due_at = timestamps_of(START_MS + day * DAY_MS + round((10 + hours) * HOUR_MS))
        for decision in after(CONTACTS, "answer")(day, events, world):
            yield decision | {"promises": [{"class": "call_back", "due_at": due_at}]}

    return treat


def test_words_that_are_kept_build_trust_and_words_that_are_not_cost_it() -> None:
    honest, _ = live(_promising(60.0), 30, 600)
    rash, complaints = live(_promising(6.0), 30, 600)

    assert mean(honest, "trust") > mean(left_alone(30, 600)[0], "trust") > mean(rash, "trust")
    assert count(complaints, "Complaint Made") > count(left_alone(30, 600)[1], "Complaint Made")
    assert rash.left() > honest.left()


def test_a_question_whose_answer_leads_to_nothing_costs_trust() -> None:
    asked, _ = live(to_everybody("listen", [2]), 25)
    heard, _ = live(to_everybody("listen", [2]), 25, model=replace(MODEL, unheard=0.0))

    assert mean(asked, "trust") < mean(heard, "trust")


def test_an_offer_that_is_taken_becomes_an_order() -> None:
    _, sold = live(to_everybody("offer", [2]))

    assert _orders(sold) > _orders(left_alone()[1]) + 10


def test_a_contact_at_night_is_answered_by_leaving_the_list() -> None:
    night = to_everybody("answer", [3], send_at=timestamps_of(START_MS + 4 * DAY_MS + 2 * HOUR_MS))

    assert count(live(night)[1], "Unsubscribed") > count(live(to_everybody("answer", [3]))[1], "Unsubscribed") + 10


def test_what_treatment_changes_is_named_and_nothing_in_the_null_world() -> None:
    defaults = Model()

    assert all(getattr(defaults, name) != 0.0 for name in TREATMENT)
