"""Medians per cohort: as a sorted list has them, whatever came first, and however it was divided."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.learn.cohorts import MONTH_MS, MOST_COHORTS, Cohorts, Spread, begins_at, bin_of
from platinum.learn.portfolio import Portfolio
from platinum.learn.snapshot import MOST_BYTES, Learner, Snapshot, pack
from tests.reference.cohorts import weighted_median

START = 600 * MONTH_MS
AMOUNTS = st.one_of(st.just(0.0), st.floats(0.0, 1e12), st.floats(0.01, 500.0).map(lambda x: round(x, 2)))
TOLD = st.lists(st.tuples(AMOUNTS, st.integers(START, START + 20 * MONTH_MS)), min_size=1, max_size=60)


def a_standing(value: float, made_ms: int, cohort: str = "under 90d") -> dict[str, Any]:
    """A fact."""
    return {"fact": "standing", "by": "tenure", "cohort": cohort, "made_ms": made_ms, "value": value, "give": None, "get": None}


def some_standings(n: int, seed: int, cohorts: int = 4) -> list[dict[str, Any]]:
    """Facts of several cohorts over two years, so that some are forgotten."""
    rng = np.random.default_rng(seed)
    return [
        a_standing(float(np.exp(rng.normal(3.0, 1.5))), START + int(rng.integers(24 * MONTH_MS)), f"c{int(rng.integers(cohorts))}")
        for _ in range(n)
    ]


def folded(facts: list[dict[str, Any]]) -> Portfolio:
    """A portfolio after these facts."""
    portfolio = Portfolio()
    for fact in facts:
        portfolio.fold(fact)
    return portfolio


@given(st.floats(0.0, 1e17, allow_subnormal=False))
def test_an_amount_lies_in_its_bin_and_a_bin_is_narrow(amount: float) -> None:
    number = bin_of(amount)

    assert begins_at(number) <= amount < begins_at(number + 1)
    assert number == 0 or begins_at(number + 1) / begins_at(number) <= 1.0626


@settings(max_examples=200)
@given(TOLD)
def test_a_median_is_within_one_bin_of_that_of_the_sorted_list(told: list[tuple[float, int]]) -> None:
    now_ms, spread = max(at_ms for _, at_ms in told), Spread()
    for amount, at_ms in told:
        spread.add(amount, at_ms)

    judged = spread.judged(now_ms)

    assert judged is not None
    assert abs(bin_of(judged["median"]) - bin_of(weighted_median(told, now_ms))) <= 1


@pytest.mark.parametrize("seed", range(3))
def test_parts_in_any_order_give_the_bytes_of_the_whole(seed: int) -> None:
    facts, rng = some_standings(600, seed), np.random.default_rng(seed)
    parts = [folded([facts[i] for i in part]) for part in np.array_split(rng.permutation(len(facts)), 5)]
    merged = Portfolio()
    for i in rng.permutation(len(parts)):
        merged.merge(parts[i])

    now = START + 24 * MONTH_MS
    assert merged.judged(now) == folded(facts).judged(now)
    assert merged.cohorts.judged(now)["tenure: c0"]["value"]["n"] > 10


def test_rebuilt_to_the_same_offsets_a_snapshot_has_the_same_bytes() -> None:
    facts = some_standings(300, 7)

    def learned(order: list[int]) -> bytes:
        learner = Learner(2)
        offsets = [0, 0]
        for partition in order:
            body = pack_fact(facts[2 * offsets[partition] + partition])
            assert learner.fold(partition, offsets[partition], body, START + 24 * MONTH_MS)
            offsets[partition] += 1
        return pack(learner.snapshot())

    assert learned([0, 1] * 150) == learned([0] * 150 + [1] * 150)


def pack_fact(fact: dict[str, Any]) -> bytes:
    """As the log holds it."""
    return orjson.dumps(fact)


def test_what_is_old_is_forgotten_and_what_is_late_by_much_not_counted() -> None:
    cohorts = Cohorts()
    cohorts.add(a_standing(100.0, START))
    cohorts.add(a_standing(7.0, START + 15 * MONTH_MS))
    both = cohorts.judged(START + 15 * MONTH_MS)
    cohorts.add(a_standing(7.0, START + 16 * MONTH_MS))
    cohorts.add(a_standing(100.0, START))

    later = cohorts.judged(START + 16 * MONTH_MS)

    assert both["tenure: under 90d"]["value"]["n"] == pytest.approx(1 + 2**-3.75, rel=1e-5)
    assert later["tenure: under 90d"]["value"]["n"] == pytest.approx(1 + 2**-0.25, rel=1e-5)
    assert cohorts.judged(START + 40 * MONTH_MS) == {}
    assert len(cohorts.known["tenure: under 90d"]["value"].counts) == 2  # nor kept


def test_a_snapshot_has_an_end_however_many_cohorts_there_are() -> None:
    facts = some_standings(4000, 1, cohorts=300)
    whole, half = folded(facts), folded(facts[::2])
    half.merge(folded(facts[1::2]))

    now = START + 24 * MONTH_MS
    judged = whole.judged(now)

    assert len(judged["cohorts"]) == MOST_COHORTS
    assert judged == half.judged(now)
    everybody = folded([fact | {"cohort": "one"} for fact in facts]).cohorts.judged(now)["tenure: one"]["value"]["n"]
    assert sum(one["value"]["n"] for one in judged["cohorts"].values()) == pytest.approx(everybody, rel=1e-4)
    assert len(pack(Snapshot([1], now, judged))) < MOST_BYTES // 16


def test_what_was_given_and_got_counts_as_soon_as_a_fact_knows_it() -> None:
    known = folded([a_standing(10.0, START) | {"give": 2.0, "get": 8.0}, a_standing(10.0, START)]).judged(START)["cohorts"]

    assert known["tenure: under 90d"]["give"] == {"n": 1.0, "median": pytest.approx(2.0, rel=0.07)}
    assert known["tenure: under 90d"]["value"]["n"] == 2.0
