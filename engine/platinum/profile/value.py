"""What a customer has bought: orders, spend and days as the ``lifetimes`` package defines them (design 13)."""

from __future__ import annotations

import numpy as np

from platinum.jit import inner
from platinum.policy.tables import Tables
from platinum.profile.decay import add_decayed
from platinum.profile.purchase_days import mark_day
from platinum.profile.row import Record, wide
from platinum.profile.zones import local_day


@inner
def add_order(row: Record, event: Record, items: Record, tables: Tables) -> bool:
    """Fold one completed order; returns whether ``last_day`` moved.

    An amount of 0 or less is no purchase. Days are those of the policy's time zone. Any order of arrival gives the
    same row (sums up to rounding), except ``cart_value``, which follows the log.
    """
    amount, at_ms = float(event["amount"]), wide(event["occurred_ms"])
    if not amount > 0.0:
        return False
    settings = tables.settings[0]
    day = local_day(wide(settings["zone"]), at_ms, tables)
    first = row["orders"] == 0
    last_day = wide(row["last_day"])
    mark_day(row, day)
    if first or day < row["first_day"]:
        row["first_day"] = day
        row["first_day_spend"] = amount
    elif day == row["first_day"]:
        row["first_day_spend"] += amount
    row["spend"] += amount
    category = largest_line(event, items)
    if first or at_ms > row["last_order_ms"] or (at_ms == row["last_order_ms"] and category > row["last_category"]):
        row["last_order_ms"] = at_ms
        row["last_category"] = category
        row["cart_value"] = 0.0
    row["orders"] += 1
    row["spend_365d"] = add_decayed(row["spend_365d"], row["value_as_of_ms"], amount, at_ms, settings["value_half_life_ms"])
    row["value_as_of_ms"] = max(wide(row["value_as_of_ms"]), at_ms)
    return bool(first or row["last_day"] != last_day)


@inner
def largest_line(event: Record, items: Record) -> np.uint32:
    """Category of the order line with the largest amount, the first of equals; 0 without lines."""
    category, most = np.uint32(0), -np.inf
    for i in range(wide(event["item_start"]), wide(event["item_start"] + event["item_count"])):
        if items[i]["name"] != 0 and items[i]["amount"] > most:
            category, most = items[i]["name"], items[i]["amount"]
    return category


@inner
def add_refund(row: Record, amount: float) -> None:
    """Money given back; what was bought stays bought (``lifetimes`` leaves returns out)."""
    row["refunded"] += abs(amount)


@inner
def add_view(row: Record, event: Record, tables: Tables) -> None:
    """Fold one product or list view; the newest one's category is kept, of equals the larger hash."""
    at_ms = wide(event["occurred_ms"])
    half_life_ms = tables.settings[0]["view_half_life_ms"]
    if at_ms > row["views_as_of_ms"] or (at_ms == row["views_as_of_ms"] and event["name_a"] > row["last_view_category"]):
        row["last_view_category"] = event["name_a"]
    row["views_30d"] = add_decayed(row["views_30d"], row["views_as_of_ms"], 1.0, at_ms, half_life_ms)
    row["views_as_of_ms"] = max(wide(row["views_as_of_ms"]), at_ms)


@inner
def change_cart(row: Record, amount: float, at_ms: int) -> None:
    """Put into (or, negative, take out of) the cart; what is older than the last order was part of it."""
    if row["orders"] == 0 or at_ms > row["last_order_ms"]:
        row["cart_value"] = max(0.0, row["cart_value"] + amount)
