"""Rates, times and quotes over all customers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from platinum.learn.beta import lower_bound, share_below
from platinum.learn.durations import DAY_MS, Durations
from platinum.learn.portfolio import Portfolio

START = 20_000 * DAY_MS
HOUR_MS = 3_600_000


def a_fact(made_ms: int = START, took_ms: int | None = HOUR_MS, kept: float = 1.0, **members: Any) -> dict[str, Any]:
    """A promise that ended."""
    ended = None if took_ms is None else made_ms + took_ms
    fact = {"fact": "promise_ended", "name": "delivery", "owner": "depot", "channel": "web", "made_ms": made_ms, "due_ms": made_ms + DAY_MS}
    return {**fact, "ended_ms": ended, "said": 1.0, "kept": kept} | members


def folded(facts: list[dict[str, Any]]) -> Portfolio:
    """A portfolio after these facts."""
    portfolio = Portfolio()
    for fact in facts:
        portfolio.fold(fact)
    return portfolio


def some_facts(n: int, seed: int = 1) -> list[dict[str, Any]]:
    """Facts of several classes over two months, a tenth of them broken and some of these kept after all."""
    rng, facts = np.random.default_rng(seed), []
    for _ in range(n):
        made, took = START + int(rng.integers(60 * DAY_MS)), int(rng.integers(HOUR_MS, 4 * DAY_MS))
        name = str(rng.choice(["delivery", "callback", "refund"]))
        broken = rng.random() < 0.1
        facts.append(a_fact(made, None if broken else took, 0.0 if broken else 1.0, name=name, owner=str(rng.choice(["a", "b"]))))
        if broken and rng.random() < 0.5:
            facts.append(a_fact(made, took + DAY_MS, 0.5, name=name, owner="a", said=0.0))
    return facts


@pytest.mark.parametrize(("kept", "said"), [(0, 0), (5, 5), (18, 20), (190, 200), (3.5, 11.25)])
def test_the_lower_bound_is_the_quantile_of_the_beta_distribution(kept: float, said: float) -> None:
    bound = lower_bound(kept, said)
    grid = (np.arange(400_000) + 0.5) / 400_000
    density = grid**kept * (1 - grid) ** (said - kept)

    assert density[grid < bound].sum() / density.sum() == pytest.approx(0.05, abs=2e-5)
    assert share_below(bound, 1 + kept, 1 + said - kept) == pytest.approx(0.05, abs=1e-9)


def test_of_halves_the_whole_comes_out() -> None:
    facts = some_facts(500)
    whole, half, other = folded(facts), folded(facts[::2]), folded(facts[1::2])

    half.merge(other)

    now = START + 61 * DAY_MS
    assert half.judged(now) == whole.judged(now)


def test_the_order_of_arrival_does_not_matter() -> None:
    facts = some_facts(300)
    shuffled = [facts[i] for i in np.random.default_rng(2).permutation(len(facts))]

    one, other = folded(facts).judged(START + 61 * DAY_MS), folded(shuffled).judged(START + 61 * DAY_MS)

    assert other == one


def test_a_class_that_breaks_its_word_may_not_be_promised_any_more() -> None:
    bad = folded([a_fact(START + i * HOUR_MS, None if i % 3 == 0 else HOUR_MS, float(i % 3 != 0)) for i in range(60)])
    few = folded([a_fact(START, None, 0.0) for _ in range(10)])
    good = folded([a_fact(START + i * HOUR_MS) for i in range(60)])

    now = START + 3 * DAY_MS
    assert [p.judged(now)["classes"]["delivery"]["may_promise"] for p in (bad, few, good)] == [False, True, True]


def test_an_outcome_that_turned_out_otherwise_takes_nothing_back_twice() -> None:
    broken = folded([a_fact(START, None, 0.0)])
    broken.fold(a_fact(START, 2 * DAY_MS, 1.0, said=0.0))

    kept = folded([a_fact(START, 2 * DAY_MS, 1.0)])

    assert broken.judged(START) == kept.judged(START)


def quoted_and_kept(seed: int, drift_per_30d: float, per_day: int, days: int = 120, p: float = 0.95) -> float:
    """Share of quotes kept where times drift; what is still open is not known yet when a quote is made."""
    rng, known, open_ = np.random.default_rng(seed), Durations(), list[tuple[int, int, int]]()
    n = kept = 0
    for day in range(days):
        now = START + day * DAY_MS
        for _, made, took in (one for one in open_ if one[0] <= now):
            known.add(made, took)
        open_ = [one for one in open_ if one[0] > now]
        quote = known.quote_ms(now, p)
        for at in rng.integers(DAY_MS, size=per_day).tolist():
            took = int(DAY_MS * 2.5 * (1 + drift_per_30d) ** (day / 30) * np.exp(0.35 * rng.normal()))
            open_.append((now + at + took, now + at, took))
            if quote is not None and day >= 30:
                n, kept = n + 1, kept + (took <= quote)
    return kept / n


@pytest.mark.parametrize("drift", [0.0, 0.2, 0.5, -0.3])
def test_quotes_are_kept_as_often_as_they_say_while_times_drift(drift: float) -> None:
    shares = [quoted_and_kept(seed, drift, per_day=25) for seed in range(4)]

    assert 0.93 <= np.mean(shares) <= 0.97
    assert min(shares) >= 0.92


def test_too_little_known_is_no_quote() -> None:
    known = Durations()
    for i in range(19):
        known.add(START + i * HOUR_MS, HOUR_MS)

    assert known.quote_ms(START + 5 * DAY_MS, 0.95) is None


@pytest.mark.parametrize("quiet_days", [30, 60, 120, 320, 700])
def test_a_class_that_went_quiet_is_quoted_as_when_it_was_heard_of_last(quiet_days: int) -> None:
    rng, known = np.random.default_rng(1), Durations()
    for day in range(40):
        for at in rng.integers(DAY_MS, size=25).tolist():
            known.add(START + day * DAY_MS + at, int(DAY_MS * 2.5 * np.exp(0.35 * rng.normal())))

    active, later = known.quote_ms(START + 48 * DAY_MS, 0.95), known.quote_ms(START + (40 + quiet_days) * DAY_MS, 0.95)

    assert active is not None
    assert later is not None
    assert 0.8 * active <= later <= 1.25 * active
