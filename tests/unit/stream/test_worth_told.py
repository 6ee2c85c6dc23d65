"""The learner is told what customers are worth: with their standing, only where it is read, and nothing of who they are."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

import platinum
from platinum.ports import LEARNING
from tests.builders.deployments import read_all
from tests.unit.stream.test_standing import POLICY, event, some_lives

#: What tells of worth, and whether.
READERS = [
    ("", False),
    ("value: {margin: 0.4}", True),
    ("tiers: {names: [basic, top]}", True),
    ("tiers: {names: [basic, top], margin: [50]}", False),
    ("features: {with: [unrealised]}", True),
    ("features: {with: [equity]}", False),
]


def facts_of(said: str) -> list[dict[str, Any]]:
    """Everything that the learner is told under this policy."""
    policy = POLICY.replace(b"COHORTS", b"categories: [lamps]\n" + said.encode())
    with platinum.Engine.open(policy, partitions=2) as engine:
        engine.process([event(who, at_ms, amount) for at_ms, who, amount in some_lives()])
        every = engine._run(read_all(engine._deployment.log, LEARNING))
    return [orjson.loads(record.value) for records in every for record in records]


@pytest.mark.parametrize(("said", "told"), READERS)
def test_worth_is_told_with_every_standing_where_somebody_reads_it(said: str, told: bool) -> None:
    facts = facts_of(said)
    standings = [(one["made_ms"], one["cohort"]) for one in facts if one["fact"] == "standing"]
    worth = [one for one in facts if one["fact"] == "worth"]

    assert len(standings) > 300
    assert [(one["made_ms"], one["cohort"]) for one in worth] == (standings if told else [])


def test_a_fact_says_what_somebody_is_worth_and_what_they_need_and_nothing_of_who() -> None:
    worth = [one for one in facts_of("value: {margin: 0.4, discount: 0}") if one["fact"] == "worth"]

    assert worth[0].keys() == {"fact", "by", "cohort", "category", "made_ms", "equity", "margin", "orders"}
    assert {one["category"] for one in worth} == {None, "lamps"}
    for one in worth:
        assert one["equity"] == pytest.approx(one["margin"], rel=1e-4)  # of twelve months, and nothing is discounted
        assert 0.0 < one["orders"] < one["margin"]
