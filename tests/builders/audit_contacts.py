"""Planted contacts: in mid-complaint, without basis, too often, asked twice, never thanked; and what only looks like them."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.builders.audit_exports import Book, days, hours
from tests.builders.audit_planted import END, REQUESTS_AND_PROMISES, Planted, Planting, _known

SECOND = timedelta(seconds=1)


# --- complaints ---------------------------------------------------------------------------------------------------------------


def sold_to_in_mid_complaint(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.ticket(who, at - days(2), replied=at - days(1), solved=at + days(1), kind="problem")
    book.send(who, at)
    return [("sold_in_complaint", at)]


def sold_to_at_the_instant_of_the_complaint(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.ticket(who, at, replied=at + hours(1), solved=at + days(1), kind="problem")
    book.send(who, at)
    return [("sold_in_complaint", at)]


def sold_to_on_the_telephone_in_mid_complaint(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.call(who, at - days(1), reason="complaint")
    book.call_out(who, at, "sales")
    return [("sold_in_complaint", at)]


def sold_to_in_quarantine(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.ticket(who, at - days(20), replied=at - days(20), solved=at - days(14) + SECOND, kind="incident", fault="us")
    book.send(who, at)
    return [("sold_in_complaint", at)]


def sold_to_after_out_of_stock(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.order(who, at - days(5), cancelled=at - days(4), why="inventory")
    book.send(who, at)
    return [("sold_in_complaint", at)]


def sold_to_after_it_was_opened_again(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    number = book.ticket(who, at - days(9), replied=at - days(9), solved=at - days(5), kind="problem")
    book.event(who, at - days(1), "Complaint Made", case_id=number)
    book.send(who, at)
    return [("sold_in_complaint", at)]


def complaint_closed_just_before(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.ticket(who, at - days(2), replied=at - days(1), solved=at - SECOND, kind="problem")
    book.send(who, at)
    return []


def complaint_closed_at_that_instant(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.ticket(who, at - days(2), replied=at - days(1), solved=at, kind="problem", fault="customer")
    book.send(who, at)
    return []


def telephone_complaint_resolved(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.call(who, at - days(1), reason="complaint", outcome="resolved")
    book.send(who, at)
    return []


def transactional_in_mid_complaint(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.ticket(who, at - days(2), replied=at - days(1), solved=at + days(1), kind="problem")
    book.send(who, at, kind="transactional")
    book.call_out(who, at, "service")
    return []


def quarantine_just_over(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.ticket(who, at - days(20), replied=at - days(20), solved=at - days(14), kind="incident", fault="us")
    book.send(who, at)
    return []


def changed_their_mind(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.order(who, at - days(5), cancelled=at - days(4), why="customer")
    book.send(who, at)
    return []


def ticket_forgotten_long_ago(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.ticket(who, at - days(90), replied=at - days(89), kind="problem", status="open")
    book.send(who, at)
    return []


# --- basis ----------------------------------------------------------------------------------------------------------------------


def sent_after_unsubscribing(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at - days(10), unsubscribed=at - SECOND)
    book.send(who, at)
    return [("contacted_without_basis", at)]


def sent_to_a_stranger(book: Book, who: str, at: datetime) -> Planted:
    book.send(who, at)
    return [("contacted_without_basis", at)]


def surveyed_after_an_objection(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.event(who, at - days(1), "Objection Made", purpose="relationship")
    book.send(who, at, kind="survey", title="How was it")
    return [("contacted_without_basis", at)]


def general_yes_after_unsubscribing(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at - days(10), unsubscribed=at - days(9))
    book.event(who, at - days(8), "Consent Changed", purpose="promotion", state="granted")
    book.send(who, at)
    return [("contacted_without_basis", at)]


def ordered_just_after(book: Book, who: str, at: datetime) -> Planted:
    book.send(who, at)
    book.order(who, at + SECOND)
    return [("contacted_without_basis", at)]


def unsubscribed_at_that_instant(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at - days(10), unsubscribed=at)
    book.send(who, at)
    return [("contacted_without_basis", at)]


def receipt_to_a_stranger(book: Book, who: str, at: datetime) -> Planted:
    book.send(who, at, kind="transactional")
    return []


def consent_withdrawn_after_the_send(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at, unsubscribed=at + SECOND)
    return []


def consented_again(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at - days(10), unsubscribed=at - days(9))
    book.event(who, at - days(1), "Consent Changed", purpose="promotion", state="granted", channel="Email")
    book.send(who, at)
    return []


def stranger_who_agreed(book: Book, who: str, at: datetime) -> Planted:
    book.event(who, at - days(1), "Consent Changed", purpose="promotion", state="granted", channel="email")
    book.send(who, at)
    return []


def unsubscribed_from_mail_and_called(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at - days(10), unsubscribed=at - days(9))
    book.call_out(who, at, "sales")
    return []


def bounced_after_unsubscribing(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at - days(10), unsubscribed=at - days(9))
    book.send(who, at, status="bounced")
    return []


# --- too often --------------------------------------------------------------------------------------------------------------------


def fourth_in_a_week(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    for before in (days(7) - SECOND, days(3)):
        book.send(who, at - before)
    book.call_out(who, at - days(1), "sales")
    book.send(who, at)
    return [("contacted_too_often", at)]


def more_than_they_asked_for(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.event(who, at - days(20), "Preference Stated", preference="cadence", limit=1, days=14)
    book.send(who, at - days(10))
    book.send(who, at)
    return [("contacted_too_often", at)]


def fourth_after_exactly_a_week(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    for before in (days(7), days(3), days(1)):
        book.send(who, at - before)
    book.send(who, at)
    return []


def told_twice_is_sent_once(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    for before in (days(5), days(3)):
        book.send(who, at - before, copies=2)
    book.send(who, at)
    return []


def receipts_do_not_count(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    for before in range(1, 7):
        book.send(who, at - days(before), kind="transactional")
    book.send(who, at)
    return []


def took_the_cadence_back(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.event(who, at - days(20), "Preference Stated", preference="cadence", limit=1, days=14)
    book.event(who, at - days(11), "Preference Stated", preference="cadence", limit=1, days=14, withdrawn=True)
    book.send(who, at - days(10))
    book.send(who, at)
    return []


# --- thanks, questions --------------------------------------------------------------------------------------------------------------


def five_orders_and_no_thanks(book: Book, who: str, at: datetime) -> Planted:
    for i in reversed(range(5)):
        book.order(who, at - days(3 * i), total=30.0)
    return [("never_thanked", at)]


def much_spent_and_no_thanks(book: Book, who: str, at: datetime) -> Planted:
    book.order(who, at - days(5), total=250.0)
    book.order(who, at, total=250.0)
    return [("never_thanked", at)]


def thanked_on_the_telephone(book: Book, who: str, at: datetime) -> Planted:
    for i in reversed(range(5)):
        book.order(who, at - days(3 * i), total=30.0)
    book.call_out(who, at + days(20), "thanks")
    return []


def thanked_by_mail(book: Book, who: str, at: datetime) -> Planted:
    for i in reversed(range(5)):
        book.order(who, at - days(3 * i), total=30.0)
    book.send(who, at + days(20), kind="thanks", title="Thank you")
    return []


def one_of_five_was_cancelled(book: Book, who: str, at: datetime) -> Planted:
    for i in reversed(range(4)):
        book.order(who, at - days(3 * i), total=30.0)
    book.order(who, at - days(1), total=30.0, cancelled=at, why="customer")
    return []


def got_the_money_back(book: Book, who: str, at: datetime) -> Planted:
    number = book.order(who, at - days(5), total=400.0)
    book.event(who, at - days(4), "Order Refunded", order_id=number, total=200.0)
    book.order(who, at, total=250.0)
    return []


def earned_it_only_just_now(book: Book, who: str, at: datetime) -> Planted:
    book.order(who, END - days(30) + SECOND, total=900.0)
    return []


def surveyed_twice(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at - days(30) + SECOND, kind="survey", title="How was it")
    book.send(who, at, kind="survey", title="How was it")
    return [("asked_twice", at)]


def surveyed_twice_on_two_channels(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at - days(10), kind="survey", title="How was it")
    book.call_out(who, at, "survey", reason="How was it")
    return [("asked_twice", at)]


def asked_for_the_number_again(book: Book, who: str, at: datetime) -> Planted:
    book.call(who, at, again="yes")
    return [("asked_twice", at)]


def same_survey_after_a_month(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at - days(31), kind="survey", title="How was it")
    book.send(who, at - days(1), kind="survey", title="How was it")
    return []


def two_different_surveys(book: Book, who: str, at: datetime) -> Planted:
    _known(book, who, at)
    book.send(who, at - days(10), kind="survey", title="How was it")
    book.send(who, at, kind="survey", title="Where do you live")
    return []


ALL: tuple[Planting, ...] = (
    *REQUESTS_AND_PROMISES,
    *(
        value
        for name, value in list(globals().items())
        if callable(value)
        and getattr(value, "__module__", "") == __name__
        and not name.startswith("_")
        and value not in REQUESTS_AND_PROMISES
    ),
)
