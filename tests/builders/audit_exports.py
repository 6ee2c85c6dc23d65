"""Raw exports of a shop, a help desk, a telephone system and a mailer, written row by row."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

COLUMNS = {
    "orders": (
        "Name", "Email", "Financial Status", "Currency", "Total", "Accepts Marketing", "Created at", "Lineitem quantity", "Lineitem name",
        "Lineitem price", "Lineitem sku", "Cancelled at", "Cancel Reason", "Source", "Expected delivery", "Delivered at",
    ),
    "tickets": (
        "Id", "Requester email", "Via", "Ticket type", "Group", "Priority", "Status", "Created at", "First replied at", "Solved at",
        "Fault",
    ),
    "calls": (
        "Call Id", "Customer", "Direction", "Started at", "Ended at", "Queue", "Reason", "Outcome", "Purpose", "Asked again",
        "Call back by", "Moved at", "Moved to", "Called back at",
    ),
    "sends": ("Campaign Id", "Campaign Title", "Campaign Type", "Email Address", "Sent at", "Status", "Unsubscribed at"),
}  # fmt: skip


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


def days(n: float) -> timedelta:
    return timedelta(days=n)


class Book:
    """Rows of every export, before they are written; instants are aware."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in COLUMNS}
        self.events: list[dict[str, Any]] = []
        self._number = 1000

    def number(self) -> str:
        self._number += 1
        return str(self._number)

    def _add(self, table: str, **cells: str) -> None:
        self.rows[table].append({column: cells.get(column.replace(" ", "_"), "") for column in COLUMNS[table]})

    def order(
        self,
        who: str,
        at: datetime,
        total: float = 20.0,
        due: datetime | str = "",
        delivered: datetime | None = None,
        cancelled: datetime | None = None,
        why: str = "",
        accepts: str = "no",
        number: str = "",
        copies: int = 1,
        offset: ZoneInfo | None = None,
    ) -> str:
        number = number or f"#{self.number()}"
        for _ in range(copies):
            self._add(
                "orders",
                Name=number,
                Email=who,
                Financial_Status="paid",
                Currency="GBP",
                Total=f"{total:.2f}",
                Accepts_Marketing=accepts,
                Created_at=_shop(at, offset),
                Lineitem_quantity="1",
                Lineitem_name="Candle",
                Lineitem_price=f"{total:.2f}",
                Lineitem_sku="c-7",
                Cancelled_at=_shop(cancelled, offset),
                Cancel_Reason=why,
                Source="web",
                Expected_delivery=due if isinstance(due, str) else _shop(due, offset),
                Delivered_at=_shop(delivered, offset),
            )
        return number

    def ticket(
        self,
        who: str,
        at: datetime,
        replied: datetime | None = None,
        solved: datetime | None = None,
        kind: str = "question",
        fault: str = "",
        copies: int = 1,
        status: str = "closed",
        group: str = "Returns",
    ) -> str:
        number = self.number()
        for _ in range(copies):
            self._add(
                "tickets",
                Id=number,
                Requester_email=who,
                Via="email",
                Ticket_type=kind,
                Group=group,
                Priority="normal",
                Status=status,
                Created_at=_local(at),
                First_replied_at=_local(replied),
                Solved_at=_local(solved),
                Fault=fault,
            )
        return number

    def call(self, who: str, at: datetime, reason: str = "advice", outcome: str = "", again: str = "no", **more: datetime | None) -> str:
        """An inbound call; ``more``: ended, back_by, moved, moved_to, called_back."""
        number = self.number()
        self._add(
            "calls",
            Call_Id=number,
            Customer=who,
            Direction="inbound",
            Started_at=_local(at),
            Ended_at=_local(more.get("ended") or at + timedelta(minutes=5)),
            Queue="Service",
            Reason=reason,
            Outcome=outcome,
            Asked_again=again,
            Call_back_by=_local(more.get("back_by")),
            Moved_at=_local(more.get("moved")),
            Moved_to=_local(more.get("moved_to")),
            Called_back_at=_local(more.get("called_back")),
        )
        return number

    def call_out(self, who: str, at: datetime, purpose: str, reason: str = "spring", outcome: str = "reached") -> None:
        cells = {"Call_Id": self.number(), "Customer": who, "Direction": "outbound", "Started_at": _local(at), "Ended_at": _local(at)}
        self._add("calls", Queue="Sales", Reason=reason, Outcome=outcome, Purpose=purpose, Asked_again="no", **cells)

    def send(
        self,
        who: str,
        at: datetime,
        kind: str = "regular",
        title: str = "Spring",
        unsubscribed: datetime | None = None,
        copies: int = 1,
        status: str = "sent",
    ) -> None:
        number = self.number()
        for _ in range(copies):
            self._add(
                "sends",
                Campaign_Id=number,
                Campaign_Title=title,
                Campaign_Type=kind,
                Email_Address=who,
                Sent_at=_utc(at),
                Status=status,
                Unsubscribed_at="" if unsubscribed is None else _utc(unsubscribed),
            )

    def event(self, who: str, at: datetime, name: str, copies: int = 1, **properties: Any) -> None:
        event = {"type": "track", "event": name, "messageId": f"m-{self.number()}", "userId": who, "timestamp": rfc3339(at)}
        self.events += [event | {"properties": properties}] * copies

    def write(self, folder: Path) -> dict[str, Path]:
        """Write all files; in no order of time, as exports are."""
        paths = {}
        for name, rows in self.rows.items():
            paths[name] = folder / f"{name}.csv"
            with paths[name].open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[name])
                writer.writeheader()
                writer.writerows(rows)
        paths["events"] = folder / "events.jsonl"
        with paths["events"].open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(event) + "\n" for event in self.events)
        return {name: path for name, path in paths.items() if name == "events" or self.rows[name]}


def rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _shop(at: datetime | None, zone: ZoneInfo | None = None) -> str:
    return "" if at is None else at.astimezone(zone or UTC).strftime("%Y-%m-%d %H:%M:%S %z")


def _local(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M:%S")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
