"""Whole sets of exports: all plantings together with their labels, and wild ones in which everything happens to everybody."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders.audit_contacts import ALL
from tests.builders.audit_exports import Book, days, hours, rfc3339
from tests.builders.audit_planted import END
from tests.reference.audit import Breach, ms

BEGIN = datetime(2025, 9, 1, 9, tzinfo=UTC)


def planted(seed: int, each: int) -> tuple[Book, set[Breach]]:
    """Every planting ``each`` times at moments drawn, and what was planted. Rows are in no order."""
    draw = random.Random(seed)
    book, expected = Book(), set()
    for planting in ALL:
        for i in range(each):
            who = f"{planting.__name__}-{i}@Example.org" if i % 2 else f"{planting.__name__}-{i}@example.org"
            # In the daytime: no local time between 01:00 and 02:00 that a clock change repeats.
            at = BEGIN + days(60 + draw.randrange(150)) + timedelta(hours=draw.randrange(9), seconds=draw.randrange(3600))
            expected |= {(kind, who.lower(), ms(when)) for kind, when in planting(book, who, at)}
    book.event("the-last-one", END, "Order Refunded", order_id="x", total=0)
    for rows in book.rows.values():
        draw.shuffle(rows)
    draw.shuffle(book.events)
    return book, expected


def wild(seed: int, customers: int = 40, things: int = 25) -> Book:
    """Customers to whom anything happens at moments that often coincide."""
    draw = random.Random(seed)
    book = Book()
    for c in range(customers):
        who = f"c-{c}" if c % 3 else f"C{c}@Example.org"
        ids: list[str] = ["case-1", "order-1"]

        def moment() -> datetime:
            return BEGIN + days(draw.randrange(60)) + hours(6 * draw.randrange(3))

        for _ in range(draw.randrange(things)):
            _anything(book, draw, who, moment(), moment(), ids)
    return book


def _anything(book: Book, draw: random.Random, who: str, at: datetime, then: datetime, ids: list[str]) -> None:
    maybe = then if draw.random() < 0.7 else None
    one = draw.choice(ids)
    match draw.randrange(14):
        case 0 | 1:
            due: datetime | str = draw.choice([at + days(3), at + days(1)])
            due = draw.choice(["", "2025-10-26", due])
            ids.append(book.order(who, at, draw.choice([20, 100, 260]), due, maybe, accepts=draw.choice(["yes", "no"])))
        case 2:
            book.order(who, at, 50, at + days(4), None, then, draw.choice(["customer", "inventory", ""]))
        case 3 | 4:
            kind, fault = draw.choice(["question", "problem", "incident"]), draw.choice(["us", "customer", "", "nobody"])
            ids.append(book.ticket(who, at, maybe, then if draw.random() < 0.6 else None, kind, fault, draw.choice([1, 1, 2])))
        case 5:
            reason, outcome = draw.choice(["complaint", "advice"]), draw.choice(["resolved", ""])
            more = {"back_by": maybe, "moved": draw.choice([None, at]), "moved_to": then, "called_back": draw.choice([None, then])}
            ids.append(book.call(who, at, reason, outcome, draw.choice(["yes", "no", "no"]), **more))
        case 6:
            book.call_out(who, at, draw.choice(["sales", "thanks", "survey", "service", ""]), draw.choice(["A", "B"]))
        case 7 | 8 | 9:
            kind = draw.choice(["regular", "automation", "survey", "thanks", "transactional", "odd"])
            book.send(who, at, kind, draw.choice(["A", "B"]), draw.choice([None, None, then]), draw.choice([1, 1, 2]))
        case _:
            _any_event(book, draw, who, at, then, one)


def _any_event(book: Book, draw: random.Random, who: str, at: datetime, then: datetime, one: str) -> None:
    purpose = draw.choice(["promotion", "relationship", "all"])
    channel: dict[str, Any] = draw.choice([{}, {"channel": "Email"}, {"channel": "call"}])
    withdrawn: dict[str, Any] = draw.choice([{}, {"withdrawn": True}])
    match draw.randrange(9):
        case 0:
            book.event(who, at, "Consent Changed", purpose=purpose, state=draw.choice(["granted", "denied", "revoked"]), **channel)
        case 1:
            book.event(who, at, "Objection Made", purpose=purpose, **channel, **withdrawn)
        case 2:
            n, span = draw.randrange(3), draw.randrange(1, 20)
            book.event(who, at, "Preference Stated", preference="cadence", limit=n, days=span, **withdrawn)
        case 3:
            book.event(who, at, "Promise Renegotiated", promise_id=one, due_at=rfc3339(then))
        case 4:
            book.event(who, at, "Complaint Made", about=one, fault=draw.choice(["ours", "theirs", "unknown"]))
        case 5:
            book.event(who, at, draw.choice(["Case Closed", "Case Confirmed"]), case_id=one)
        case 6:
            book.event(who, at, "Contact Marked Spam", decision_id=one, **channel)
        case 7:
            numbered: dict[str, Any] = draw.choice([{}, {"request_id": one}])
            book.event(who, at, "Request Made", 2, intent=draw.choice(["a", "b"]), **numbered)
        case _:
            said: dict[str, Any] = draw.choice([{}, {"request_id": one}, {"intent": "a"}])
            book.event(who, at, "Request Answered", **said)
