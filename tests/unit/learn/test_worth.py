"""What the best of a cell are worth and where equal parts begin: as sorted lists have it, however it was divided."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.learn.cohorts import MONTH_MS, bin_of
from platinum.learn.portfolio import Portfolio
from platinum.learn.snapshot import MOST_BYTES, Snapshot, pack
from platinum.learn.worth import shares
from platinum.pipeline.learned import with_learned
from platinum.policy.compile import compile_policy

NOW = 600 * MONTH_MS
POLICY = b"""
policy: shop
currency: EUR
timezone: UTC
categories: [lamps, candles]
tiers: {names: [basic, plus, top]}
"""


def some_facts(n: int, seed: int = 1, cohorts: int = 2) -> list[dict[str, Any]]:
    """Facts of this month."""
    rng = np.random.default_rng(seed)
    return [
        {
            "fact": "worth",
            "by": "tenure",
            "cohort": f"c{int(rng.integers(cohorts))}" if i % 3 else "under 90d",
            "category": [None, "lamps", "candles"][int(rng.integers(3))],
            "made_ms": NOW,
            "equity": float(np.exp(rng.normal(3.0, 1.0))),
            "margin": float(np.exp(rng.normal(3.2, 1.0))),
            "orders": float(rng.uniform(0, 20)),
        }
        for i in range(n)
    ]


def folded(facts: list[dict[str, Any]]) -> Portfolio:
    """A portfolio after these facts."""
    portfolio = Portfolio()
    for fact in facts:
        portfolio.fold(fact)
    return portfolio


def best(facts: list[dict[str, Any]], **of: str) -> float:
    """Equity that a tenth of those exceed."""
    every = sorted(fact["equity"] for fact in facts if all(fact[name] == value for name, value in of.items()))
    return float(every[math.ceil(len(every) * 0.9) - 1])


def test_the_best_tenth_of_a_cell_is_that_of_the_sorted_list_and_wider_cells_hold_the_narrow_ones() -> None:
    facts = some_facts(3000)

    cells = {(one["cohort"], one["category"]): one for one in folded(facts).judged(NOW)["worth"]["cells"]}

    for key, of in {(None, None): {}, ("c0", None): {"cohort": "c0"}, ("c0", "lamps"): {"cohort": "c0", "category": "lamps"}}.items():
        assert abs(bin_of(cells[key]["p90"]) - bin_of(best(facts, **of))) <= 1
    assert cells[None, None]["n"] == 3000
    assert cells["c0", None]["n"] == sum(fact["cohort"] == "c0" for fact in facts)


def test_parts_in_any_order_give_the_numbers_of_the_whole() -> None:
    facts, rng = some_facts(600), np.random.default_rng(4)
    merged = Portfolio()
    for part in np.array_split(rng.permutation(600), 5):
        merged.merge(folded([facts[i] for i in part]))

    assert merged.judged(NOW) == folded(facts).judged(NOW)


def test_of_a_few_people_nothing_is_concluded() -> None:
    few = folded(some_facts(19)).judged(NOW)["worth"]
    enough = folded(some_facts(20)).judged(NOW)["worth"]

    assert few == {"cells": [], "limits": {"margin": None, "orders": None}}
    assert [(one["cohort"], one["category"]) for one in enough["cells"]] == [(None, None)]
    assert enough["limits"]["margin"].keys() == shares().keys()


def test_a_snapshot_has_an_end_however_many_cells_there_are() -> None:
    judged = folded(some_facts(20_000, cohorts=150)).judged(NOW)

    assert len(judged["worth"]["cells"]) == 64
    assert len(pack(Snapshot([1], NOW, judged))) < MOST_BYTES // 16


def test_a_policy_under_a_snapshot_knows_the_cells_of_its_own_cohorts_and_where_its_tiers_begin() -> None:
    policy, facts = compile_policy(POLICY), some_facts(3000)
    others = [fact | {"by": "orders", "cohort": "under 2"} for fact in facts[:500]]

    settings = with_learned(policy, folded([*facts, *others]).judged(NOW)).tables.settings[0]

    cells = {
        (int(settings["cell_cohort"][i]), int(settings["cell_category"][i])): settings["cell_p90"][i] for i in range(settings["n_cells"])
    }
    assert set(cells) >= {(0, 0), (name_hash("c0"), 0), (name_hash("under 90d"), name_hash("lamps"))}
    assert (name_hash("under 2"), 0) not in cells
    thirds = np.quantile([fact["margin"] for fact in [*facts, *others]], [1 / 3, 2 / 3])
    assert settings["tier_margin"][:2] == pytest.approx(thirds, rel=0.07)
    assert settings["tier_orders"][:2] == pytest.approx([20 / 3, 40 / 3], rel=0.07)
    assert np.isinf(settings["tier_margin"][2:]).all()
    assert np.isinf(policy.tables.settings[0]["tier_margin"]).all()  # nobody is in a higher tier before something is known
