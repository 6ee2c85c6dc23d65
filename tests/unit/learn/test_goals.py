"""What the report of goals counts, by hand."""

from __future__ import annotations

import pytest

from platinum.learn.goals import DAY_MS, FEWEST, MONTH_MS, Aims, gadgets, goals_report, wilson


def test_the_interval_is_wilsons() -> None:
    # 8 of 50, by the formula of Wilson (1927) at z = 1.959964.
    assert wilson(8, 50) == pytest.approx((0.0834, 0.2851), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(0, 0) is None


def test_the_gadget_ratio_is_gadgets_among_offers() -> None:
    found = gadgets([True, False, False, True])

    assert (found["k"], found["n"], found["share"], found["target"]) == (2, 4, 0.5, 0.1)
    assert gadgets([]) == {"k": 0, "n": 0, "share": None, "low": None, "high": None, "target": 0.1}


def a_life(day: int = 0, helped: int | None = None, **shares: float) -> Aims:
    """A garden stated on a day, helped with some days later; ``d30=0.5``: half done 30 days later."""
    at_ms = 1_000 * DAY_MS + day * DAY_MS
    told = [(at_ms + int(when[1:]) * DAY_MS, "garden", share) for when, share in shares.items()]
    return Aims([(at_ms, "garden")], told, [] if helped is None else [(at_ms + helped * DAY_MS, "plan")])


def test_help_counts_from_the_statement_on_and_only_where_it_serves_the_goal() -> None:
    lives = [a_life(helped=2), a_life(helped=-1), a_life(helped=9), a_life()]
    lives[2].helped = [(at_ms, "chair") for at_ms, _ in lives[2].helped]

    found = goals_report(lives, {"garden": {"plan"}})

    assert (found["stated"], found["first_help"]["k"], found["first_help"]["n"]) == (4, 1, 4)
    assert found["first_help"]["median_days"] == 2.0


def test_a_goal_that_is_stated_twice_is_one_and_runs_from_the_first_time() -> None:
    life = a_life(helped=5)
    life.stated.append((life.stated[0][0] + 4 * DAY_MS, "garden"))

    found = goals_report([life], {"garden": {"plan"}})

    assert (found["stated"], found["first_help"]["median_days"]) == (1, 5.0)


def test_progress_is_per_month_from_the_statement_to_the_newest_word() -> None:
    lives = [a_life(day, d10=0.9, d61=0.5) for day in range(FEWEST)] + [a_life(d3=0.3), a_life()]

    found = goals_report(lives, {})

    pace = found["progress_per_month"]
    assert (pace["n"], pace["mean"]) == (FEWEST, pytest.approx(0.5 / (61 * DAY_MS / MONTH_MS), rel=1e-5))
    assert pace["low"] == pytest.approx(pace["high"])
    assert goals_report(lives[1:], {})["progress_per_month"] == {"n": FEWEST - 1, "mean": None, "low": None, "high": None}


def test_reached_is_the_whole_way_once() -> None:
    found = goals_report([a_life(d10=1.0, d20=0.2), a_life(d10=0.99)], {})

    assert (found["reached"]["k"], found["reached"]["n"]) == (1, 2)
