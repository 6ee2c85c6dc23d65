"""A shop that writes to everybody who orders: two actions, two channels, contacts to be claimed, withdrawn and stopped."""

from __future__ import annotations

from typing import Any

import orjson

from platinum.ports import Fetched, Log, contacts_topic
from tests.builders.deployments import read_all

POLICY = b"""\
policy: mailing
currency: EUR
timezone: UTC
human: {email: hello@example.org}
categories: [candles, garden]
channels:
  web: inbound
  email: {kind: outbound, expires: 2d, basis: existing_customer}
  card: {kind: outbound, expires: 7d, basis: existing_customer}
placements:
  hero: {channel: web}
caps: [6 contacts per 7d]
decide_on: [order_completed]
exploration: {gamma0: 10000, silence: 0}
actions:
  garden-week:
    type: offer
    channels: [email, web]
    value: 900.00
    when: {trigger_category: garden}
    words: "It is garden week until {ends}."
    terms: {total_cost: "as marked", ends: 14d, cancel: "nothing to cancel", data_use: none}
  candle-week:
    type: offer
    channels: [card]
    value: 900.00
    when: {trigger_category: candles}
    words: "It is candle week until {ends}."
    terms: {total_cost: "as marked", ends: 14d, cancel: "nothing to cancel", data_use: none}
"""


def an_order(customer: str, number: int, category: str = "garden", at: str = "") -> dict[str, Any]:
    """An order that is answered by a contact."""
    properties = {"order_id": f"{customer}-{number}", "total": 30, "products": [{"category": category, "price": 30, "quantity": 1}]}
    event = {"type": "track", "event": "Order Completed", "messageId": f"{customer}-{number}", "userId": customer, "properties": properties}
    return event | ({"timestamp": at} if at else {})


async def contacts(log: Log, *channels: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(contacts, withdrawals) that were published."""
    records: list[Fetched] = []
    for channel in channels or ("email", "card"):
        records += [record for some in await read_all(log, contacts_topic(channel)) for record in some]
    bodies = [orjson.loads(record.value) for record in records]
    return [body for body in bodies if body["type"] != "withdrawal"], [body for body in bodies if body["type"] == "withdrawal"]
