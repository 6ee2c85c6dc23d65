"""How much a customer will probably buy: BG/NBD for when, Gamma-Gamma for how much (treatment-formulas 5.6).

BG/NBD (Fader, Hardie, Lee 2005): while somebody is a customer they buy at a rate of their own, gamma(r, α) over all customers, and after
each purchase day they leave with a chance of their own, beta(a, b). Gamma-Gamma (Fader, Hardie 2013): what a day of theirs comes to, with
p, q and v. Days and money are those of the group ``value`` of a profile (design 13). ``model`` is SETTINGS throughout.
"""

from __future__ import annotations

from platinum.jit import constant, inner, kernel
from platinum.numeric import exp, growth_per, log, log1p, sigmoid
from platinum.profile.row import Record

#: No series is longer. At the bounds that a policy keeps (``policy.value_keys``), a year from the first purchase takes 500 terms.
_MOST_TERMS = constant(100_000)
#: What the rest of a series may come to, as a share of its sum.
_REST = 1e-13


@kernel
def p_alive(repeats: float, recency_days: float, age_days: float, model: Record) -> float:
    """Chance that a customer has not left for good.

    Parameters
    ----------
    repeats : float
        x, purchase days after the first; who has none has had no occasion to leave: 1.
    recency_days, age_days : float
        t_x from the first to the last purchase day, T from the first to now.
    model : SETTINGS

    Notes
    -----
    1 / (1 + a/(b + x − 1) · ((α + T)/(α + t_x))^(r + x)), as a sigmoid of its logarithm, so that no power overflows.
    Slow twin: ``tests/reference/lifetime.py``.
    """
    if repeats <= 0.0:
        return 1.0
    silence = log1p(max(age_days - recency_days, 0.0) / (model["bg_alpha"] + recency_days))
    odds_left = (model["bg_r"] + repeats) * silence + log(model["bg_a"] / (model["bg_b"] + repeats - 1.0))
    return float(sigmoid(-odds_left))


@inner
def _series(a_first: float, a: float, c: float, z: float) -> float:
    """Σ_{n≥1} (A)_n (a)_{n−1} / (c + 1)_{n−1} · zⁿ/n!, A = ``a_first``; ends where the rest cannot be seen any more."""
    term = a_first * z
    total = term
    for n in range(1, _MOST_TERMS):
        term *= (a_first + n) * (a + n - 1.0) / ((c + n) * (n + 1.0)) * z
        total += term
        if n > -a_first and abs(term) <= _REST * (1.0 - z) * abs(total):
            break
    return total


@kernel
def orders_if_alive(repeats: float, age_days: float, days: float, model: Record) -> float:
    """Expected purchase days within ``days`` of a customer who has not left.

    Parameters
    ----------
    repeats, age_days : float
        As ``p_alive``.
    days : float
        From now on.
    model : SETTINGS

    Notes
    -----
    With c = a + b + x − 1 and z = t/(α + T + t) the published form is c/(a − 1) · [1 − (1 − z)^(r+x) · ₂F₁(r + x, b + x; c; z)].
    Euler's transformation makes it c/(a − 1) · [1 − (1 − z)^(a−1) · ₂F₁(c − r − x, a − 1; c; z)], whose first two parameters do not grow
    with x, so that nothing overflows; drawing the factor a − 1 out of the series, and c into it, leaves no pole at a = 1 or c = 0. The
    slow twin ``tests/reference/lifetime.py`` adds up the published form.
    """
    if days <= 0.0:
        return 0.0
    a, c = model["bg_a"], model["bg_a"] + model["bg_b"] + repeats - 1.0
    known_days = model["bg_alpha"] + age_days
    power = -log1p(days / known_days)  # ln(1 − z)
    y = (a - 1.0) * power
    rest = _series(model["bg_a"] + model["bg_b"] - 1.0 - model["bg_r"], a, c, days / (known_days + days))
    return float(max(0.0, -c * power * growth_per(y) - exp(y) * rest))


@kernel
def expected_orders(repeats: float, recency_days: float, age_days: float, days: float, model: Record) -> float:
    """Expected purchase days within ``days``: those of somebody who has not left, times the chance that they have not."""
    return orders_if_alive(repeats, age_days, days, model) * p_alive(repeats, recency_days, age_days, model)


@kernel
def expected_spend(repeats: float, monetary_value: float, first_day_spend: float, model: Record) -> float:
    """Expected money of a purchase day.

    Parameters
    ----------
    repeats, monetary_value : float
        x, and the mean of those days.
    first_day_spend : float
        Stands in for who has no other day where q ≤ 1: then all customers have no mean.
    model : SETTINGS

    Notes
    -----
    (1 − w)·v·p/(q − 1) + w·m̄ with w = p·x/(p·x + q − 1), over a common denominator that stays above 0 where p + q > 1.
    """
    p, q, v = model["gg_p"], model["gg_q"], model["gg_v"]
    if repeats <= 0.0:
        return float(p * v / (q - 1.0)) if q > 1.0 else first_day_spend
    return float((p * v + p * repeats * monetary_value) / (p * repeats + q - 1.0))
