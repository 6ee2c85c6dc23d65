"""Slow twins of ``profile.lifetime``: the published forms, term by term, in decimals of 60 digits."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext

DIGITS = 60
Model = Mapping[str, float]


def hypergeometric(a: Decimal, b: Decimal, c: Decimal, z: Decimal) -> Decimal:
    """₂F₁(a, b; c; z) for 0 ≤ z < 1 as its series, none of whose terms is left out that could be seen."""
    term = total = Decimal(1)
    for n in range(200_000):
        term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z
        total += term
        if n > 50 and abs(term) < abs(total) * (1 - z) * Decimal(10) ** -40:
            return total
    raise ValueError("the series does not end")


def p_alive(x: float, recency: float, age: float, model: Model) -> float:
    """Fader, Hardie and Lee (2005), equation for P(alive)."""
    if x == 0:
        return 1.0
    with localcontext() as context:
        context.prec = DIGITS
        r, alpha, a, b = (Decimal(model[f"bg_{name}"]) for name in ("r", "alpha", "a", "b"))
        odds = a / (b + Decimal(x) - 1) * ((alpha + Decimal(age)) / (alpha + Decimal(recency))) ** (r + Decimal(x))
        return float(1 / (1 + odds))


def orders_if_alive(x: float, age: float, days: float, model: Model) -> float:
    """Their equation (10) without its denominator."""
    with localcontext() as context:
        context.prec = DIGITS
        r, alpha, a, b = (Decimal(model[f"bg_{name}"]) for name in ("r", "alpha", "a", "b"))
        n, t, known = Decimal(x), Decimal(days), alpha + Decimal(age)
        c = a + b + n - 1
        series = hypergeometric(r + n, b + n, c, t / (known + t))
        return float(c / (a - 1) * (1 - (known / (known + t)) ** (r + n) * series))


def expected_spend(x: float, mean: float, model: Model) -> float:
    """Fader and Hardie (2013): population mean and own mean, weighed."""
    p, q, v = (model[f"gg_{name}"] for name in ("p", "q", "v"))
    own = p * x / (p * x + q - 1.0)
    return (1.0 - own) * v * p / (q - 1.0) + own * mean


def simulated_orders(model: Model, days: float, people: int, seed: int) -> float:
    """Purchase days of people whose first was just now, by drawing them: mean per person within ``days``."""
    import numpy as np

    rng = np.random.default_rng(seed)
    rates = rng.gamma(model["bg_r"], 1.0 / model["bg_alpha"], people)
    leaves = rng.beta(model["bg_a"], model["bg_b"], people)
    bought = 0
    for rate, leave in zip(rates.tolist(), leaves.tolist(), strict=True):
        at = rng.exponential(1.0 / rate) if rate > 0 else days + 1
        while at <= days:
            bought += 1
            if rng.random() < leave:
                break
            at += rng.exponential(1.0 / rate)
    return bought / people
