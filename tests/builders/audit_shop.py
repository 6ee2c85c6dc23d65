"""A shop that means well and is badly organised: the exports of a year and a half, of any size.

Parcels are late before Christmas, and whoever got one late orders less from then on; the mailer knows nothing of the help desk, and one
of its automations nothing of unsubscriptions; nobody remembers who was asked what. ``python -m tests.builders.audit_shop CUSTOMERS
FOLDER`` writes the files; 300 customers are the example exports that ship.
"""

from __future__ import annotations

import gzip
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.builders.audit_exports import Book, days, hours

BEGIN = datetime(2025, 1, 6, 8, tzinfo=UTC)
LENGTH_D = 540
#: What a late parcel leaves of a customer's wish to order.
AFTER_LATE = 0.55
_FIRST = ("ada", "ben", "cleo", "dan", "eva", "finn", "gita", "hugo", "ines", "jon", "kim", "lea", "max", "nora", "omar", "pia")
_LAST = ("ash", "birch", "cedar", "dale", "elm", "field", "grove", "hill", "isle", "jones", "knight", "lake", "moss", "north", "oak")


class Shop:
    """Writes the lives of customers into a book."""

    def __init__(self, seed: int, mailings: bool = True) -> None:
        self.book = Book()
        self.draw = random.Random(seed)
        self.campaigns = self._plan() if mailings else []

    def _plan(self) -> list[tuple[datetime, str, str]]:
        """(when, title, type) of every mailing to all."""
        planned = []
        for week in range(LENGTH_D // 7):
            at = BEGIN + days(7 * week + 1) + hours(2)
            busy = at.month in (11, 12)
            titles = [f"{at:%B} news", *(f"{at:%B} deals {i}" for i in range(1, 4 if busy and week % 2 else 1))]
            planned += [(at + hours(40 * i), title, "regular") for i, title in enumerate(titles)]
        return planned

    def customer(self, number: int) -> None:
        draw, book = self.draw, self.book
        name = f"{draw.choice(_FIRST)}.{draw.choice(_LAST)}{number}@example.org"
        mean_gap_d = draw.lognormvariate(4.0, 0.6)
        at = BEGIN + days(draw.uniform(0, min(LENGTH_D - 40, 2 * mean_gap_d)))
        wish, orders, leaves, asked = 1.0, 0, None, None
        joined = at
        while at < BEGIN + days(LENGTH_D):
            late = self._order(name, at, orders)
            orders += 1
            if late:
                wish = AFTER_LATE
            if draw.random() < 0.25 and (asked is None or draw.random() < 0.8):
                asked = at + days(5)
                book.send(name, asked, "survey", "How was your order?")
            if draw.random() < 0.06:
                self._call(name, at + days(1.5))
            at += days(max(0.3, draw.expovariate(wish / mean_gap_d)))
        if draw.random() < 0.25:
            leaves = joined + days(draw.uniform(30, 400))
        self._mailings(name, joined, leaves)
        if orders > 8 and draw.random() < 0.15:
            book.send(name, min(at, BEGIN + days(LENGTH_D)) - days(20), "thanks", "Thank you")

    def _order(self, name: str, at: datetime, before: int) -> bool:
        draw, book = self.draw, self.book
        total = round(draw.lognormvariate(3.4, 0.5), 2)
        due = f"{at + days(4):%Y-%m-%d}"
        slow = at.month in (11, 12)
        late = draw.random() < (0.30 if slow else 0.07)
        arrives = at + days(draw.uniform(5.2, 11) if late else draw.uniform(1.2, 3.6))
        lost = late and draw.random() < 0.06
        cancelled = at + days(0.5) if draw.random() < 0.03 else None
        delivered = None if lost or cancelled or arrives > BEGIN + days(LENGTH_D) else arrives
        why = draw.choice(["customer", "customer", "inventory"]) if cancelled else ""
        accepts = "yes" if before == 0 and draw.random() < 0.4 else "no"
        book.order(name, at, total, due, delivered, cancelled, why, accepts)
        if draw.random() < (0.45 if late and not cancelled else 0.07):
            self._ticket(name, at + days(4.6 if late else 2), late and not cancelled)
        return late and not cancelled

    def _ticket(self, name: str, at: datetime, ours: bool) -> None:
        draw = self.draw
        group = "Delivery" if ours else draw.choice(["Returns", "Products", "Invoices"])
        replied = at + hours(draw.expovariate(1 / (40 if group == "Returns" else 16)))
        kind = "problem" if ours or draw.random() < 0.2 else "question"
        solved = replied + days(draw.uniform(1, 12))
        silent = draw.random() < 0.03
        reply = None if silent or replied > BEGIN + days(LENGTH_D) else replied
        self.book.ticket(
            name, at, reply, None if silent or solved > BEGIN + days(LENGTH_D) else solved, kind, "us" if ours else "", group=group
        )

    def _call(self, name: str, at: datetime) -> None:
        draw = self.draw
        back = at + hours(6) if draw.random() < 0.5 else None
        kept = None if back is None or draw.random() < 0.06 else at + hours(draw.uniform(1, 6.0 if draw.random() < 0.75 else 40))
        reason, outcome = ("complaint", "") if draw.random() < 0.2 else ("advice", draw.choice(["resolved", ""]))
        self.book.call(name, at, reason, outcome, "yes" if draw.random() < 0.15 else "no", back_by=back, called_back=kept)

    def _mailings(self, name: str, joined: datetime, leaves: datetime | None) -> None:
        draw, book = self.draw, self.book
        told = False
        for at, title, kind in self.campaigns:
            gone = leaves is not None and at > leaves
            if at < joined or (gone and draw.random() > 0.03):
                continue
            sent = at + timedelta(seconds=draw.randrange(3600))
            last = leaves is not None and not told and at + days(7) > leaves and not gone
            title, kind = ("We miss you", "automation") if gone else (title, kind)
            book.send(name, sent, kind, title, sent + hours(3) if last else None)
            told = told or last


def a_shop(customers: int, seed: int = 1, mailings: bool = True) -> Book:
    """The shop's exports, in order of time within each customer."""
    shop = Shop(seed, mailings)
    for number in range(customers):
        shop.customer(number)
    return shop.book


def main() -> None:
    """Write the exports to a folder, compressed."""
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    names = {"orders": "shop_orders", "tickets": "helpdesk_tickets", "calls": "calls", "sends": "email_sends"}
    for table, path in a_shop(int(sys.argv[1])).write(folder).items():
        if table in names:
            with gzip.GzipFile("", "wb", 9, (folder / f"{names[table]}.csv.gz").open("wb"), mtime=0) as out:
                out.write(path.read_bytes())
        path.unlink()


if __name__ == "__main__":
    main()
