"""Equity, potential and tiers: the kernels against sums and lists in plain Python, on random customers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.policy import tables as t
from platinum.policy.tables import Tables
from platinum.policy.tiers import tier_members
from platinum.policy.value_keys import value_members
from platinum.profile.standing import standing_field
from platinum.profile.tiers import tier_at
from platinum.profile.worth import a_year
from platinum.vocabulary.codes import Field, Kind
from tests.builders.desk import NOW
from tests.builders.rows import NOON, an_event, an_order, fold_into, new_rows
from tests.builders.tables import DAY, some_tables
from tests.builders.worlds import random_moment, random_row, random_tables
from tests.reference import worth as slow

CUSTOMERS = 300
TIERS: dict[str, Any] = {"names": ["basic", "plus", "top"], "margin": [40.0, 120.0], "orders": [4.0, 12.0]}


def field_of(field: Field, row: Any, tables: Tables, now: int = NOW) -> float:
    """A field of P_ALIVE to TIER."""
    return float(standing_field(int(field), row, now, tables))


def test_equity_and_potential_equal_the_slow_twin_on_random_customers() -> None:
    rng, some = np.random.default_rng(2), 0
    for _ in range(CUSTOMERS):
        tables = random_tables(rng)
        tables.settings["value_months"] = rng.integers(1, 37)
        now = random_moment(rng)
        row = random_row(rng, tables, now)
        if row["orders"] == 0:
            assert all(np.isnan(field_of(Field(f), row, tables, now)) for f in range(Field.P_ALIVE, Field.TIER + 1))
            continue
        own = slow.equity(row, now, tables)
        could = slow.potential(row, own, now, tables)
        want = {Field.EQUITY: own, Field.POTENTIAL: could, Field.UNREALISED: could - own, Field.SHARE_OF_POTENTIAL: own / could}
        for field, number in want.items():
            assert field_of(field, row, tables, now) == pytest.approx(number, rel=1e-8, abs=1e-8), field
        some += could > own

    assert some > 50


def test_tiers_equal_the_slow_twin_on_random_customers() -> None:
    rng, seen = np.random.default_rng(3), set()
    for _ in range(CUSTOMERS):
        by = [{}, {"margin": 0}, {"orders": 0}][int(rng.integers(3))]
        limits = {name: sorted(rng.uniform(0.1, 40.0, 2).tolist()) for name in ("margin", "orders") if name not in by}
        spec = {"names": TIERS["names"], "hysteresis": float(rng.choice([0.0, 0.1, 0.5])), **limits}
        tables = random_tables(rng)
        for member, value in tier_members({"tiers": spec}).items():
            tables.settings[member] = value
        now = random_moment(rng)
        row = random_row(rng, tables, now)
        row["tier"] = rng.choice([0, 7, *tables.settings[0]["tier_names"][:3]])

        assert tier_at(row, now, tables) == slow.tier(row, now, tables)
        seen.add((int(tier_at(row, now, tables)), int(row["tier"])))

    assert {tier for tier, _ in seen} == {0, 1, 2}


def a_customer(tables: Tables, days: list[int], amount: float = 40.0) -> Any:
    """A row after orders on these days from NOON."""
    rows = new_rows()
    fold_into(rows, [an_order(NOON + day * DAY, amount) for day in days], tables)
    return rows[0]


def with_tiers() -> Tables:
    """Tables of a policy with tiers."""
    return some_tables(settings=tier_members({"tiers": TIERS}))


def tier_name(row: Any, tables: Tables) -> str:
    """The tier that the row holds."""
    names = tables.settings[0]["tier_names"].tolist()
    return str(TIERS["names"][names.index(int(row["tier"]))])


def test_a_tier_moves_with_the_orders_and_is_kept_in_the_row() -> None:
    tables = with_tiers()

    once, often = a_customer(tables, [0]), a_customer(tables, list(range(0, 300, 10)))

    assert (tier_name(once, tables), tier_name(often, tables)) == ("basic", "top")
    assert 0 < int(often["tier_since_s"]) < (NOON + 290 * DAY) // 1000


@pytest.mark.parametrize(
    ("kept", "limit", "expected"),
    [(2, 1.05, 2), (2, 1.15, 1), (1, 0.95, 1), (1, 0.85, 2), (None, 0.95, 2), (None, 1.05, 1)],
    ids=["stays up", "goes down", "stays down", "goes up", "is new, above", "is new, below"],
)
def test_at_a_limit_a_tier_does_not_go_to_and_fro(kept: int | None, limit: float, expected: int) -> None:
    row, now = a_customer(some_tables(), list(range(0, 300, 10))), NOON + 300 * DAY
    margin, _ = a_year(row, now, some_tables())
    tables = some_tables(settings=tier_members({"tiers": {"names": TIERS["names"], "margin": [margin / 2, margin * limit]}}))
    row["tier"] = 0 if kept is None else tables.settings[0]["tier_names"][kept]

    assert int(tier_at(row, now, tables)) == expected


def test_who_stays_away_is_not_in_the_highest_tier_for_ever() -> None:
    tables = with_tiers()
    row = a_customer(tables, list(range(0, 300, 10)))

    later = [int(tier_at(row, NOON + day * DAY, tables)) for day in (300, 400, 900)]

    assert later[0] == 2
    assert later == sorted(later, reverse=True)
    assert later[-1] == 0


def test_a_policy_without_tiers_keeps_none() -> None:
    tables = some_tables()
    row = a_customer(tables, [0, 10, 20])

    assert (int(row["tier"]), int(tier_at(row, NOON, tables))) == (0, -1)
    assert np.isnan(field_of(Field.TIER, row, tables))


@settings(max_examples=60)
@given(st.floats(0.0, 2.0), st.integers(0, 400))
def test_an_event_in_somebodys_life_adds_to_their_potential_and_fades(weight: float, days: int) -> None:
    tables = some_tables(settings=value_members({"value": {"life_events": {"house_move": weight}}}))
    row = a_customer(tables, [0, 20, 40])
    now = NOON + (40 + days) * DAY
    before = field_of(Field.EQUITY, row, tables, now)
    rows = np.array([row])
    fold_into(rows, [an_event(Kind.LIFE_EVENT_REPORTED, NOON + 40 * DAY, name_a="house_move")], tables)
    fold_into(rows, [an_event(Kind.LIFE_EVENT_REPORTED, NOON + 40 * DAY, name_a="birthday")], tables)

    assert field_of(Field.POTENTIAL, rows[0], tables, now) == pytest.approx(before * (1.0 + weight * 0.5 ** (days / 90.0)), rel=1e-9)
    assert field_of(Field.EQUITY, rows[0], tables, now) == before


def test_the_nearest_look_alikes_of_whom_something_is_known_count() -> None:
    tables = some_tables()
    row = a_customer(tables, [0, 20, 40])
    row["affinities"][0]["name"], row["affinities"][0]["sum"], row["n_affinities"] = tables.categories[1], 3.0, 1
    cohort = int(tables.settings[0]["cohort_names"][0])
    now = NOON + 50 * DAY
    found = []
    for cells in (
        [(0, 0, 100.0)],
        [(0, 0, 100.0), (cohort, 0, 200.0)],
        [(0, 0, 100.0), (cohort, 0, 200.0), (cohort, int(tables.categories[1]), 50.0)],
    ):
        tables.settings["n_cells"] = len(cells)
        for i, (of, category, best) in enumerate(cells):
            tables.settings["cell_cohort"][0, i], tables.settings["cell_category"][0, i] = of, category
            tables.settings["cell_p90"][0, i] = best
        found.append(field_of(Field.POTENTIAL, row, tables, now))

    assert found == [100.0, 200.0, 50.0]
    assert t.MOST_CELLS == 64
