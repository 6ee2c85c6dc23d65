"""Contacts, made and planned, and what becomes of decisions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng

from platinum.hashing import name_hash
from platinum.profile.contacts import PER_GROUP, contacts_within, plan
from platinum.profile.engagement import acceptance, reached_on
from platinum.profile.entries import MAX_GIVEN, MAX_PENDING, MAX_PLANNED, PENDING_SENT, PENDING_SHOWN
from platinum.profile.gratitude import gratitude
from platinum.profile.pending import remember_decision
from platinum.vocabulary.codes import ActionType, Kind, Preference, Purpose
from tests.builders.rows import NOON, Made, a_ref, an_event, an_order, fold_into, new_rows
from tests.builders.tables import DAY, HOUR, some_tables

TABLES = some_tables()
EMAIL, CARD, WEB = name_hash("email"), name_hash("card"), name_hash("web")


class Customer:
    """One row, told what happens in the words of the tests."""

    def __init__(self) -> None:
        self.row: Any = new_rows()[0]

    def decides(self, n: int, action: str = "free-delivery", channel: str = "email", at_ms: int = NOON, **other: Any) -> None:
        """The n-th decision is planned and pending."""
        index = [name_hash(a) for a in ("thanks", "planner", "free-delivery", "candle-offer")].index(name_hash(action))
        kind = int(TABLES.actions[index]["type"])
        outbound = 0 if channel == "web" else 1
        send, expires = other.get("send_ms", at_ms), other.get("expires_ms", at_ms + 3 * DAY)
        plan(self.row, np.uint64(a_ref(n)), name_hash(action), name_hash(channel), kind, outbound, at_ms, send, expires)
        remember_decision(self.row, np.uint64(a_ref(n)), name_hash(action), name_hash(channel), at_ms, at_ms + 7 * DAY, outbound)

    def hears(self, *events: Made) -> list[int]:
        """Fold events; what ``fold`` returned."""
        rows = new_rows()
        rows[0] = self.row
        became = fold_into(rows, events, TABLES)
        self.row = rows[0]
        return became

    def outcome(self, kind: Kind, n: int, at_ms: int = NOON + HOUR, **members: Any) -> list[int]:
        """Something became of the n-th decision."""
        return self.hears(an_event(kind, at_ms, ref=a_ref(n), **members))

    @property
    def made(self) -> list[tuple[int, int]]:
        """(time, channel) of contacts, newest first."""
        return [(int(c["at_ms"]), int(c["channel"])) for c in self.row["contacts"][: self.row["n_contacts"]]]

    @property
    def planned(self) -> list[int]:
        """Decisions whose contact is planned."""
        refs = {a_ref(n): n for n in range(40)}
        return [refs[int(p["ref"])] for p in self.row["planned"][: self.row["n_planned"]]]

    def flags(self, n: int) -> int:
        """Flags of the n-th decision."""
        return next(int(p["flags"]) for p in self.row["pending"][: self.row["n_pending"]] if p["ref"] == a_ref(n))


@pytest.mark.parametrize("kind", [Kind.CONTACT_DISPATCHED, Kind.CONTACT_DELIVERED, Kind.DECISION_SHOWN, Kind.DECISION_ACCEPTED])
def test_whichever_event_first_says_so_makes_the_planned_contact_a_contact_once(kind: Kind) -> None:
    customer = Customer()
    customer.decides(1)

    customer.outcome(kind, 1, NOON + HOUR)
    customer.outcome(Kind.CONTACT_DISPATCHED, 1, NOON + 2 * HOUR)

    assert customer.made == [(NOON + HOUR, EMAIL)]
    assert customer.planned == []
    assert customer.flags(1) & PENDING_SENT
    assert reached_on(customer.row, EMAIL, NOON + HOUR, TABLES) == 1.0


def test_an_aborted_contact_frees_its_place() -> None:
    customer = Customer()
    customer.decides(1)

    customer.outcome(Kind.CONTACT_ABORTED, 1)

    assert (customer.made, customer.planned) == ([], [])


def test_a_bounced_contact_counts_for_nothing_even_if_its_dispatch_is_heard_of_later() -> None:
    before, after = Customer(), Customer()
    for customer in (before, after):
        customer.decides(1)

    before.outcome(Kind.CONTACT_DISPATCHED, 1, NOON)
    before.outcome(Kind.CONTACT_BOUNCED, 1, NOON)
    after.outcome(Kind.CONTACT_BOUNCED, 1, NOON)
    after.outcome(Kind.CONTACT_DISPATCHED, 1, NOON)

    for customer in (before, after):
        assert (customer.made, customer.planned) == ([], [])
        assert reached_on(customer.row, EMAIL, NOON, TABLES) == 0.0


def test_a_card_that_comes_back_after_the_next_one_left_frees_its_own_place() -> None:
    customer = Customer()
    for n, hours in ((1, 0), (2, 26)):
        customer.decides(n, channel="card", at_ms=NOON + hours * HOUR)
        customer.outcome(Kind.CONTACT_DISPATCHED, n, NOON + (hours + 1) * HOUR)

    customer.outcome(Kind.CONTACT_BOUNCED, 1, NOON + 48 * HOUR)

    assert customer.made == [(NOON + 27 * HOUR, CARD)]
    customer.outcome(Kind.CONTACT_BOUNCED, 2, NOON + 49 * HOUR)
    assert customer.made == []


def test_a_contact_sent_after_it_expired_counts_all_the_same() -> None:
    customer = Customer()
    customer.decides(1, expires_ms=NOON + HOUR)
    customer.hears(an_event(Kind.PAGE, NOON + 2 * HOUR))
    assert customer.planned == []

    customer.outcome(Kind.CONTACT_DISPATCHED, 1, NOON + 3 * HOUR)

    assert customer.made == [(NOON + 3 * HOUR, EMAIL)]
    assert contacts_within(customer.row, 0, 1 << ActionType.OFFER, NOON, NOON + DAY) == 1


def test_what_is_shown_to_somebody_who_came_to_us_is_a_contact_of_that_channel_only() -> None:
    customer = Customer()
    customer.decides(1, channel="web")

    customer.outcome(Kind.DECISION_SHOWN, 1)

    assert customer.made == [(NOON + HOUR, WEB)]
    assert contacts_within(customer.row, 0, -1, NOON, NOON + DAY) == 0
    assert contacts_within(customer.row, WEB, -1, NOON, NOON + DAY) == 1
    assert customer.flags(1) & PENDING_SHOWN


def test_outcomes_of_unknown_decisions_change_nothing() -> None:
    customer = Customer()

    customer.outcome(Kind.DECISION_ACCEPTED, 9, channel="email")

    assert customer.row["n_engaged"] == customer.row["n_contacts"] == 0


def test_contacts_are_kept_newest_first_whatever_the_order_of_arrival_and_eight_per_channel_and_type() -> None:
    customer = Customer()
    for n, hour in enumerate([5, 1, 9, 3, 7, 2, 8, 4, 6, 0]):
        customer.decides(n, at_ms=NOON)
        customer.outcome(Kind.CONTACT_DISPATCHED, n, NOON + hour * HOUR)
    customer.decides(20, "thanks", "card")
    customer.outcome(Kind.CONTACT_DISPATCHED, 20, NOON + 100)

    assert PER_GROUP == 8
    assert customer.made == [(NOON + hour * HOUR, EMAIL) for hour in range(9, 1, -1)] + [(NOON + 100, CARD)]


def test_a_full_list_gives_up_what_there_is_most_of() -> None:
    customer = Customer()
    n = 0
    for channel in ("email", "card", "web", "call"):
        for action, type_ in (("planner", ActionType.HELP), ("free-delivery", ActionType.OFFER)):
            for _ in range(4 if (channel, type_) != ("card", ActionType.HELP) else 1):
                n += 1
                outbound = int(channel != "web")
                plan(customer.row, np.uint64(a_ref(n)), name_hash(action), name_hash(channel), type_, outbound, NOON, NOON, NOON + DAY)
                customer.outcome(Kind.CONTACT_DISPATCHED, n, NOON + n)
    for _ in range(6):
        n += 1
        plan(customer.row, np.uint64(a_ref(n)), name_hash("thanks"), EMAIL, ActionType.THANK_YOU, 1, NOON, NOON, NOON + DAY)
        customer.outcome(Kind.CONTACT_DISPATCHED, n, NOON + n)

    assert len(customer.made) == 32
    assert contacts_within(customer.row, CARD, 1 << ActionType.HELP, NOON, NOON + DAY) == 1
    assert contacts_within(customer.row, EMAIL, 1 << ActionType.THANK_YOU, NOON, NOON + DAY) >= 4


def test_in_a_full_plan_the_oldest_inbound_contact_is_taken_for_shown_then_the_oldest_for_sent() -> None:
    customer = Customer()
    for n in range(MAX_PLANNED):
        customer.decides(n, channel="web" if n == 3 else "email")

    customer.decides(20)
    assert 3 not in customer.planned
    customer.decides(21)
    customer.decides(22, channel="web")

    assert customer.planned == [1, 2, 4, 5, 6, 7, 20, 21]
    assert customer.made == [(NOON, WEB), (NOON, EMAIL), (NOON, WEB)]  # the last one found no room beside outbound ones


def test_a_thank_you_that_was_answered_is_not_forgotten_whatever_is_answered_after_it() -> None:
    customer = Customer()
    thanks = name_hash("thanks")
    plan(customer.row, np.uint64(a_ref(0)), thanks, WEB, ActionType.THANK_YOU, 0, NOON, NOON, NOON + DAY)
    for n in range(1, 3 * MAX_PLANNED):
        customer.decides(n, channel="web")

    assert 0 not in customer.planned
    assert customer.row["last_thanked_ms"] == NOON
    assert thanks in customer.row["contacts"]["action"][: customer.row["n_contacts"]]


def test_an_action_was_given_when_it_was_given_however_many_contacts_follow() -> None:
    rng = default_rng(5)
    names = [name_hash(f"action-{i}") for i in range(MAX_GIVEN)]
    for many in (8, 9, 40, 400):
        row, newest = new_rows()[0], dict[int, int]()
        for n in range(many):
            action, channel, at_ms = int(rng.choice(names)), int(rng.choice((WEB, WEB, WEB, EMAIL))), NOON - int(rng.integers(90 * DAY))
            plan(row, np.uint64(a_ref(n)), action, channel, ActionType.OFFER, 0, at_ms, at_ms, NOON + DAY)
            newest[action] = max(newest.get(action, 0), at_ms)

        known = [*row["contacts"][: row["n_contacts"]], *row["given"][: row["n_given"]]]
        told = {a: max(int(c["at_ms"]) for c in known if c["action"] == a) for a in {int(c["action"]) for c in known}}
        plans = row["planned"][: row["n_planned"]]
        for entry in plans:
            told[int(entry["action"])] = max(told.get(int(entry["action"]), 0), int(entry["send_ms"]))
        assert told == newest


def test_of_too_many_actions_the_one_given_longest_ago_is_forgotten() -> None:
    row = new_rows()[0]
    many = MAX_GIVEN + PER_GROUP + MAX_PLANNED + 3
    for n in range(many):
        plan(row, np.uint64(a_ref(n)), 1_000 + n, WEB, ActionType.OFFER, 0, NOON + n, NOON + n, NOON + DAY)

    given = sorted(row["given"]["action"][: row["n_given"]].tolist())
    assert given == [1_003 + n for n in range(MAX_GIVEN)]


def test_the_same_decision_is_planned_once() -> None:
    customer = Customer()

    customer.decides(1)
    customer.decides(1)

    assert customer.planned == [1]
    assert customer.row["n_pending"] == 1


def test_four_decisions_wait_for_their_outcome_and_those_that_met_the_customer_stay_longest() -> None:
    customer = Customer()
    for n in range(MAX_PENDING):
        customer.decides(n)
    customer.outcome(Kind.CONTACT_DISPATCHED, 0)

    customer.decides(10)

    assert [int(p["ref"]) for p in customer.row["pending"][:4]] == [a_ref(n) for n in (0, 2, 3, 10)]


def test_a_sent_contact_is_remembered_however_many_answers_are_shown_after_it() -> None:
    spam, bounce = Customer(), Customer()
    for customer in (spam, bounce):
        customer.decides(0)
        customer.outcome(Kind.CONTACT_DISPATCHED, 0)
        for n in range(1, 7):
            customer.decides(n, channel="web")
            customer.outcome(Kind.DECISION_SHOWN, n)

    spam.outcome(Kind.CONTACT_MARKED_SPAM, 0)
    bounce.outcome(Kind.CONTACT_BOUNCED, 0)

    assert [(int(c["purpose"]), int(c["channel"]), int(c["state"])) for c in spam.row["consents"][: spam.row["n_consents"]]] == [
        (Purpose.PROMOTION, EMAIL, -1)
    ]
    assert EMAIL not in {channel for _, channel in bounce.made}


@pytest.mark.parametrize(("said", "denied"), [({"channel": "card"}, CARD), ({}, 0)])
def test_spam_of_a_decision_that_nobody_remembers_denies_the_channel_it_names_or_all(said: Made, denied: int) -> None:
    customer = Customer()

    customer.hears(an_event(Kind.CONTACT_MARKED_SPAM, NOON, ref=a_ref(9), **said))

    assert [(int(c["channel"]), int(c["state"])) for c in customer.row["consents"][: customer.row["n_consents"]]] == [(denied, -1)]


def test_a_closed_window_makes_room_and_later_outcomes_do_not_count() -> None:
    customer = Customer()
    customer.decides(1)
    customer.outcome(Kind.CONTACT_DISPATCHED, 1, NOON)

    customer.outcome(Kind.DECISION_ACCEPTED, 1, NOON + 8 * DAY)
    unaccepted = acceptance(customer.row, EMAIL, NOON + 8 * DAY, TABLES)
    customer.decides(2, at_ms=NOON + 8 * DAY)

    assert unaccepted < 0.05
    assert [int(p["ref"]) for p in customer.row["pending"][: customer.row["n_pending"]]] == [a_ref(2)]


def test_accepting_twice_counts_once_and_an_outcome_that_arrives_late_counts_when_it_happened() -> None:
    customer = Customer()
    customer.decides(1)

    customer.outcome(Kind.DECISION_ACCEPTED, 1, NOON, record_ms=NOON + 20 * DAY, amount=12.5)
    customer.outcome(Kind.OFFER_REDEEMED, 1, NOON, record_ms=NOON + 21 * DAY)

    assert acceptance(customer.row, EMAIL, NOON, TABLES) == pytest.approx((10 * 0.05 + 1) / (10 + 1))
    assert customer.row["pending"][0]["reward"] == 12.5


def test_a_thank_you_pays_off_gratitude_when_it_is_planned_and_not_when_it_comes_to_nothing() -> None:
    customer = Customer()
    customer.hears(*(an_order(NOON) for _ in range(5)))

    customer.decides(1, "thanks", "card", send_ms=NOON + HOUR, expires_ms=NOON + DAY)
    planned = gratitude(customer.row, NOON, TABLES), int(customer.row["last_thanked_ms"])
    customer.outcome(Kind.CONTACT_ABORTED, 1, NOON)
    aborted = gratitude(customer.row, NOON, TABLES), int(customer.row["last_thanked_ms"])
    customer.decides(2, "thanks", "card")
    customer.outcome(Kind.CONTACT_DISPATCHED, 2, NOON)
    sent = gratitude(customer.row, NOON, TABLES), int(customer.row["last_thanked_ms"])
    customer.outcome(Kind.CONTACT_BOUNCED, 2, NOON)
    bounced = gratitude(customer.row, NOON, TABLES), int(customer.row["last_thanked_ms"])

    assert planned == (2.0, NOON + HOUR)
    assert aborted == (5.0, 0)
    assert sent == (2.0, NOON)
    assert bounced == (5.0, 0)


@pytest.mark.parametrize(("days", "left"), [(10, []), (5, [1])])
def test_contacts_made_within_the_stated_time_count_against_the_plan(days: int, left: list[int]) -> None:
    customer = Customer()
    customer.decides(0, at_ms=NOON - 7 * DAY)
    customer.outcome(Kind.CONTACT_DISPATCHED, 0, NOON - 7 * DAY)
    customer.decides(1)

    customer.hears(an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.CADENCE, low=1, high=days, amount=1.0))

    assert customer.planned == left


def of_the_plan(customer: Customer) -> list[int]:
    customer.decides(1, "thanks", "email")
    customer.decides(2, "free-delivery", "email")
    customer.decides(3, "free-delivery", "card")
    customer.decides(4, "candle-offer", "card")
    customer.decides(5, "free-delivery", "web")
    return customer.planned


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (an_event(Kind.COMPLAINT_MADE, NOON + 1), [5]),
        (an_order(NOON + 1), [1, 5]),
        (an_order(NOON - DAY, record_ms=NOON + 1), [1, 2, 3, 4, 5]),
        (an_event(Kind.UNSUBSCRIBED, NOON + 1, code=Purpose.PROMOTION, name_b="email", low=-1), [1, 3, 4, 5]),
        (an_event(Kind.OBJECTION_MADE, NOON + 1, code=Purpose.ALL, low=-2), [5]),
        (an_event(Kind.CONSENT_CHANGED, NOON + 1, code=Purpose.PROMOTION, low=1), [1, 2, 3, 4, 5]),
        (an_event(Kind.CONTACT_MARKED_SPAM, NOON + 1, ref=a_ref(2)), [1, 3, 4, 5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.CHANNEL_NO, name_a="card", amount=1.0), [1, 2, 5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.CHANNEL_ONLY, name_a="card", amount=1.0), [3, 4, 5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.TYPE_NO, name_a="thank_you", amount=1.0), [2, 3, 4, 5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.CATEGORY_NO, name_a="candles", amount=1.0), [1, 2, 3, 5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.LANGUAGE, name_a="de", amount=1.0), [5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.LANGUAGE, name_a="sv", amount=1.0), [5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.LANGUAGE, name_a="en", amount=1.0), [1, 2, 3, 4, 5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.LANGUAGE, name_a="de", amount=-1.0), [1, 2, 3, 4, 5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.QUIET_HOURS, low=700, high=800, amount=1.0), [5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.QUIET_HOURS, low=721, high=800, amount=1.0), [1, 2, 3, 4, 5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 2 * HOUR, code=Preference.QUIET_HOURS, low=800, high=900, amount=1.0), [5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.CADENCE, low=3, high=30, amount=1.0), [1, 2, 3, 5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.CADENCE, low=0, high=30, amount=1.0), [5]),
        (an_event(Kind.PREFERENCE_STATED, NOON + 1, code=Preference.CADENCE, low=4, high=1, amount=1.0), [1, 2, 3, 4, 5]),
        (an_event(Kind.PAGE, NOON + 1), [1, 2, 3, 4, 5]),
    ],
)
def test_what_an_event_rules_out_leaves_the_plan_and_is_named_to_the_caller(event: Made, left: list[int]) -> None:
    customer = Customer()
    before = of_the_plan(customer)

    (became,) = customer.hears(event)

    assert customer.planned == left
    withdrawn = customer.row["planned"][len(left) : len(left) + became - 1]["ref"].tolist()
    assert sorted(withdrawn) == sorted(a_ref(n) for n in before if n not in left)
