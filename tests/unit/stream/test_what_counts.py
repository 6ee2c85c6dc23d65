"""What of several outcomes counts how much, what comes too late, and that no example is lost whatever happens to decisions."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from platinum.engine import Engine
from platinum.ports import LEARNING
from platinum.vocabulary.codes import Closed
from tests.builders.corner_shop import DAY_MS, START_MS, at
from tests.builders.deployments import read_all

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
TERMS = "terms: {total_cost: on the shelf, ends: 14d, cancel: do not use it, data_use: the receipt}"
WANTED = ("Shown", "Accepted", "Declined", "Dismissed", "Overridden")


def policy_of(reward: str, more: str = "") -> bytes:
    """Two offers at the till, and a note by e-mail, whose outcomes count as ``reward`` says."""
    of = [
        f"  {a}: {{type: offer, channels: [web], value: 1, p_accept: 0.2, words: x, reward: {{{reward}}}, {TERMS}}}" for a in ("one", "two")
    ]
    mail = f"  note: {{type: help, channels: [email], value: 1, p_accept: 0.2, words: x, reward: {{{reward}}}}}"
    return "\n".join(
        [
            "policy: what-counts",
            "currency: EUR",
            "timezone: UTC",
            "channels: {web: inbound, email: {kind: outbound, basis: existing_customer}}",
            "placements: {home: {channel: web, takes: [offer], lanes: [growth], may_be_empty: no}}",
            "decide_on: [order_completed]",
            f"exploration: {{random: 0, silence: 0, same_for_all: 0, alone: {{window: 1h}}{more}}}",
            "actions:",
            *of,
            mail,
        ]
    ).encode()


def said(event: str, at_ms: int, properties: dict[str, Any], who: str = "ada", **more: Any) -> dict[str, Any]:
    """An event, told as soon as it happened unless ``receivedAt`` says otherwise."""
    return {"type": "track", "event": event, "userId": who, "timestamp": at(at_ms), "properties": properties, **more}


def facts_of(engine: Engine) -> list[dict[str, Any]]:
    records = engine._run(read_all(engine._deployment.log, LEARNING))
    return [orjson.loads(record.value) for some in records for record in some]


def told(reward: str, *events: tuple[str, int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Facts about one offer, which was shown, and ``events`` (name, minutes after, more members) about it; its window is an hour."""
    with Engine.open(policy_of(f"window: 1h, {reward}"), partitions=1, buckets=1) as engine:
        offer = engine.decide("ada", "home", now=at(START_MS))
        ref = {"decision_id": offer["decision_id"]}
        engine.process([said("Decision Shown", START_MS, ref)])
        for name, minutes, more in events:
            about = {"order_id": "o-1", "total": 30.0} if name == "Order Completed" else ref
            engine.process([said(name, START_MS + minutes * MINUTE_MS, about, **more)])
        engine.advance(at(START_MS + DAY_MS))
        return facts_of(engine)


def reward_of(reward: str, *events: tuple[str, int, dict[str, Any]]) -> float:
    (found,) = [fact["reward"] for fact in told(reward, *events) if fact["fact"] == "example"]
    return float(found)


@pytest.mark.parametrize(
    ("reward", "names", "wanted"),
    [
        ("counts: sum, dismissed: 0, declined: -0.5", ("Dismissed", "Declined"), -0.5),
        ("counts: sum, dismissed: -0.25, declined: -0.5", ("Declined", "Dismissed"), -0.75),
        ("counts: sum, declined: -0.5", ("Declined", "Declined"), -0.5),
        ("counts: most, dismissed: -0.75, declined: -0.5", ("Dismissed", "Declined"), -0.5),
        ("counts: first, dismissed: 0, declined: -0.5", ("Dismissed", "Declined"), 0.0),
        ("counts: sum, accepted: 1, declined: -0.5", ("Declined", "Accepted", "Accepted"), 0.5),
    ],
)
def test_each_kind_of_answer_counts_once_as_the_policy_says(reward: str, names: tuple[str, ...], wanted: float) -> None:
    assert reward_of(reward, *((f"Decision {name}", 10 * i, {}) for i, name in enumerate(names, 1))) == wanted


def test_an_order_that_counts_for_nothing_leaves_it_at_nothing_came() -> None:
    assert reward_of("nothing: -0.25", ("Order Completed", 20, {})) == -0.25
    assert reward_of("nothing: -0.25, ordered: 0.5, counts: sum", ("Order Completed", 20, {})) == 0.5


def test_an_answer_that_was_given_in_time_and_arrives_when_the_window_is_over_is_counted_once_as_late() -> None:
    late = {"receivedAt": at(START_MS + 2 * HOUR_MS)}
    facts = told("counts: first", ("Decision Shown", 90, {}), ("Decision Accepted", 30, late), ("Decision Accepted", 31, late))

    assert [fact["accepted"] for fact in facts if fact["fact"] == "example"] == [False]
    assert len([fact for fact in facts if fact["fact"] == "late_outcome"]) == 1


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_every_example_that_was_opened_is_told_counted_or_still_open(seed: int) -> None:
    draw, at_ms, known = random.Random(seed), START_MS, []
    reward = f"window: 1h, counts: {draw.choice(['first', 'sum', 'most'])}"
    with Engine.open(policy_of(reward), partitions=2, buckets=4) as engine:
        for step in range(150):
            at_ms += draw.choice([MINUTE_MS, 7 * MINUTE_MS, 31 * MINUTE_MS])
            who = draw.choice(["ada", "bob", "eve"])
            what = draw.random()
            if what < 0.4:
                known.append((who, engine.decide(who, "home", now=at(at_ms))["decision_id"]))
            elif what < 0.6:
                order = {"order_id": f"o-{step}", "total": 9.0}
                made = engine.process([said("Order Completed", at_ms, order, who)])
                known += [(one["customer_id"], one["decision_id"]) for one in made]
            elif known:
                whose, ref = draw.choice(known[-8:])
                name = draw.choice([*(f"Decision {one}" for one in WANTED), "Contact Dispatched", "Contact Bounced", "Contact Aborted"])
                more = {"chose": "nothing", "reason": "asked"} if name == "Decision Overridden" else {}
                engine.process([said(name, at_ms, {"decision_id": ref, **more}, whose)])
        counts = [partition.counts.examples for partition in engine._partitions]
        opened, ended = sum(one.opened for one in counts), [sum(of) for of in zip(*(one.ended for one in counts), strict=True)]
        refs = [fact["ref"] for fact in facts_of(engine) if fact["fact"] == "example"]
        still = opened - sum(ended[1:])
        engine.advance(at(at_ms + DAY_MS))
        after = [partition.counts.examples for partition in engine._partitions]

    assert len(refs) == len(set(refs)) == ended[Closed.ANSWERED] + ended[Closed.OVER]
    assert 0 <= still <= 3 * 4  # as many as rows remember
    assert ended[Closed.EVICTED] + ended[Closed.NOT_MET] > 0
    assert sum(one.opened for one in after) == sum(sum(one.ended[1:]) for one in after) == opened
