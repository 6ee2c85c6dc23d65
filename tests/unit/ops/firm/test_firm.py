"""The firm from outside in: shares with their intervals, how alike treatments are, what levers decided, and the page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from platinum.ops.firm.decided import INSIDE_OUT_ALARM, Decided, effective_ratio
from platinum.ops.firm.measures import mean, share, wilson
from platinum.ops.firm.page import page
from platinum.ops.firm.segmented import Segmented
from platinum.policy.compile import compile_policy
from platinum.wiring.firm_report import report_history

SHOP = """
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
categories: [tea]
channels: {email: {kind: outbound, basis: existing_customer, caps: [8 per 7d]}}
decide_on: [order_completed]
exploration: {gamma0: 10000, silence: 0}
segments:
  regulars: {when: {orders: {at_least: 2}}, not_when: {views_30d: {at_least: 99}}}
  here: {when: {country: GB}}
actions:
  tea-offer:
    type: offer
    channels: [email]
    value: 10
    p_accept: 0.2
    words: "Tea, 5 off."
    when: {segment: regulars}
    terms: {total_cost: "5 off", ends: 14d, cancel: "any time", data_use: none}
  cake-offer:
    type: offer
    channels: [email]
    value: 9
    p_accept: 0.2
    LEVER
    words: "Cake, 5 off."
    terms: {total_cost: "5 off", ends: 14d, cancel: "any time", data_use: none}
"""


def a_history(folder: Path, people: int = 6, orders: int = 3) -> Path:
    lines = [
        {
            "type": "track",
            "event": "Order Completed",
            "messageId": f"m-{who}-{n}",
            "userId": f"c-{who}",
            "timestamp": f"2026-03-{1 + 3 * n:02d}T{10 + who % 8}:00:00Z",
            "properties": {"order_id": f"o-{who}-{n}", "total": 20.0, "currency": "EUR"},
        }
        for who in range(people)
        for n in range(orders)
    ]
    file = folder / "past.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, lines)) + b"\n")
    return file


def reported(folder: Path, lever: str = "") -> dict[str, Any]:
    policy = folder / "policy.yaml"
    policy.write_text(SHOP.replace("LEVER", lever))
    return report_history(str(policy), [a_history(folder)], [], None)


def measured(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["measures"] if one["name"] == name)


def test_wilsons_interval_is_that_of_the_textbook() -> None:
    assert wilson(10, 50) == pytest.approx((0.1124, 0.3304), abs=5e-4)
    assert wilson(0, 0) == (None, None)
    assert wilson(0, 10)[0] == 0.0
    assert share("x", "x", "", 0, 0, "people").value is None


def test_a_mean_of_one_has_no_interval() -> None:
    assert mean("x", "x", "", [3.0], "people").low is None
    assert mean("x", "x", "", [1.0, 3.0], "people").told()["low"] == pytest.approx(2 - 1.96 * 1.0, abs=1e-3)


def test_the_effective_ratio_is_one_when_all_are_treated_differently_and_a_fifth_for_100_segments_of_500() -> None:
    assert effective_ratio(Counter(dict.fromkeys(range(40), 1))) == pytest.approx(1.0)
    assert effective_ratio(Counter({"all": 40})) == pytest.approx(1 / 40)
    assert effective_ratio(Counter(dict.fromkeys(range(100), 5))) == pytest.approx(0.20)
    assert effective_ratio(Counter()) is None


def test_what_levers_decided_is_counted_and_asks_to_be_looked_at(tmp_path: Path) -> None:
    level, pulled = reported(tmp_path), reported(tmp_path, "lever: 50")

    assert measured(level, "inside_out")["value"] == 0.0
    one = measured(pulled, "inside_out")
    assert one["value"] > INSIDE_OUT_ALARM
    assert one["n"] == pulled["decisions"] == 18
    assert pulled["alarms"] == ["inside_out"]
    assert "more than one in ten" in one["alarm"]


def test_segments_are_counted_and_what_makes_one_not_count_is_said(tmp_path: Path) -> None:
    found = reported(tmp_path)["segments"]

    rows = {row["segment"]: row for row in found["segments"]}
    assert (rows["regulars"]["customers"], rows["regulars"]["counts"], rows["regulars"]["used_by"]) == (6, True, ["tea-offer"])
    assert (rows["here"]["superficial"], rows["here"]["counts"]) == (True, False)
    assert found["ratio"] == pytest.approx(1 / 6, rel=1e-5)
    assert found["band"] == "behind"


def test_a_contact_without_a_ground_is_an_alarm() -> None:
    decided = Decided()
    decision = {
        "decided_at": "2026-03-01T10:00:00.000Z",
        "customer_id": "c",
        "lane": "growth",
        "type": "offer",
        "action": "x",
        "channel": "email",
        "human_path": {},
        "explored": False,
        "tone": None,
        "content": None,
        "basis": {"kind": "none"},
    }
    decided.take(decision, frozenset({"email"}))
    decided.take(decision | {"basis": {"kind": "consent"}}, frozenset({"email"}))

    alarms = {one.name: one for one in decided.measures() if one.alarm}
    assert set(alarms) == {"without_basis"}
    assert alarms["without_basis"].value == 0.5


def test_the_page_says_every_measure_and_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    found = reported(tmp_path, "lever: 50")

    html = page(found)

    assert all(one["title"] in html for one in found["measures"])
    assert "<script" not in html
    assert "http" not in html
    assert "Inside-out rate" in html.split("<h2>")[0]


def test_nobody_is_in_a_segment_before_anybody_was_looked_at() -> None:
    segmented = Segmented(compile_policy(SHOP.replace("LEVER", "").encode()).segments)

    assert segmented.report({})["ratio"] is None


def test_growth_that_nobody_compared_is_unknown_and_worth_is_told_all_the_same(tmp_path: Path) -> None:
    found = reported(tmp_path)

    growth = measured(found, "unrealised")
    assert (growth["value"], growth["n"]) == (None, 0)
    assert "Unknown" in growth["about"]
    (row,) = found["worth"]
    assert (row["tier"], row["customers"], row["unrealised"]) == (None, 6, None)
    assert row["equity"] == measured(found, "equity")["value"]
    assert "could grow by" not in page(found)
