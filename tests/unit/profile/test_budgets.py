"""Who is entitled to have one of a budget today: an allotment that needs no counter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.learn.demand import Demand
from platinum.learn.portfolio import Portfolio
from platinum.pipeline.learned import with_learned
from platinum.policy import tables as t
from platinum.policy.budgets import budget_members
from platinum.policy.compile import compile_policy
from platinum.policy.matrix import matrix
from platinum.policy.tables import Tables
from platinum.profile.budgets import draw_of, is_entitled
from platinum.profile.table import persons_of
from platinum.vocabulary.codes import ActionType, Debt, Gate
from tests.builders.desk import DAY, NOW, Desk, a_row, a_trigger
from tests.builders.policy_text import a_policy_text
from tests.builders.tables import a_channel, an_action, records, some_settings, some_tables

GOODWILL = name_hash("goodwill")


def a_policy(floor_ms: int = 0, people: float = 1000.0, kind: ActionType = ActionType.SURPRISE, **members: Any) -> Tables:
    """One action by card that draws on a budget of 20 a day."""
    spec: dict[str, Any] = {"per_day": 20, "people": people, "floor": floor_ms}
    action = an_action("it", kind, **({"budget": 1} | members))
    settings = some_settings(**budget_members({"budgets": {"goodwill": spec}}))
    return some_tables(
        channels=records(t.CHANNEL, a_channel("card")),
        actions=records(t.ACTION, action),
        caps=records(t.CAP),
        matrix=matrix(),
        settings=settings,
    )


def people(n: int, seed: int = 1) -> list[Any]:
    """So many people."""
    return [a_row(person=int(persons_of([f"{seed}.{i}".encode()])[0]), orders=1) for i in range(n)]


def test_what_is_spent_is_the_budget_on_average_and_never_twice_a_day_by_one_person() -> None:
    tables, everybody = a_policy(), people(1000)
    given = []
    for day in range(60):
        now, n = NOW + day * DAY, 0
        for row in everybody:
            if is_entitled(row, row["person"], 0, now, tables):
                n += 1
                row["n_spent"], row["spent"][0]["budget"], row["spent"][0]["at_s"] = 1, GOODWILL, now // 1000
                assert not is_entitled(row, row["person"], 0, now + 1000, tables)
        given.append(n)

    assert np.mean(given) == pytest.approx(20, abs=3 * 20**0.5 / 60**0.5)
    assert 3 <= np.std(given) <= 6  # as chance has it: the square root of 20


def test_draws_of_people_days_and_budgets_are_independent() -> None:
    draws = np.array([[draw_of(row["person"], budget, day) for row in people(2000)] for budget, day in ((1, 1), (1, 2), (2, 1))])

    assert np.abs(np.corrcoef(draws) - np.eye(3)).max() < 0.08
    assert np.abs(np.quantile(draws, [0.1, 0.5, 0.9], axis=1) - np.array([[0.1], [0.5], [0.9]])).max() < 0.04


def test_the_floor_is_the_same_for_everybody_whatever_they_are_worth_and_once_in_so_long() -> None:
    tables = a_policy(floor_ms=365 * DAY, people=1e9)
    rich, poor = a_row(first_seen_ms=1, orders=90, spend=99_000.0), a_row(first_seen_ms=2)
    had = a_row(first_seen_ms=3, spent=[{"budget": GOODWILL, "at_s": (NOW - 364 * DAY) // 1000}])
    long_ago = a_row(first_seen_ms=3, spent=[{"budget": GOODWILL, "at_s": (NOW - 365 * DAY) // 1000}])

    assert [bool(is_entitled(row, row["person"], 0, NOW, tables)) for row in (rich, poor, had, long_ago)] == [True, True, False, True]


@pytest.mark.parametrize(
    ("kind", "members", "gate"),
    [
        (ActionType.SURPRISE, {}, Gate.BUDGET),
        (ActionType.AMENDS, {"pays": int(Debt.CASE)}, Gate.BUDGET),
        (ActionType.AMENDS, {"pays": 0, "budget": 0}, None),
    ],
)
def test_goodwill_is_stopped_by_its_budget_and_what_is_owed_is_not(kind: ActionType, members: dict[str, Any], gate: Gate | None) -> None:
    tables = a_policy(people=1e12, kind=kind, **members)
    desk, case = Desk(tables), [{"kind": 5, "due_ms": NOW + DAY, "made_ms": NOW - 1000, "weight": 1.0}]

    out = desk.decide(a_row(orders=1, first_seen_ms=5, obligations=case), a_trigger(now_ms=NOW, placement=-1))

    assert (int(out["action"]), int(out["blocked"][0]["gate"])) == ((0, -1) if gate is None else (-1, gate))
    assert int(out["wants"]) == (0 if gate is None else 1)


def test_demand_a_day_is_counted_right_from_the_second_hour_on() -> None:
    demand, parts = Demand(), [Demand(), Demand()]
    for i in range(24 * 30):
        demand.add(2.0, NOW + i * 3_600_000)
        parts[i % 2].add(2.0, NOW + i * 3_600_000)
    now = NOW + 30 * DAY
    parts[0].merge(parts[1])

    assert demand.per_day(now) == pytest.approx(48.0, rel=0.02)
    assert parts[0].per_day(now) == pytest.approx(demand.per_day(now), rel=1e-9)


def test_the_learner_grants_the_budget_to_as_many_as_come() -> None:
    text = a_policy_text(("decide_on: [order_completed", "budgets: {goodwill: {per_day: 20, floor: 365d}}\ndecide_on: [order_completed"))
    policy = compile_policy(text.encode())
    portfolio = Portfolio()
    for i in range(24 * 20):
        portfolio.fold({"fact": "budget_wanted", "name": "goodwill", "said": 10.0, "kept": 0.0, "made_ms": NOW + i * 3_600_000})

    learned = with_learned(policy, portfolio.judged(NOW + 20 * DAY))

    assert policy.tables.settings[0]["budget_share"][0] == 0.1
    assert learned.tables.settings[0]["budget_share"][0] == pytest.approx(20 / 240, rel=0.02)
