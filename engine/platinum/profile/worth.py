"""What a customer is worth over the months ahead, and could be (treatment-formulas 3.10, 5.6).

Equity is the discounted margin that is to be expected. Potential is what the best tenth of people like them are worth, as the learner
knows it, and never less than the equity; an event in their life adds to it for a while. Computed where somebody asks, never per event.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.affinity import is_category
from platinum.profile.decay import add_decayed, decayed
from platinum.profile.facts import tell_of
from platinum.profile.lifetime import expected_spend, orders_if_alive, p_alive
from platinum.profile.purchase_days import distinct_days
from platinum.profile.row import Record, wide
from platinum.profile.zones import local_day
from platinum.vocabulary.codes import Fact, Field

NAN = np.nan
#: A twelfth of 365 days.
MONTH_DAYS = 365.0 / 12.0
_YEAR_DAYS = 365.0
_NOTHING = constant(0)
_WORTH = int(Fact.WORTH)
_P_ALIVE, _ORDERS, _SPEND, _EQUITY = int(Field.P_ALIVE), int(Field.EXPECTED_ORDERS), int(Field.EXPECTED_SPEND), int(Field.EQUITY)
_POTENTIAL, _UNREALISED = int(Field.POTENTIAL), int(Field.UNREALISED)


@inner
def rhythm(row: Record, now_ms: int, tables: Tables) -> tuple[float, float, float]:
    """(x, t_x, T) of BG/NBD: purchase days after the first, days from the first to the last, days from the first to now."""
    today = local_day(wide(tables.settings[0]["zone"]), now_ms, tables)
    first, last = wide(row["first_day"]), wide(row["last_day"])
    return float(distinct_days(row) - 1), float(last - first), float(max(today, last) - first)


@inner
def spend_per_day(row: Record, repeats: float, settings: Record) -> float:
    """Expected money of a purchase day."""
    mean = (row["spend"] - row["first_day_spend"]) / repeats if repeats > 0.0 else 0.0
    return expected_spend(repeats, mean, float(row["first_day_spend"]), settings)


@kernel
def chance_alive(row: Record, now_ms: int, tables: Tables) -> float:
    """P(alive) at ``now_ms``; NaN before the first order."""
    if row["orders"] == 0:
        return NAN
    repeats, recency, age = rhythm(row, now_ms, tables)
    return p_alive(repeats, recency, age, tables.settings[0])


@kernel
def orders_within(row: Record, days: float, now_ms: int, tables: Tables) -> float:
    """Purchase days to be expected within ``days``; NaN before the first order."""
    if row["orders"] == 0:
        return NAN
    repeats, recency, age = rhythm(row, now_ms, tables)
    settings = tables.settings[0]
    return orders_if_alive(repeats, age, days, settings) * p_alive(repeats, recency, age, settings)


@kernel
def spend_ahead(row: Record, now_ms: int, tables: Tables) -> float:
    """Money of the next purchase day; NaN before the first order."""
    if row["orders"] == 0:
        return NAN
    return spend_per_day(row, rhythm(row, now_ms, tables)[0], tables.settings[0])


@kernel
def equity(row: Record, now_ms: int, tables: Tables) -> float:
    """Discounted expected margin of ``value_months`` months: Σ_k E[purchases in month k]·margin/(1 + d)^k; NaN before the first order.

    The chance that they are still there and the spend per day are the same in every month, so each is computed once.
    """
    if row["orders"] == 0:
        return NAN
    settings = tables.settings[0]
    repeats, recency, age = rhythm(row, now_ms, tables)
    total, before, left = 0.0, 0.0, 1.0
    for month in range(1, wide(settings["value_months"]) + 1):
        upto = orders_if_alive(repeats, age, MONTH_DAYS * month, settings)
        left *= settings["discount"]
        total += (upto - before) * left
        before = upto
    return float(total * p_alive(repeats, recency, age, settings) * spend_per_day(row, repeats, settings) * settings["margin"])


@kernel
def a_year(row: Record, now_ms: int, tables: Tables) -> tuple[float, float]:
    """(margin, purchase days) to be expected within a year; (0, 0) before the first order."""
    if row["orders"] == 0:
        return 0.0, 0.0
    settings = tables.settings[0]
    repeats, recency, age = rhythm(row, now_ms, tables)
    orders = orders_if_alive(repeats, age, _YEAR_DAYS, settings) * p_alive(repeats, recency, age, settings)
    return orders * spend_per_day(row, repeats, settings) * settings["margin"], orders


@inner
def need_of(row: Record, tables: Tables) -> int:
    """Name hash of the policy's category that the person turns to most, 0 = none."""
    best, name = 0.0, wide(_NOTHING)
    for i in range(wide(row["n_affinities"])):
        interest = row["affinities"][i]
        if interest["sum"] > best and is_category(interest["name"], tables):
            best, name = float(interest["sum"]), wide(interest["name"])
    return name


