"""Changes by tier and segment: every figure here was counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from platinum.cli.policy_simulate import lines
from platinum.ops.simulate.by_standing import by_standing
from platinum.ops.simulate.playing import Made, Played, Standing
from platinum.wiring.simulate import Request, simulate, stretch

POLICY = """
policy: p
currency: EUR
timezone: UTC
human: {email: a@example.org}
channels: {email: {kind: outbound}}
caps: []
decide_on: [order_completed]
exploration: {gamma0: 10000, silence: 0}
tiers: {names: [basic, plus], margin: [1000000]}
segments:
  regulars: {when: {orders: {at_least: 2}}}
  lovers: {when: {affinity.lamps: {at_least: 0.5}}}
categories: [lamps, toys]
actions:
  club: {type: help, channels: [email], value: 5, p_accept: 0.5, words: hello, when: {segment: [regulars, lovers]}}
"""


def made(who: int, action: str) -> Made:
    return Made(who, who, "", ("growth", "help", "email", "neutral", action), "consent", True, False, "utility")


def test_decisions_count_in_every_segment_of_their_customer_and_moves_against_none() -> None:
    base = Played([made(who, "club") for who in (0, 0, 1, 2)], standing={0: Standing("plus", ("a", "b")), 1: Standing("basic", ("a",))})
    new = Played([made(who, "card") for who in (0, 0, 1, 2)], standing={0: Standing("basic", ("b",)), 2: Standing("basic", ("b", "c"))})
    pairs = list(zip(base.made, new.made, strict=True))

    found = by_standing(base, new, pairs, pairs[1:])

    assert found["tier"] == {
        "counts": [
            {"value": "basic", "base": 1, "new": 3, "changed": 2},
            {"value": "none", "base": 1, "new": 1, "changed": 1},
            {"value": "plus", "base": 2, "new": 0, "changed": 0},
        ],
        "changes": [
            {"from": "plus", "to": "basic", "n": 2, "share": 0.5},
            {"from": "basic", "to": "none", "n": 1, "share": 0.25},
            {"from": "none", "to": "basic", "n": 1, "share": 0.25},
        ],
    }
    assert found["segment"] == {
        "counts": [
            {"value": "a", "base": 3, "new": 0, "changed": 0},
            {"value": "b", "base": 2, "new": 3, "changed": 2},
            {"value": "c", "base": 0, "new": 1, "changed": 1},
            {"value": "none", "base": 1, "new": 1, "changed": 1},
        ],
        "changes": [
            {"from": "a", "to": "none", "n": 3, "share": 0.75},
            {"from": "none", "to": "b", "n": 1, "share": 0.25},
            {"from": "none", "to": "c", "n": 1, "share": 0.25},
        ],
    }


def test_without_tiers_and_segments_nothing_is_said_of_them() -> None:
    one = Played([made(0, "club")])

    assert by_standing(one, one, [(one.made[0], one.made[0])], []) == {}


def order(who: str, day: int, category: str) -> dict[str, Any]:
    at = f"2026-03-{day:02d}T09:00:00Z"
    said = {"order_id": f"{who}-{day}", "total": 10.0, "currency": "EUR", "products": [{"category": category, "price": 10.0}]}
    return {"type": "track", "event": "Order Completed", "userId": who, "messageId": f"{who}-{day}", "timestamp": at, "properties": said}


def consent(who: str) -> dict[str, Any]:
    said = {"purpose": "promotion", "channel": "email", "state": "granted"}
    return {
        "type": "track",
        "event": "Consent Changed",
        "userId": who,
        "messageId": who,
        "timestamp": "2026-03-01T09:00:00Z",
        "properties": said,
    }


def test_both_are_told_of_a_stretch_that_was_played(tmp_path: Path) -> None:
    bought = [("ada", 2, "toys"), ("ada", 3, "toys"), ("ada", 4, "toys"), ("bob", 2, "toys"), ("bob", 3, "toys"), ("cyd", 2, "lamps")]
    files = {"base.yaml": POLICY, "new.yaml": POLICY.replace("at_least: 2", "at_least: 3").replace("1000000", "0.001")}
    events = [*(consent(who) for who in ("ada", "bob", "cyd")), *(order(*one) for one in bought)]
    for name, text in (files | {"events.jsonl": b"\n".join(orjson.dumps(one) for one in events).decode()}).items():
        (tmp_path / name).write_text(text)
    request = Request(str(tmp_path / "new.yaml"), str(tmp_path / "base.yaml"), history=[tmp_path / "events.jsonl"])

    report = simulate(request, stretch(request), lambda _: None)

    # Ada's second order is her help under the base alone, bob's too.
    assert (report["pairs"], report["changed"]) == (6, 2)
    assert report["by"]["tier"] == {
        "counts": [{"value": "basic", "base": 6, "new": 0, "changed": 0}, {"value": "plus", "base": 0, "new": 6, "changed": 2}],
        "changes": [{"from": "basic", "to": "plus", "n": 6, "share": 1.0}],
    }
    assert report["by"]["segment"] == {
        "counts": [
            {"value": "lovers", "base": 1, "new": 1, "changed": 0},
            {"value": "none", "base": 0, "new": 2, "changed": 1},
            {"value": "regulars", "base": 5, "new": 3, "changed": 1},
        ],
        "changes": [{"from": "regulars", "to": "none", "n": 2, "share": 0.333333}],
    }
    told = list(lines(report))
    assert "By segment, what became what" in told
    assert f"  {'regulars':<44}{5:>10}{3:>10}{1:>10}" in told
    assert f"  {'basic → plus':<44}{6:>10}{'100.00%':>10}" in told
