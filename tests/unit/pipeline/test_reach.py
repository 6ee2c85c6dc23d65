"""Whom a policy reaches: each condition alone, all of them one after the other, and the gates behind."""

from __future__ import annotations

from typing import Any

from platinum.cli.policy_reach import lines
from platinum.engine import Engine
from platinum.pipeline.reach import reach
from platinum.pipeline.stages import Stages
from platinum.policy.compile import compile_policy

POLICY = b"""
policy: few
currency: EUR
timezone: UTC
human: {email: a@example.org}
channels: {web: inbound, email: {kind: outbound, basis: existing_customer}}
placements: {home: web}
caps: [1 offer per 7d]
actions:
  loyal: {type: help, channels: [email], value: 2, when: {orders: {at_least: 2}}, not_when: {spend: {at_least: 100}}, words: hello}
  shown: {type: help, channels: [web], value: 2, words: hello}
  ramped: {type: help, channels: [web], value: 2, ramp: 50%, words: hello}
  label: {type: answer, channels: [web], intent: label, words: hello}
"""


def ordered(who: int, n: int, total: float) -> dict[str, Any]:
    said = {"order_id": f"o-{who}-{n}", "total": total, "currency": "EUR"}
    event = {"type": "track", "event": "Order Completed", "userId": f"c-{who}", "messageId": f"m-{who}-{n}"}
    return event | {"timestamp": f"2026-03-0{n + 1}T10:00:00Z", "properties": said}


def refused(who: int) -> dict[str, Any]:
    event = {"type": "track", "event": "Unsubscribed", "userId": f"c-{who}", "messageId": f"u-{who}"}
    return event | {"timestamp": "2026-03-05T10:00:00Z", "properties": {"channel": "email"}}


def _time(event: dict[str, Any]) -> str:
    return str(event["timestamp"])


def found() -> dict[str, Any]:
    """Forty people: 20 with one order, 12 with two, 8 with two large ones; of the 12, 5 want no e-mail."""
    events = [ordered(who, n, 80.0 if who >= 32 else 10.0) for who in range(40) for n in range(1 if who < 20 else 2)]
    with Engine.open(POLICY) as engine:
        told = sorted([*events, *(refused(who) for who in range(20, 25))], key=_time)
        engine.process(told)
        rows = [(key.decode(), blob) for key, blob in engine.customers().items()]
        counted = reach(rows, Stages(compile_policy(POLICY)), engine.clock_ms)
    return counted | {"policy": "few", "version": "0", "left_out": {}}


def test_a_funnel_counts_each_condition_alone_and_after_those_before_it() -> None:
    by_name = {one["action"]: one for one in found()["actions"]}

    assert by_name["loyal"] == {
        "action": "loyal",
        "reached": 7,
        "meet_conditions": 12,
        "conditions": [
            {"condition": "orders at least 2", "alone": 20, "left": 20},
            {"condition": "not spend at least 100", "alone": 32, "left": 12},
        ],
        "gates": {"consent": 5},
        "asks_role": False,
        "removes_most": "orders at least 2",
    }


def test_what_is_for_everybody_reaches_everybody_a_ramp_a_share_and_an_answer_nobody_who_does_not_ask() -> None:
    by_name = {one["action"]: one for one in found()["actions"]}

    assert by_name["shown"]["reached"] == 40
    ramped = by_name["ramped"]
    assert ramped["reached"] + ramped["gates"]["ramp"] == 40
    assert 8 < ramped["reached"] < 32
    assert by_name["label"]["gates"] == {"eligibility": 40}


def test_the_bars_are_as_long_as_the_shares() -> None:
    text = list(lines(found()))

    assert any(line.startswith("loyal") and "████····················" in line and "7 of 40" in line for line in text)
    assert any("orders at least 2" in line and "alone 20" in line for line in text)
    assert "  most are kept out by: orders at least 2" in text


ROLES = b"""
policy: roles
currency: EUR
timezone: UTC
human: {email: a@example.org}
channels: {web: inbound}
placements: {home: web}
actions:
  buyers: {type: help, channels: [web], value: 2, when: {any: [{role: buyer}, {account.spend: {at_least: 0}}]}, words: hello}
  others: {type: help, channels: [web], value: 2, not_when: {open_requests: {at_least: 1}}, words: hello}
"""


def test_everybody_is_counted_as_they_act_for_themselves_and_that_is_said_where_it_matters() -> None:
    at = {"userId": "ada", "timestamp": "2026-03-01T10:00:00Z"}
    asked = {"type": "track", "event": "Request Made", "properties": {"request_id": "r", "intent": "x", "account": "acme"}}
    with Engine.open(ROLES) as engine:
        engine.process(
            [at | {"type": "group", "messageId": "1", "groupId": "acme", "traits": {"role": "buyer"}}, at | {"messageId": "2"} | asked]
        )
        assert engine.rejected == []
        rows = [(key.decode(), blob) for key, blob in engine.customers().items()]
        counted = reach(rows, Stages(compile_policy(ROLES)), engine.clock_ms)

    told = {one["action"]: (one["reached"], one["asks_role"]) for one in counted["actions"]}
    assert told == {"buyers": (0, True), "others": (1, False)}, "what she asked for at work is not seen"
    text = "\n".join(lines(counted | {"policy": "roles", "version": "0", "left_out": {}}))
    assert text.count("role and account.* are unknown here: everybody is counted as they act for themselves") == 1
