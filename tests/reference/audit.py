"""What an audit should find, the slow way: raw exports read with csv and json, one dictionary per customer, brute force.

Nothing of the engine is imported, not even an import map: columns and rules are written down here a second time.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
HOUR = 3_600_000
DAY = 24 * HOUR

#: (kind, customer, instant in ms)
Breach = tuple[str, str, int]


@dataclass
class Person:
    """Everything that the exports tell of one customer; tuples begin with their instant."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    delivered: dict[str, int] = field(default_factory=dict)
    cancelled: dict[str, int] = field(default_factory=dict)
    our_fault: list[int] = field(default_factory=list)
    refunds: list[tuple[int, float]] = field(default_factory=list)
    requests: list[tuple[int, str, str]] = field(default_factory=list)
    answers: list[tuple[int, str, str]] = field(default_factory=list)
    promises: dict[str, tuple[int, int]] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    moves: list[tuple[int, str, int]] = field(default_factory=list)
    troubles: list[tuple[int, int, int, str, str, str]] = field(default_factory=list)  # at, rank, order, what, id, fault
    said: list[tuple[int, int, int, str, str, int]] = field(default_factory=list)  # at, rank, order, purpose, channel, state
    cadences: list[tuple[int, int, int, int]] = field(default_factory=list)  # at, order, limit (-1 = taken back), days
    sends: list[tuple[int, int, str, str, str, str]] = field(default_factory=list)  # at, order, purpose, type, campaign, channel
    asked_again: list[int] = field(default_factory=list)


class History:
    def __init__(self) -> None:
        self.people: dict[str, Person] = defaultdict(Person)
        self.end = 0
        self.seen: set[tuple[object, ...]] = set()
        self.order = 0

    def at(self, who: str, instant: int, *identity: object) -> Person | None:
        """The person, unless this very thing was told before."""
        self.order += 1
        self.end = max(self.end, instant)
        key = (key_of(who), *identity)
        if identity and key in self.seen:
            return None
        self.seen.add(key)
        return self.people[key_of(who)]


