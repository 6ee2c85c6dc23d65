"""A corner shop whose visitors each like one thing, and a log of what it offered them."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

import platinum

Json = dict[str, Any]
KINDS = ("bread", "fruit", "fish")
START_MS = 1_780_000_000_000
DAY_MS = 86_400_000


def shop_policy(name: str = "corner-shop", gamma0: float = 2.0, more: str = "", empty: str = "no") -> bytes:
    """Three offers on the home page, each about one kind of food."""
    text = f"policy: {name}\ncurrency: EUR\ntimezone: UTC\ncategories: [{', '.join(KINDS)}]\nchannels: {{web: inbound}}\n"
    text += f"placements:\n  home: {{channel: web, takes: [offer], lanes: [growth], may_be_empty: {empty}}}\n{more}"
    text += f"exploration: {{gamma0: {gamma0:g}}}\nactions:\n"
    for kind in KINDS:
        text += f"  offer-{kind}:\n    type: offer\n    channels: [web]\n    value: 2.00\n    p_accept: 0.2\n    category: {kind}\n"
        text += f'    words: "Something off {kind}."\n'
        text += "    terms: {total_cost: as on the shelf, ends: 14d, cancel: do not use it, data_use: the receipt shows it}\n"
    return text.encode()


def at(ms: int) -> str:
    """RFC 3339."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat().replace("+00:00", "Z")


def likes(visitors: int) -> dict[str, str]:
    """Visitor → what they like."""
    draw = Random(7)
    return {f"c{i}": draw.choice(KINDS) for i in range(visitors)}


def visit(engine: platinum.Engine, visitors: int, days: int, answered: bool = True) -> list[Json]:
    """Everybody comes every day, and takes what they like in half of all cases, anything else in a tenth."""
    draw, made = Random(11), []
    for day in range(days):
        events: list[Json] = []
        for i, (who, liked) in enumerate(likes(visitors).items()):
            now_ms = START_MS + day * DAY_MS + i * 1000
            made.append(engine.decide(who, "home", now=at(now_ms)))
            action = made[-1]["action"]
            taken = draw.random() < (0.5 if action == f"offer-{liked}" else 0.1)
            if action is not None and answered:
                events.append(_answer(made[-1], taken, now_ms + 500))
        engine.process(events)
    return made


def _answer(decision: Json, taken: bool, at_ms: int) -> Json:
    return {
        "type": "track",
        "event": "Decision Accepted" if taken else "Decision Declined",
        "userId": decision["customer_id"],
        "timestamp": at(at_ms),
        "properties": {"decision_id": decision["decision_id"]},
    }
