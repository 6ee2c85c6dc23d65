"""A real shop's cancellations under the gift shop's policy: nobody is sold again what they have just called off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from platinum.engine import Engine
from platinum.ops.importing import ImportReport, import_events, read_map
from platinum.policy.load import example

MAP = Path(__file__).parents[2] / "engine" / "platinum" / "examples" / "maps" / "online_retail.yaml"
GIFT_SHOP = example("gift-shop")
WEEK_S = 7 * 86_400.0
SELLS = ("offer", "help")


def _at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _cancellations(events: Sequence[dict[str, Any]]) -> dict[str, list[tuple[float, frozenset[str]]]]:
    """Customer → when they called off an order, and the categories of its items; the newest order's first where none is told."""
    found: dict[str, list[tuple[float, frozenset[str]]]] = {}
    newest: dict[str, str] = {}
    for event in events:
        lines = [one for one in event["properties"].get("products", ()) if one.get("category")]
        if event["event"] == "Order Completed":
            newest[event["userId"]] = max(lines, key=lambda one: one["price"] * one["quantity"])["category"] if lines else ""
        elif event["event"] == "Order Cancelled":
            known = {one["category"] for one in lines} or {newest.get(event["userId"], "")}
            found.setdefault(event["userId"], []).append((_at(event["timestamp"]), frozenset(known - {""})))
    return found


def _actions() -> Mapping[str, Mapping[str, Any]]:
    read: dict[str, Any] = yaml.safe_load(GIFT_SHOP)
    return read["actions"]  # type: ignore[no-any-return]


def _promoted_again(decisions: Sequence[dict[str, Any]], called_off: Mapping[str, Sequence[tuple[float, frozenset[str]]]]) -> int:
    """Promotions of a category of which the customer had called off an order less than a week before.

    The shop's clock has minutes: what was decided in the minute of the cancellation followed an order of that minute, and was withdrawn.
    """
    actions, n = _actions(), 0
    for one in decisions:
        if one["type"] in SELLS:
            about, decided, sent = actions[one["action"]].get("category"), _at(one["decided_at"]), _at(one["send_at"])
            n += any(at < decided and sent < at + WEEK_S and about in what for at, what in called_off.get(one["customer_id"], ()))
    return n


@pytest.fixture(scope="module")
def events(data_dir: Path) -> list[dict[str, Any]]:
    lines = import_events(data_dir / "online_retail" / "transactions.csv.gz", read_map(MAP), ImportReport())
    return [orjson.loads(line.value) for line in lines]


def _decided(events: Sequence[dict[str, Any]], policy: bytes) -> list[dict[str, Any]]:
    with Engine.open(policy) as engine:
        return engine.process(events)


def _met(decisions: Sequence[dict[str, Any]], events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was decided at the instant of a cancellation, where nothing else of the same customer happened then."""
    kinds: dict[tuple[str, float], set[str]] = {}
    for event in events:
        kinds.setdefault((event["userId"], _at(event["timestamp"])), set()).add(event["event"])
    return [one for one in decisions if kinds.get((one["customer_id"], _at(one["decided_at"]))) == {"Order Cancelled"}]


def test_a_cancellation_is_met_by_less_effort_or_silence_and_its_items_are_not_promoted_for_a_week(events: list[dict[str, Any]]) -> None:
    called_off, actions = _cancellations(events), _actions()
    decisions = _decided(events, GIFT_SHOP)
    met = _met(decisions, events)
    without = _decided(events, GIFT_SHOP.replace(b"policy: gift-shop", b"policy: gift-shop\nrecovery: {called_off: 0h}"))

    assert sum(map(len, called_off.values())) == 1_797
    assert len(met) > 1_700
    assert {one["type"] for one in met} <= {"silence", "help", "answer", "apology", "amends", "thank_you"}
    assert all(one["action"] is None or actions[one["action"]].get("effort", 0) < 0 for one in met)
    assert _promoted_again(decisions, called_off) == 0
    assert _promoted_again(without, called_off) > 0  # else the zero would mean nothing
