"""Customers of whom one thing is true each: a breach that was planted, or something that only looks like one.

Each planting is a function of a book, a customer and a moment; it gives the breaches that it planted, as (kind, instant).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.builders.audit_exports import LONDON, Book, days, hours, rfc3339

Planted = list[tuple[str, datetime]]
Planting = Callable[[Book, str, datetime], Planted]

END = datetime(2026, 6, 30, 12, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
PARIS = ZoneInfo("Europe/Paris")


def _known(book: Book, who: str, at: datetime) -> None:
    """Somebody who may be written to: an order, a while before."""
    book.order(who, at - days(40))


# --- deliveries -----------------------------------------------------------------------------------------------------------


def delivered_late(book: Book, who: str, at: datetime) -> Planted:
    book.order(who, at, due=at + days(3), delivered=at + days(3) + timedelta(seconds=1))
    return [("late_delivery", at + days(3))]


def never_delivered(book: Book, who: str, at: datetime) -> Planted:
    book.order(who, at, due=at + days(3))
    return [("late_delivery", at + days(3))]


def cancelled_after_it_was_due(book: Book, who: str, at: datetime) -> Planted:
    book.order(who, at, due=at + days(3), cancelled=at + days(4), why="customer")
    return [("late_delivery", at + days(3))]


def moved_after_it_was_due(book: Book, who: str, at: datetime) -> Planted:
    number = book.order(who, at, due=at + days(3), delivered=at + days(6))
    book.event(who, at + days(4), "Promise Renegotiated", promise_id=number, due_at=rfc3339(at + days(7)))
    return [("late_delivery", at + days(3))]


def late_by_the_day(book: Book, who: str, at: datetime) -> Planted:
    due = _midnight_after_clock_change()
    book.order(who, due - days(4), due="2026-03-29", delivered=due)
    return [("late_delivery", due - MILLISECOND)]


def told_twice_and_late(book: Book, who: str, at: datetime) -> Planted:
    book.order(who, at, due=at + days(3), delivered=at + days(5), copies=2)
    return [("late_delivery", at + days(3))]


def delivered_at_the_due_instant(book: Book, who: str, at: datetime) -> Planted:
    book.order(who, at, due=at + days(3), delivered=at + days(3))
    return []


def delivered_at_the_due_instant_in_paris(book: Book, who: str, at: datetime) -> Planted:
    book.order(who, at, due=at + days(3), delivered=at + days(3), offset=PARIS)
    return []


def delivered_on_the_last_second_of_the_day_of_the_clock_change(book: Book, who: str, at: datetime) -> Planted:
    due = _midnight_after_clock_change()
    book.order(who, due - days(4), due="2026-03-29", delivered=due - timedelta(seconds=1))
    return []


def cancelled_before_it_was_due(book: Book, who: str, at: datetime) -> Planted:
    book.order(who, at, due=at + days(3), cancelled=at + days(1), why="customer")
    return []


def moved_with_consent(book: Book, who: str, at: datetime) -> Planted:
    number = book.order(who, at, due=at + days(3), delivered=at + days(6))
    book.event(who, at + days(2), "Promise Renegotiated", promise_id=number, due_at=rfc3339(at + days(7)))
    return []


def not_yet_due(book: Book, who: str, at: datetime) -> Planted:
    book.order(who, END - days(1), due=END + days(1))
    return []


def _midnight_after_clock_change() -> datetime:
    """The end of 29 March 2026 in London, which has 23 hours."""
    return datetime(2026, 3, 30, tzinfo=LONDON).astimezone(UTC)


# --- requests and promises ---------------------------------------------------------------------------------------------------


def answered_late(book: Book, who: str, at: datetime) -> Planted:
    book.ticket(who, at, replied=at + hours(48) + timedelta(seconds=1))
    return [("unanswered_request", at + hours(48))]


def never_answered(book: Book, who: str, at: datetime) -> Planted:
    book.ticket(who, at, status="open", copies=2)
    return [("unanswered_request", at + hours(48))]


def answered_late_over_the_clock_change(book: Book, who: str, at: datetime) -> Planted:
    at = datetime(2026, 3, 28, 12, tzinfo=LONDON).astimezone(UTC)
    # 13:00 to 13:00 two days later by the clock is 47 hours and in time; one minute past 13:00 of the day after is not.
    book.ticket(who, at, replied=datetime(2026, 3, 30, 13, 1, tzinfo=LONDON))
    return [("unanswered_request", at + hours(48))]


def other_question_answered(book: Book, who: str, at: datetime) -> Planted:
    book.event(who, at, "Request Made", intent="invoice")
    book.event(who, at + hours(1), "Request Answered", intent="return")
    return [("unanswered_request", at + hours(48))]


def answered_at_the_last_instant(book: Book, who: str, at: datetime) -> Planted:
    book.ticket(who, at, replied=at + hours(48))
    return []


def answered_in_time_over_the_clock_change(book: Book, who: str, at: datetime) -> Planted:
    at = datetime(2026, 3, 28, 12, tzinfo=LONDON).astimezone(UTC)
    book.ticket(who, at, replied=datetime(2026, 3, 30, 13, 0, tzinfo=LONDON))
    return []


def refused_in_time(book: Book, who: str, at: datetime) -> Planted:
    book.event(who, at, "Request Made", intent="invoice", request_id=f"r-{who}")
    book.event(who, at + hours(2), "Request Refused", intent="invoice", request_id=f"r-{who}")
    return []


def called_back_late(book: Book, who: str, at: datetime) -> Planted:
    book.call(who, at, back_by=at + hours(5), called_back=at + hours(5) + timedelta(seconds=1))
    return [("broken_promise", at + hours(5))]


def never_called_back(book: Book, who: str, at: datetime) -> Planted:
    book.call(who, at, back_by=at + hours(5))
    return [("broken_promise", at + hours(5))]


def moved_again_and_broken(book: Book, who: str, at: datetime) -> Planted:
    book.call(who, at, back_by=at + hours(5), moved=at + hours(4), moved_to=at + hours(30), called_back=at + hours(31))
    return [("broken_promise", at + hours(30))]


def called_back_on_the_minute(book: Book, who: str, at: datetime) -> Planted:
    book.call(who, at, back_by=at + hours(5), called_back=at + hours(5))
    return []


def call_back_moved_with_consent(book: Book, who: str, at: datetime) -> Planted:
    book.call(who, at, back_by=at + hours(5), moved=at + hours(5), moved_to=at + hours(30), called_back=at + hours(29))
    return []


REQUESTS_AND_PROMISES: tuple[Planting, ...] = (
    delivered_late,
    never_delivered,
    cancelled_after_it_was_due,
    moved_after_it_was_due,
    late_by_the_day,
    told_twice_and_late,
    delivered_at_the_due_instant,
    delivered_at_the_due_instant_in_paris,
    delivered_on_the_last_second_of_the_day_of_the_clock_change,
    cancelled_before_it_was_due,
    moved_with_consent,
    not_yet_due,
    answered_late,
    never_answered,
    answered_late_over_the_clock_change,
    other_question_answered,
    answered_at_the_last_instant,
    answered_in_time_over_the_clock_change,
    refused_in_time,
    called_back_late,
    never_called_back,
    moved_again_and_broken,
    called_back_on_the_minute,
    call_back_moved_with_consent,
)
