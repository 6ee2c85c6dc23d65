"""What is usual in how people write: told rarely, learned from as sums, in force once enough people are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import orjson
import pytest

import platinum
from platinum.events.style import COUNTERS, count_style
from platinum.learn.portfolio import Portfolio
from platinum.learn.writing import LEAST, Writing
from platinum.pipeline.learned import with_learned
from platinum.policy.compile import compile_policy
from platinum.policy.style_norms import FEATURES, WEIGHTS
from platinum.ports import LEARNING
from tests.builders.deployments import read_all
from tests.reference.manner import NORMS, Heard, known_from, rates

POLICY = b"""
policy: shop
currency: EUR
timezone: UTC
human: {phone: "1"}
channels: {web: inbound}
tones: {warm: {responsive: 0.8}, formal: {formality: 0.9}}
actions:
  hello: {type: help, channels: [web], words: {warm: "Hello.", formal: "Good day."}}
"""
START = datetime(2026, 3, 1, 10, tzinfo=UTC)
LETTER = "Dear Sir or Madam, I would be grateful for a reply regarding the delivery of the lamp. Kindly confirm the receipt of it. " * 6


def wrote(who: str, days: float, text: str = LETTER) -> dict[str, Any]:
    """A message so many days after the start."""
    at = (START + timedelta(days=days)).isoformat().replace("+00:00", "Z")
    return {"type": "track", "event": "Message Received", "userId": who, "timestamp": at, "properties": {"text": text, "language": "en"}}


def told(*events: dict[str, Any]) -> list[dict[str, Any]]:
    """Facts about writing that these events bring about."""
    with platinum.Engine.open(POLICY) as engine:
        in_order: list[Any] = sorted(events, key=lambda event: str(event["timestamp"]))
        engine.process(in_order)
        assert not engine.rejected
        every = engine._run(read_all(engine._deployment.log, LEARNING))
        facts = [orjson.loads(record.value) for records in every for record in records]
    return [fact for fact in facts if fact["fact"] == "writing"]


def a_fact(z: list[float], cohort: str = "under 90d", made_ms: int = 0) -> dict[str, Any]:
    return {"fact": "writing", "by": "tenure", "cohort": cohort, "made_ms": made_ms, "z": z}


def some_facts(n: int, seed: int = 1) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    cohorts = {"under 90d": 0.5, "90d to 365d": -1.0}
    return [
        a_fact(rng.normal(cohorts[name], 2.0, len(FEATURES)).round(2).tolist(), name, int(rng.integers(10**10)))
        for name in rng.choice(list(cohorts), n).tolist()
    ]


def test_what_is_told_are_z_scores_to_a_sixteenth_and_nobodys_name() -> None:
    (fact,) = told(wrote("ann-1", 0))
    counted = dict(zip(COUNTERS, map(float, count_style(LETTER, "en")), strict=True))
    wanted = rates(known_from(Heard(texts=[(0, counted)]), 0).counted)

    assert (fact["by"], fact["cohort"]) == ("tenure", "under 90d")
    for name, z in zip(FEATURES, fact["z"], strict=True):
        assert float(z) == pytest.approx(min(max((wanted[name] - NORMS[name][0]) / NORMS[name][1], -6), 6), abs=1 / 32 + 1e-9)
    assert "ann" not in str(fact)


def test_it_is_told_once_enough_is_known_and_once_in_each_of_their_months() -> None:
    short = [wrote("ann", day, "Where is my lamp?") for day in range(5)]
    daily = [wrote("ann", day) for day in range(60)]

    assert told(*short) == []
    assert 2 <= len(told(*daily)) <= 3


def test_of_who_objects_nothing_is_told() -> None:
    at = START.isoformat().replace("+00:00", "Z")
    objection = {"type": "track", "event": "Objection Made", "userId": "ann", "timestamp": at, "properties": {"purpose": "style"}}

    assert told(objection, *(wrote("ann", 1 + day) for day in range(3))) == []


def test_parts_in_any_order_merge_to_the_whole() -> None:
    facts, whole, merged = some_facts(300), Writing(), Writing()
    for fact in facts:
        whole.add(fact)
    for part in (facts[200:], facts[:100][::-1], facts[100:200]):
        other = Writing()
        for fact in part:
            other.add(fact)
        merged.merge(other)

    ours, theirs = whole.judged(2 * 10**10), merged.judged(2 * 10**10)

    assert ours["mean"] == pytest.approx(theirs["mean"], rel=1e-5)
    assert ours["spread"] == pytest.approx(theirs["spread"], rel=1e-5)


def test_too_few_people_change_nothing_and_enough_bring_norms_and_tones_of_cohorts() -> None:
    policy, few, many = compile_policy(POLICY), Portfolio(), Portfolio()
    for fact in some_facts(int(LEAST) // 2):
        few.fold(fact)
    for fact in some_facts(4000):
        many.fold(fact)

    before = with_learned(policy, few.judged(10**10)).tables.settings[0]
    after = with_learned(policy, many.judged(10**10)).tables.settings[0]

    assert before["n_style_cohorts"] == 0
    assert before["style_spread"].tolist() == [1.0] * len(FEATURES)
    assert after["n_style_cohorts"] == 2
    assert after["style_mean"] == pytest.approx(np.full(len(FEATURES), -0.25), abs=0.15)
    assert after["style_spread"] == pytest.approx(np.full(len(FEATURES), 2.14), abs=0.15)
    for name, z in (("90d to 365d", -0.75 / 2.14), ("under 90d", 0.75 / 2.14)):
        tone = many.judged(10**10)["writing"]["cohorts"][name]["tone"]
        assert tone == pytest.approx((0.5 * z * WEIGHTS.sum(axis=1)).tolist(), abs=0.06)


def test_a_fact_of_another_builds_features_is_left_out() -> None:
    writing = Writing()

    writing.add(a_fact([1.0, 2.0]))

    assert writing.judged(0)["n"] == 0
