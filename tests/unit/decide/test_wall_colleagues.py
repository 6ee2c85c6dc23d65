"""What colleagues bought is told to nobody who has left the account, or is only thought to belong to it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from platinum.engine import Engine
from tests.builders.firms import group, ordered

POLICY: dict[str, Any] = {
    "policy": "colleagues",
    "currency": "GBP",
    "timezone": "Europe/London",
    "human": {"phone": "1"},
    "languages": ["en"],
    "categories": ["candles"],
    "channels": {"web": "inbound"},
    "actions": {
        "more": {"type": "answer", "channels": ["web"], "intent": "again", "words": {"en": "More of {last_category}?"}},
    },
}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([group("bob", "acme")], True),
        ([group("bob", "acme", basis="inferred")], False),
        ([group("bob", "acme", until="2026-05-03T00:00:00Z")], False),
        ([group("bob", "acme"), group("bob", "acme", 3, left=True)], False),
    ],
    ids=["belongs", "inferred", "was there until", "left"],
)
def test_what_colleagues_bought_is_told_to_whoever_belongs(said: list[dict[str, Any]], told: bool) -> None:
    with Engine.open(orjson.dumps(POLICY), partitions=1, buckets=1) as engine:
        engine.process([group("ada", "acme"), said[0], ordered("ada", 2, "o-1", account="acme"), *said[1:]])
        made = engine.decide("bob", "web", now="2026-05-04T10:00:00Z", context={"account": "acme", "intent": "again"})

        assert ("candles" in orjson.dumps(made["content"]).decode()) is told
