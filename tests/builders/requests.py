"""Requests about simulated people, good and bad ones mixed, and the rows that they meet."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import orjson

from platinum.engine import Engine
from platinum.hashing import murmur2
from platinum.ops.population import GIFT_SHOP, simulate_events
from platinum.pipeline.request import Ask, Asked
from platinum.policy.policy import Policy

NOW_MS = 1_790_000_000_000
BUCKETS, PARTITIONS = 256, 4
_NAMES = ("Product Viewed", "Order Completed", "Product Added", "Consent Changed")


def rows_under(source: bytes, customers: int = 200, events: int = 2_000) -> dict[bytes, bytes]:
    """Packed rows of simulated people, by customer key."""
    with Engine.open(source) as engine:
        shop = replace(GIFT_SHOP, currency=engine.policy.currency)
        engine.process_json(list(simulate_events(seed=3, customers=customers, events=events, shop=shop)))
        return engine.customers()


def some_asked(policy: Policy, rows: dict[bytes, bytes], count: int, seed: int) -> Iterator[Asked]:
    """Requests: people known and not, one placement or more, with events, candidates and context or without, some broken."""
    draw = random.Random(seed)
    known = sorted(rows)
    for i in range(count):
        customer = draw.choice(known).decode() if draw.random() < 0.9 else f"new-{i}"
        placements = draw.choices(policy.placements, k=draw.choice((1, 1, 1, 2, 3)))
        if draw.random() < 0.04:
            placements[-1] = "nowhere"
        candidates = None
        if draw.random() < 0.25:
            candidates = [a.name for a in draw.choices(policy.actions, k=draw.randint(0, 6))] + ["nobody"] * (draw.random() < 0.15)
        events = [_an_event(draw, customer, f"{i}-{j}") for j in range(draw.randint(1, 3))] if draw.random() < 0.25 else []
        context = (draw.choice(("", "", "help")), draw.choice(("", "web")), "")
        h = murmur2(customer.encode())
        ask = Ask(customer, placements, NOW_MS + i, "http", f"r{i}", events, candidates, *context)
        yield Asked(ask, rows.get(customer.encode()), h % BUCKETS, h % PARTITIONS)


def _an_event(draw: random.Random, customer: str, message: str) -> bytes:
    properties = {"order_id": message, "total": 12.5, "price": 3.0, "category": "candles", "purpose": "promotion", "granted": True}
    at = "no time" if draw.random() < 0.1 else "2026-01-02T03:00:00Z"
    event = {"type": "track", "event": draw.choice(_NAMES), "messageId": message, "userId": customer, "timestamp": at}
    return orjson.dumps(event | {"properties": properties})