@inner
def best_of(cohort: int, category: int, tables: Tables) -> float:
    """What the best tenth of a cohort and category (name hashes; 0 = all) are worth; NaN when the learner does not know it."""
    settings = tables.settings[0]
    for i in range(wide(settings["n_cells"])):
        if settings["cell_cohort"][i] == cohort and settings["cell_category"][i] == category:
            return float(settings["cell_p90"][i])
    return NAN


@inner
def among_alike(row: Record, cohort: int, tables: Tables) -> float:
    """What the best tenth of the nearest look-alikes are worth: the same cohort and need, else the same cohort, else everybody; or 0."""
    need = need_of(row, tables)
    found = best_of(cohort, need, tables)
    if found != found and need != 0:
        found = best_of(cohort, wide(_NOTHING), tables)
    if found != found:
        found = best_of(wide(_NOTHING), wide(_NOTHING), tables)
    return found if found == found else 0.0


@kernel
def potential_of(row: Record, own: float, cohort: int, now_ms: int, tables: Tables) -> float:
    """Potential of somebody in ``cohort`` (name hash) whose equity is ``own``: max(AV, P90)·(1 + what events in their life add)."""
    promise = decayed(float(row["life"]), wide(row["life_as_of_ms"]), now_ms, float(tables.settings[0]["life_half_life_ms"]))
    return max(own, among_alike(row, cohort, tables)) * (1.0 + promise)


@inner
def fold_life(row: Record, event: Record, tables: Tables) -> None:
    """An event in somebody's life adds what the policy says; any order of arrival gives the same sum."""
    settings, at_ms = tables.settings[0], wide(event["occurred_ms"])
    for i in range(wide(settings["n_life"])):
        if settings["life_names"][i] == event["name_a"]:
            half_life_ms = settings["life_half_life_ms"]
            row["life"] = add_decayed(row["life"], wide(row["life_as_of_ms"]), settings["life_weights"][i], at_ms, half_life_ms)
            row["life_as_of_ms"] = max(wide(row["life_as_of_ms"]), at_ms)


@inner
def tell_worth(row: Record, more: Record, cohort: int, at_ms: int, tables: Tables) -> None:
    """Tell the learner what a customer of ``cohort`` was worth at ``at_ms``; for ``profile.standing``, once a month.

    Members of the fact: ``weight`` equity, ``amount`` margin of a year, ``due_ms`` thousandths of orders of a year, ``channel`` the need.
    """
    margin, orders = a_year(row, at_ms, tables)
    own = equity(row, at_ms, tables)
    before = more[0]["told"]
    tell_of(more, _WORTH, cohort, at_ms, own, margin)
    if more[0]["told"] > before:
        fact = more[0]["entries"][before]
        fact["owner"], fact["channel"] = tables.settings[0]["cohort_key"], need_of(row, tables)
        fact["due_ms"] = wide(orders * 1000.0)


@kernel
def worth_field(field: int, row: Record, cohort: int, now_ms: int, tables: Tables) -> float:
    """Value of a ``codes.Field`` from P_ALIVE to SHARE_OF_POTENTIAL; NaN before the first order."""
    if field == _P_ALIVE:
        return chance_alive(row, now_ms, tables)
    if field == _ORDERS:
        return orders_within(row, MONTH_DAYS * tables.settings[0]["value_months"], now_ms, tables)
    if field == _SPEND:
        return spend_ahead(row, now_ms, tables)
    own = equity(row, now_ms, tables)
    if field == _EQUITY or own != own:
        return own
    could = potential_of(row, own, cohort, now_ms, tables)
    if field == _POTENTIAL:
        return could
    if field == _UNREALISED:
        return could - own
    return own / could if could > 0.0 else 1.0
