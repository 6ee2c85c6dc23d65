"""Slow twin of the profile: every number recomputed from the whole history, in plain Python.

Input is a list of events as ``tests.builders.rows`` makes them, in log order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from platinum.hashing import name_hash
from platinum.vocabulary.codes import Kind

DAY = 86_400_000
Made = dict[str, Any]


def local_date(at_ms: int, zone: str) -> date:
    """Local calendar date."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone)).date()


def orders_of(events: Iterable[Made]) -> list[Made]:
    """Completed orders worth something."""
    return [e for e in events if e["kind"] == Kind.ORDER_COMPLETED and e["amount"] > 0]


def rfm(events: Sequence[Made], now_ms: int, zone: str) -> dict[str, float] | None:
    """Frequency, recency, T and monetary value by grouping orders into days (``lifetimes``); None without orders."""
    orders = orders_of(events)
    if not orders:
        return None
    spend_of_day: dict[date, list[float]] = {}
    for order in orders:
        spend_of_day.setdefault(local_date(order["occurred_ms"], zone), []).append(order["amount"])
    days = sorted(spend_of_day)
    today = local_date(now_ms, zone)
    repeats = [math.fsum(spend_of_day[day]) for day in days[1:]]
    return {
        "orders": len(orders),
        "spend": math.fsum(order["amount"] for order in orders),
        "frequency": len(days) - 1,
        "recency_days": (days[-1] - days[0]).days,
        "age_days": (today - days[0]).days,
        "days_since_last": (today - days[-1]).days,
        "monetary_value": math.fsum(repeats) / len(repeats) if repeats else 0.0,
        "last_order_ms": max(order["occurred_ms"] for order in orders),
    }


def decayed_sum(points: Iterable[tuple[int, float]], now_ms: int, half_life_ms: float) -> float:
    """Σ w·2^(−(now−t)/h) over (t, w)."""
    return math.fsum(weight * math.pow(2.0, -(now_ms - at_ms) / half_life_ms) for at_ms, weight in points)


def interest(events: Sequence[Made]) -> dict[int, list[tuple[int, float]]]:
    """Interest points per category: (time, points)."""
    points: dict[int, list[tuple[int, float]]] = {}
    weights = {Kind.PRODUCT_LIST_VIEWED: 0.5, Kind.PRODUCT_VIEWED: 1.0, Kind.PRODUCT_ADDED: 2.0}
    for event in events:
        if event["kind"] in weights and event.get("name_a"):
            points.setdefault(event["name_a"], []).append((event["occurred_ms"], weights[event["kind"]]))
        if event["kind"] == Kind.ORDER_COMPLETED and event["amount"] > 0:
            for name in {name for name, *_ in event["items"]}:
                points.setdefault(name_hash(name), []).append((event["occurred_ms"], 5.0))
    return points


def shares(events: Sequence[Made], now_ms: int, half_life_ms: float) -> dict[int, float]:
    """Share of each category in all interest."""
    sums = {category: decayed_sum(points, now_ms, half_life_ms) for category, points in interest(events).items()}
    total = math.fsum(sums.values())
    return {category: x / total for category, x in sums.items()}


def newest(statements: Iterable[tuple[Any, int, Any]]) -> dict[Any, Any]:
    """Per key the statement of the newest second, of equals the last one: (key, at_ms, said)."""
    found: dict[Any, tuple[int, Any]] = {}
    for key, at_ms, said in statements:
        if key not in found or at_ms // 1000 >= found[key][0]:
            found[key] = (at_ms // 1000, said)
    return {key: said for key, (_, said) in found.items()}


def without_repeats(events: Sequence[Made]) -> list[Made]:
    """Events whose message id is not among the last 32 of the events that were folded."""
    kept: list[Made] = []
    for event in events:
        message = event.get("message", 0)
        recent = [e["message"] for e in kept if e.get("message", 0)][-32:]
        if not message or message not in recent:
            kept.append(event)
    return kept


@lru_cache
def day_start(day: date, zone: str) -> int:
    """First minute at which the local calendar shows ``day`` or a later one, found by looking at every minute."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    info = ZoneInfo(zone)
    while at.astimezone(info).date() < day:
        at += timedelta(minutes=1)
    return int(at.timestamp() * 1000)


def first_allowed(at_ms: int, quiet_from: int, quiet_to: int, zone: str) -> int:
    """First instant outside [from, to) local minutes, found by looking at every minute."""
    info = ZoneInfo(zone)

    def quiet(ms: int) -> bool:
        local = datetime.fromtimestamp(ms / 1000, UTC).astimezone(info)
        minute = local.hour * 60 + local.minute
        return quiet_from <= minute < quiet_to if quiet_from < quiet_to else minute >= quiet_from or minute < quiet_to

    if not quiet(at_ms):
        return at_ms
    at = at_ms // 60_000 * 60_000
    while quiet(at):
        at += 60_000
    return at
