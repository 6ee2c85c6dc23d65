"""Quotes of classes that have just begun: what the quick ones say of the slow ones, and when it is too little."""

from __future__ import annotations

import heapq
import math
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from platinum.learn.durations import DAY_MS, Durations
from platinum.learn.portfolio import Portfolio

START = 20_000 * DAY_MS


class Times(NamedTuple):
    """Log-normal times around a median in days; what the policy promises while nothing is quoted, and which share is never kept."""

    median: float
    sigma: float
    within: float
    never: float = 0.0


class Quote(NamedTuple):
    """A quote of one morning: since the first day, how long it is, and its true probability of being kept."""

    day: int
    takes_ms: int
    kept: float


def fact(made_ms: int, within_ms: int, ended_ms: int | None, said: float) -> dict[str, object]:
    """What the ledger tells of a promise."""
    kept = float(ended_ms is not None and ended_ms - made_ms <= within_ms)
    made = {"fact": "promise_ended", "name": "repair", "owner": None, "channel": None, "made_ms": made_ms, "due_ms": made_ms + within_ms}
    return {**made, "ended_ms": ended_ms, "said": said, "kept": kept}


@cache
def quotes_of(times: Times, seed: int, days: int, per_day: int = 25) -> tuple[Quote, ...]:
    """Quotes at 0.95 of a class from its first day on, each promised until the next; only what is over is told."""
    rng, portfolio, coming, quotes = np.random.default_rng(seed), Portfolio(), list[tuple[int, int, dict[str, object]]](), list[Quote]()
    for day in range(days):
        now = START + day * DAY_MS
        while coming and coming[0][0] <= now:
            portfolio.fold(heapq.heappop(coming)[2])
        known = portfolio.durations.get("repair")
        quote = None if known is None else known.quote_ms(now, 0.95)
        if quote is not None:
            z = math.log(quote / (times.median * DAY_MS)) / times.sigma
            quotes.append(Quote(day, quote, 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))))
        within = quote or int(times.within * DAY_MS)
        for made in (now + rng.integers(DAY_MS, size=rng.poisson(per_day))).tolist():
            ended = made + int(times.median * DAY_MS * math.exp(times.sigma * rng.standard_normal()))
            late, never = ended > made + within, rng.random() < times.never
            if late or never:
                heapq.heappush(coming, (made + within, len(coming) + made, fact(made, within, None, 1.0)))
            if not never:
                heapq.heappush(coming, (ended, len(coming) + made, fact(made, within, ended, 0.0 if late else 1.0)))
    return tuple(quotes)


WIDE = [Times(2.5, 0.7, 12), Times(2.5, 0.85, 15), Times(2.5, 1.0, 21), Times(2.5, 1.0, 7), Times(10, 0.5, 30)]


@pytest.mark.parametrize("times", WIDE, ids=str)
def test_the_first_quotes_of_wide_or_long_times_are_kept_as_often_as_they_say(times: Times) -> None:
    runs = [quotes_of(times, seed, 75 if times.median > 5 else 45) for seed in range(6)]

    assert all(runs)
    first_week = [one.kept for run in runs for one in run if one.day < run[0].day + 7]
    next_two = [one.kept for run in runs for one in run if run[0].day + 7 <= one.day < run[0].day + 21]
    assert np.mean(first_week) >= 0.94
    assert np.mean(next_two) >= 0.94


@pytest.mark.parametrize("within", [12, 60])
def test_narrow_times_are_quoted_soon_whatever_the_policys_own_time_is(within: int) -> None:
    runs = [quotes_of(Times(2.5, 0.35, within), seed, 45) for seed in range(6)]

    assert max(run[0].day for run in runs) <= 17
    assert np.mean([one.kept for run in runs for one in run if one.day < 30]) >= 0.95
    assert 0.93 <= np.mean([one.kept for run in runs for one in run if one.day >= 30]) <= 0.97


def test_what_is_never_kept_makes_no_quote_longer_for_long() -> None:
    with_lost = quotes_of(Times(2.5, 0.35, 12, never=0.1), 1, 45)

    assert 0.93 <= np.mean([one.kept for one in with_lost if one.day >= 30]) <= 0.975


def of_one_day(kept: int, broken: int) -> Durations:
    """Promises of one day that were due an hour later: some took 50 minutes, the others are open."""
    known = Durations()
    for i in range(kept + broken):
        known.hear(START + i, DAY_MS // 24)
    for i in range(kept):
        known.add(START + i, DAY_MS // 29)
    return known


def test_nothing_is_quoted_that_more_than_so_many_are_open_for() -> None:
    now = START + int(1.05 * DAY_MS)

    assert of_one_day(80, 20).quote_ms(now, 0.95) is None
    assert of_one_day(80, 20).quote_ms(now, 0.5) is not None
    assert of_one_day(100, 0).quote_ms(now, 0.95) is not None


def test_an_old_day_that_happened_to_be_quick_does_not_say_more_than_younger_ones_with_many_open() -> None:
    known, took = Durations(), np.linspace(0.5, 5.6, 60)
    for day in range(6):
        for i, days in enumerate(took.tolist()):
            known.hear(START + day * DAY_MS + i, 3 * DAY_MS)
            if day == 0 or i % 3:
                known.add(START + day * DAY_MS + i, int(days * DAY_MS))

    quote = known.quote_ms(START + 12 * DAY_MS, 0.95)

    assert quote is not None
    assert quote >= 10 * DAY_MS  # of the second day's, ten days old, a third is open


def test_too_few_to_say_is_no_quote() -> None:
    """Of 60 seen none says what 99 of 100 take, and chance makes the slowest of 25 quick."""
    now = START + int(1.05 * DAY_MS)

    assert of_one_day(60, 0).quote_ms(now, 0.95) is not None
    assert of_one_day(60, 0).quote_ms(now, 0.99) is None
    assert of_one_day(25, 0).quote_ms(now, 0.95) is None


def test_a_promise_that_was_moved_in_time_is_not_counted_as_broken() -> None:
    known, without = of_one_day(100, 10), of_one_day(100, 0)
    for i in range(100, 110):
        known.hear(START + i, DAY_MS // 24, -1)

    assert np.array_equal(known.due, without.due)
    portfolio = Portfolio()
    portfolio.fold(fact(START, DAY_MS, None, 1.0))
    portfolio.fold(fact(START, DAY_MS, None, -1.0))
    assert not portfolio.durations["repair"].due.any()


def test_halves_merge_to_the_whole_whichever_days_they_know() -> None:
    rng, whole, halves = np.random.default_rng(3), Durations(), (Durations(), Durations())
    for i, made in enumerate((START + rng.integers(40 * DAY_MS, size=1_000)).tolist()):
        took = int(2.5 * DAY_MS * math.exp(0.85 * rng.standard_normal()))
        for known in (whole, halves[made > START + 30 * DAY_MS or i % 2]):
            known.hear(made, 10 * DAY_MS)
            if made + took < START + 50 * DAY_MS:
                known.add(made, took)

    merged = Durations()
    for half in halves:
        merged.merge(half)
    quote = whole.quote_ms(START + 50 * DAY_MS, 0.95)
    assert quote is not None
    assert merged.quote_ms(START + 50 * DAY_MS, 0.95) == quote
    assert np.array_equal(merged.due, whole.due)