def key_of(who: str) -> str:
    return who.strip().lower() if "@" in who else who


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def local(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return ms(moment if moment.tzinfo else moment.replace(tzinfo=LONDON))


def utc(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def due_of(text: str) -> int:
    if len(text) == 10:
        after = date.fromisoformat(text) + timedelta(days=1)
        return ms(datetime(after.year, after.month, after.day, tzinfo=LONDON)) - 1
    return shop_time(text)


def shop_time(text: str) -> int:
    return ms(datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z"))


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def read_orders(h: History, path: Path) -> None:
    for row in rows(path):
        who, number = row["Email"], row["Name"]
        if row["Financial Status"] in ("pending", "voided"):
            continue
        at = shop_time(row["Created at"])
        if person := h.at(who, at, "order", number):
            total = float(row["Total"])
            due = due_of(row["Expected delivery"]) if row["Expected delivery"] else 0
            known = person.orders.get(number)
            if known is None or at < known["at"]:
                person.orders[number] = {"at": at, "total": total, "due": due}
        if row["Delivered at"] and (person := h.at(who, shop_time(row["Delivered at"]), "delivered", number)):
            person.delivered[number] = min(shop_time(row["Delivered at"]), person.delivered.get(number, 1 << 60))
        if row["Cancelled at"] and (person := h.at(who, shop_time(row["Cancelled at"]), "cancelled", number)):
            person.cancelled[number] = shop_time(row["Cancelled at"])
            if row["Cancel Reason"] == "inventory":
                person.our_fault.append(shop_time(row["Cancelled at"]))
        if row["Accepts Marketing"] == "yes" and (person := h.at(who, at, "accepts", number)):
            person.said.append((at, 0, h.order, "promotion", "email", 1))


def read_tickets(h: History, path: Path) -> None:
    faults = {"us": "ours", "customer": "theirs", "nobody": "nobody"}
    for row in rows(path):
        if row["Status"] in ("deleted", "spam", "suspended"):
            continue
        who, number, at = row["Requester email"], row["Id"], local(row["Created at"])
        if person := h.at(who, at, "request", number):
            person.requests.append((at, number, row["Group"]))
        if row["First replied at"] and (person := h.at(who, local(row["First replied at"]), "answer", number)):
            person.answers.append((local(row["First replied at"]), number, row["Group"]))
        if row["Ticket type"] in ("incident", "problem"):
            if person := h.at(who, at, "case", number):
                person.troubles.append((at, 0, h.order, "case", number, faults.get(row["Fault"], "")))
            if row["Solved at"] and (person := h.at(who, local(row["Solved at"]), "closed", number)):
                person.troubles.append((local(row["Solved at"]), 1, h.order, "close", number, ""))


def read_calls(h: History, path: Path) -> None:
    purposes = {"sales": "promotion", "thanks": "relationship", "survey": "relationship", "service": "service"}
    types = {"sales": "offer", "thanks": "thank_you", "survey": "listen", "service": "answer"}
    for row in rows(path):
        who, number, at = row["Customer"], row["Call Id"], local(row["Started at"])
        if row["Direction"] == "outbound":
            if row["Outcome"] in ("no answer", "busy"):
                continue
            if person := h.at(who, at, "out", number):
                person.sends.append((at, h.order, purposes.get(row["Purpose"], ""), types.get(row["Purpose"], ""), row["Reason"], "call"))
        else:
            h.at(who, at)
            if row["Reason"] == "complaint" and (person := h.at(who, at, "complaint", number)):
                person.troubles.append((at, 0, h.order, "complaint", number, ""))
            if row["Outcome"] == "resolved" and (person := h.at(who, local(row["Ended at"]), "resolved", number)):
                person.troubles.append((local(row["Ended at"]), 1, h.order, "resolved", "", ""))
        if row["Asked again"] == "yes" and (person := h.at(who, at, "again", number)):
            person.asked_again.append(at)
        if row["Call back by"] and (person := h.at(who, local(row["Ended at"]), "promise", number)):
            person.promises.setdefault(number, (local(row["Ended at"]), local(row["Call back by"])))
        if row["Moved at"] and (person := h.at(who, local(row["Moved at"]), "moved", number)):
            person.moves.append((local(row["Moved at"]), number, local(row["Moved to"])))
        if row["Called back at"] and (person := h.at(who, local(row["Called back at"]), "kept", number)):
            person.kept[number] = min(local(row["Called back at"]), person.kept.get(number, 1 << 60))


def read_sends(h: History, path: Path) -> None:
    purposes = {
        "regular": "promotion",
        "automation": "promotion",
        "survey": "relationship",
        "thanks": "relationship",
        "transactional": "service",
    }
    types = {"regular": "offer", "automation": "offer", "survey": "listen", "thanks": "thank_you", "transactional": "answer"}
    for row in rows(path):
        if row["Status"] in ("bounced", "dropped", "failed"):
            continue
        who, kind, at = row["Email Address"], row["Campaign Type"], utc(row["Sent at"])
        if person := h.at(who, at, "send", row["Campaign Id"], row["Sent at"]):
            person.sends.append((at, h.order, purposes.get(kind, ""), types.get(kind, ""), row["Campaign Title"], "email"))
        if row["Unsubscribed at"] and (person := h.at(who, utc(row["Unsubscribed at"]), "unsubscribed", row["Campaign Id"])):
            person.said.append((utc(row["Unsubscribed at"]), 2, h.order, "promotion", "email", -1))


def read_events(h: History, path: Path) -> None:
    with path.open(encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            read_event(h, event, event["properties"], utc(event["timestamp"].replace("Z", "+00:00")))


def read_event(h: History, event: dict[str, Any], p: dict[str, Any], at: int) -> None:
    name = event["event"]
    person = h.at(event["userId"], at, *(("message", event["messageId"]) if "messageId" in event else ()))
    if person is None:
        return
    channel = p.get("channel", "").lower()
    if name == "Consent Changed":
        yes = p["state"] == "granted"
        person.said.append((at, 0 if yes else 2, h.order, p["purpose"], channel, 1 if yes else -1))
    elif name == "Objection Made":
        back = p.get("withdrawn", False)
        person.said.append((at, 0 if back else 2, h.order, p["purpose"], channel, 2 if back else -2))
    elif name == "Contact Marked Spam":
        person.said.append((at, 2, h.order, "promotion", channel, -1))
    elif name == "Preference Stated":
        person.cadences.append((at, h.order, -1 if p.get("withdrawn") else p["limit"], p["days"]))
    elif name == "Promise Renegotiated":
        person.moves.append((at, p["promise_id"], utc(p["due_at"].replace("Z", "+00:00"))))
    elif name == "Order Refunded":
        person.refunds.append((at, p["total"]))
        if p.get("reason") == "our_fault":
            person.our_fault.append(at)
    else:
        read_service_event(h.order, person, name, p, at)


def read_service_event(order: int, person: Person, name: str, p: dict[str, Any], at: int) -> None:
    if name in ("Failure Reported", "Complaint Made"):
        number = p.get("case_id") or p.get("about") or ""
        person.troubles.append((at, 0, order, "complaint", number, p.get("fault", "")))
    elif name in ("Case Closed", "Case Confirmed"):
        person.troubles.append((at, 1, order, "close", p["case_id"], ""))
    elif name == "Request Made":
        person.requests.append((at, p.get("request_id", ""), p["intent"]))
    elif name in ("Request Answered", "Request Refused"):
        person.answers.append((at, p.get("request_id", ""), p.get("intent", "")))


READERS = {"orders": read_orders, "tickets": read_tickets, "calls": read_calls, "sends": read_sends, "events": read_events}


def read(files: dict[str, Path]) -> History:
    """Read the exports, in the order in which they are given."""
    history = History()
    for what, path in files.items():
        READERS[what](history, path)
    return history
