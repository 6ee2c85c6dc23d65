"""What those who serve customers did: counted per month, the same however it was divided; few outcomes are not shown."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from platinum.learn.agents import MOST, NOT_SAID, OTHERS, Agents
from platinum.learn.cohorts import MONTH_MS

NOW = 700 * MONTH_MS + 5


def overridden(
    action: str = "offer", chose: str | None = "call-back", reason: str | None = "no time", months_ago: int = 0
) -> dict[str, Any]:
    """A fact."""
    made_ms = NOW - months_ago * MONTH_MS
    return {"fact": "overridden", "action": action, "chose": chose, "reason": reason, "team": "north", "agent": None, "made_ms": made_ms}


def resolved(team: str | None = "north", at_once: bool = True, agent: str | None = None, months_ago: int = 0) -> dict[str, Any]:
    """A fact."""
    return {"fact": "resolved", "team": team, "agent": agent, "made_ms": NOW - months_ago * MONTH_MS, "at_once": at_once}


def told(facts: list[dict[str, Any]]) -> Agents:
    """Statistics of these facts."""
    agents = Agents()
    for fact in facts:
        agents.add(fact)
    return agents


def test_overrides_are_counted_by_action_choice_and_reason_and_never_as_the_customers() -> None:
    facts = [overridden(), overridden(), overridden("help", "offer", None), overridden(months_ago=12)]

    agents = told(facts)

    assert agents.report(NOW, 30, individuals=False)["overrides"] == [
        {"action": "offer", "chose": "call-back", "reason": "no time", "n": 2},
        {"action": "help", "chose": "offer", "reason": NOT_SAID, "n": 1},
    ]
    assert agents.judged(NOW) == {
        "call-back": {"declined_by_agents": 0, "chosen_by_agents": 2},
        "help": {"declined_by_agents": 1, "chosen_by_agents": 0},
        "offer": {"declined_by_agents": 2, "chosen_by_agents": 1},
    }


@pytest.mark.parametrize(("n", "shown"), [(29, False), (30, True)])
def test_a_team_with_few_outcomes_is_not_shown(n: int, shown: bool) -> None:
    report = told([resolved(at_once=i % 2 == 0) for i in range(n)]).report(NOW, 30, individuals=False)

    assert [one["team"] for one in report["teams"]] == (["north"] if shown else [])
    assert report["teams_suppressed"] == (0 if shown else 1)
    assert not shown or report["teams"][0]["settled_at_once"] == 0.5


def test_individuals_are_reported_only_where_the_policy_says_so_and_no_sooner_than_teams() -> None:
    agents = told([resolved(agent="#1") for _ in range(40)] + [resolved(agent="#2") for _ in range(3)])

    assert agents.report(NOW, 30, individuals=False)["individuals"] is None
    report = agents.report(NOW, 30, individuals=True)
    assert [(one["team"], one["agent"], one["n"]) for one in report["individuals"]] == [("north", "#1", 40)]
    assert report["individuals_suppressed"] == 1


def test_names_that_the_policy_does_not_know_are_one() -> None:
    report = told([overridden(reason=f"#{i:08x}") for i in range(9)]).report(NOW, 30, individuals=False)

    assert [(one["reason"], one["n"]) for one in report["overrides"]] == [(OTHERS, 9)]


def test_there_is_an_end_to_names() -> None:
    agents = told([overridden(f"action-{i}") for i in range(MOST + 50)])

    assert len(agents.overrides) == MOST + 1
    assert sum(one["n"] for one in agents.report(NOW, 30, individuals=False)["overrides"]) == MOST + 50


@pytest.mark.parametrize("seed", range(5))
def test_parts_in_any_order_give_the_whole(seed: int) -> None:
    rng = random.Random(seed)
    ages = [rng.randrange(14) for _ in range(80)]
    facts = [overridden(months_ago=age) if rng.random() < 0.5 else resolved(months_ago=age) for age in ages]
    parts = [Agents(), Agents(), Agents()]
    for fact in facts:
        rng.choice(parts).add(fact)
    rng.shuffle(parts)
    whole = Agents()
    for part in parts:
        whole.merge(part)

    rng.shuffle(facts)
    one = told(facts)
    assert orjson.dumps([whole.report(NOW, 2, True), whole.judged(NOW)]) == orjson.dumps([one.report(NOW, 2, True), one.judged(NOW)])
