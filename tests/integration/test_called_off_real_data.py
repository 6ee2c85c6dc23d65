"""A real shop's cancellations under the gift shop's policy: nobody is sold again what they have just called off."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
import yaml

from platinum.engine import Engine
from platinum.hashing import name_hash
from platinum.ops.importing import ImportReport, import_events, read_map
from platinum.policy.load import example
from platinum.ports import contacts_topic
from tests.builders.deployments import read_all

MAP = Path(__file__).parents[2] / "engine" / "platinum" / "examples" / "maps" / "online_retail.yaml"
GIFT_SHOP = example("gift-shop")
WEEK_S = 7 * 86_400.0
SELLS = ("offer", "help")


def _at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _cancellations(events: Sequence[dict[str, Any]]) -> dict[str, list[tuple[float, frozenset[str]]]]:
    """Customer → when they called off an order, and the categories of its items; the newest order's where none is told.

    Of two orders at one instant the one counts whose category has the larger hash, whichever came first (``profile.order_free``).
    """
    found: dict[str, list[tuple[float, frozenset[str]]]] = {}
    newest: dict[str, tuple[str, int, str]] = {}
    for event in events:
        lines = [one for one in event["properties"].get("products", ()) if one.get("category")]
        if event["event"] == "Order Completed":
            of = max(lines, key=lambda one: one["price"] * one["quantity"])["category"] if lines else ""
            told = event["timestamp"], name_hash(of) if of else 0, of
            newest[event["userId"]] = max(newest.get(event["userId"], ("", 0, "")), told)
        elif event["event"] == "Order Cancelled":
            known = {one["category"] for one in lines} or {newest.get(event["userId"], ("", 0, ""))[2]}
            found.setdefault(event["userId"], []).append((_at(event["timestamp"]), frozenset(known - {""})))
    return found


def _actions() -> Mapping[str, Mapping[str, Any]]:
    read: dict[str, Any] = yaml.safe_load(GIFT_SHOP)
    return read["actions"]  # type: ignore[no-any-return]


class Lived(NamedTuple):
    """What was decided, and which of it was withdrawn."""

    decisions: list[dict[str, Any]]
    withdrawn: set[str]


def _promoted_again(lived: Lived, called_off: Mapping[str, Sequence[tuple[float, frozenset[str]]]]) -> int:
    """Promotions that may have been sent in the week after the customer had called off an order of that category.

    They may have been decided before: until it expires a contact may be sent, unless it is withdrawn.
    """
    actions, n = _actions(), 0
    for one in lived.decisions:
        if one["type"] in SELLS and one["decision_id"] not in lived.withdrawn:
            about, from_s, to_s = actions[one["action"]].get("category"), _at(one["send_at"]), _at(one["expires_at"])
            for at, what in called_off.get(one["customer_id"], ()):
                n += about in what and from_s < at + WEEK_S and to_s > at
    return n


@pytest.fixture(scope="module")
def events(data_dir: Path) -> list[dict[str, Any]]:
    lines = import_events(data_dir / "online_retail" / "transactions.csv.gz", read_map(MAP), ImportReport())
    return [orjson.loads(line.value) for line in lines]


def _lived(events: Sequence[dict[str, Any]], policy: bytes) -> Lived:
    with Engine.open(policy) as engine:
        decisions = engine.process(events)
        topics = [contacts_topic(channel) for channel in engine.policy.channels]
        published = [asyncio.run(read_all(engine._deployment.log, topic)) for topic in topics]
    bodies = (orjson.loads(one.value) for topic in published for records in topic for one in records)
    return Lived(decisions, {body["decision_id"] for body in bodies if body["type"] == "withdrawal"})


def _met(decisions: Sequence[dict[str, Any]], events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was decided at the instant of a cancellation, where nothing else of the same customer happened then."""
    kinds: dict[tuple[str, float], set[str]] = {}
    for event in events:
        kinds.setdefault((event["userId"], _at(event["timestamp"])), set()).add(event["event"])
    return [one for one in decisions if kinds.get((one["customer_id"], _at(one["decided_at"]))) == {"Order Cancelled"}]


def test_a_cancellation_is_met_by_less_effort_or_silence_and_its_items_are_not_promoted_for_a_week(events: list[dict[str, Any]]) -> None:
    called_off, actions = _cancellations(events), _actions()
    lived = _lived(events, GIFT_SHOP)
    met = _met(lived.decisions, events)
    without = _lived(events, GIFT_SHOP.replace(b"policy: gift-shop", b"policy: gift-shop\nrecovery: {called_off: 0h}"))

    assert sum(map(len, called_off.values())) == 1_797
    assert len(met) > 1_700
    assert {one["type"] for one in met} <= {"silence", "help", "answer", "apology", "amends", "thank_you"}
    assert all(one["action"] is None or actions[one["action"]].get("effort", 0) < 0 for one in met)
    assert _promoted_again(lived, called_off) == 0
    assert _promoted_again(lived._replace(withdrawn=set()), called_off) > 0  # some were decided before the order was called off
    assert _promoted_again(without, called_off) > 0  # else the zero would mean nothing
