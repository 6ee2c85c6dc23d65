"""Firms whose people order, complain and are promised things, each in their role and for themselves."""

from __future__ import annotations

from typing import Any

DAY = "2026-05-{:02d}T{:02d}:00:00Z"


def group(person: str, account: str, day: int = 1, hour: int = 8, **traits: Any) -> dict[str, Any]:
    """Somebody belongs to an account."""
    return {
        "type": "group",
        "userId": person,
        "groupId": account,
        "timestamp": DAY.format(day, hour),
        "traits": {"role": "buyer", **traits},
    }


def did(person: str, event: str, day: int, hour: int = 9, **properties: Any) -> dict[str, Any]:
    """Somebody did something; with ``account`` for that account."""
    return {"type": "track", "event": event, "userId": person, "timestamp": DAY.format(day, hour), "properties": properties}


def ordered(person: str, day: int, number: str, total: float = 100.0, hour: int = 9, **properties: Any) -> dict[str, Any]:
    """An order of one article."""
    lines = [{"product_id": "p", "category": properties.pop("category", "candles"), "price": total, "quantity": 1}]
    return did(person, "Order Completed", day, hour, order_id=number, total=total, currency="GBP", products=lines, **properties)


def opened(person: str, day: int, case: str, severity: int = 3, hour: int = 10, **properties: Any) -> dict[str, Any]:
    """A case of ours."""
    return did(person, "Case Opened", day, hour, case_id=case, severity=severity, fault="ours", **properties)


def closed(person: str, day: int, case: str, hour: int = 11, **properties: Any) -> dict[str, Any]:
    """... and its end."""
    return did(person, "Case Closed", day, hour, case_id=case, **properties)


def promised(person: str, day: int, promise: str, due_at: str, hour: int = 12, **properties: Any) -> dict[str, Any]:
    """A delivery that is promised."""
    said: dict[str, Any] = {"promise_id": promise, "class": "delivery", "due_at": due_at, **properties}
    return did(person, "Promise Made", day, hour, **said)
