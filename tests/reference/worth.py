"""Slow twins of ``profile.worth`` and ``profile.tiers``: sums over months and lists of limits in plain Python."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from platinum.policy import tables as t
from tests.reference import contact_rules as rules
from tests.reference import lifetime as slow

_MEMBERS = ("bg_r", "bg_alpha", "bg_a", "bg_b", "gg_p", "gg_q", "gg_v")
MONTH = 365.0 / 12.0


def model_of(settings: Any) -> dict[str, float]:
    """Parameters of both models."""
    return {name: float(settings[name]) for name in _MEMBERS}


def rhythm(row: Any, now_ms: int, tables: Any) -> tuple[int, int, int]:
    """(x, t_x, T)."""
    zone = ZoneInfo(rules.policy_zone(tables))
    today = (datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date() - date(1970, 1, 1)).days
    days = int(row["older_days"]) + sum(int(word).bit_count() for word in row["purchase_days"])
    first, last = int(row["first_day"]), int(row["last_day"])
    return days - 1, last - first, max(today, last) - first


def spend(row: Any, x: int, settings: Any) -> float:
    """Money of a purchase day."""
    model = model_of(settings)
    if x > 0:
        return slow.expected_spend(x, (float(row["spend"]) - float(row["first_day_spend"])) / x, model)
    return model["gg_p"] * model["gg_v"] / (model["gg_q"] - 1.0) if model["gg_q"] > 1.0 else float(row["first_day_spend"])


def equity(row: Any, now_ms: int, tables: Any) -> float:
    """Σ_k E[purchases in month k]·margin/(1 + d)^k of somebody who has bought."""
    settings = tables.settings[0]
    x, recency, age = rhythm(row, now_ms, tables)
    model, total = model_of(settings), 0.0
    until = [slow.orders_if_alive(x, age, MONTH * k, model) if k else 0.0 for k in range(int(settings["value_months"]) + 1)]
    for k in range(1, len(until)):
        total += (until[k] - until[k - 1]) * float(settings["discount"]) ** k
    return total * slow.p_alive(x, recency, age, model) * spend(row, x, settings) * float(settings["margin"])


def need(row: Any, tables: Any) -> int:
    """Category of the policy with the highest positive interest."""
    known = {int(category) for category in tables.categories}
    liked = [(float(entry["sum"]), -i, int(entry["name"])) for i, entry in enumerate(row["affinities"][: int(row["n_affinities"])])]
    return max([one for one in liked if one[0] > 0 and one[2] in known], default=(0.0, 0, 0))[2]


def cohort(row: Any, now_ms: int, tables: Any) -> int:
    """Cohort by tenure, as name hash."""
    settings = tables.settings[0]
    since = now_ms - int(row["first_seen_ms"])
    return int(settings["cohort_names"][sum(since >= int(band) for band in settings["cohort_bands"][: int(settings["n_cohort_bands"])])])


def potential(row: Any, own: float, now_ms: int, tables: Any) -> float:
    """max(AV, P90)·(1 + γ faded), of a cohort by tenure."""
    settings = tables.settings[0]
    cells = {
        (int(settings["cell_cohort"][i]), int(settings["cell_category"][i])): float(settings["cell_p90"][i])
        for i in range(int(settings["n_cells"]))
    }
    of = cohort(row, now_ms, tables)
    wider = [(of, need(row, tables)), (of, 0), (0, 0)]
    best = next((cells[cell] for cell in wider if cell in cells), 0.0)
    faded = float(row["life"]) * 2.0 ** (-max(0, now_ms - int(row["life_as_of_ms"])) / float(settings["life_half_life_ms"]))
    return float(max(own, best) * (1.0 + faded))


def a_year(row: Any, now_ms: int, tables: Any) -> tuple[float, float]:
    """(margin, orders) of a year."""
    settings = tables.settings[0]
    x, recency, age = rhythm(row, now_ms, tables)
    model = model_of(settings)
    orders = slow.orders_if_alive(x, age, 365.0, model) * slow.p_alive(x, recency, age, model)
    return orders * spend(row, x, settings) * float(settings["margin"]), orders


def tier(row: Any, now_ms: int, tables: Any) -> int:
    """Index of the tier in force."""
    settings = tables.settings[0]
    n, slack = int(settings["n_tiers"]), float(settings["tier_hysteresis"])
    names = [int(name) for name in settings["tier_names"][:n]]
    got = dict(zip((t.BY_MARGIN, t.BY_FREQUENCY), a_year(row, now_ms, tables) if row["orders"] else (0.0, 0.0), strict=True))
    limits = {t.BY_MARGIN: settings["tier_margin"][: n - 1], t.BY_FREQUENCY: settings["tier_orders"][: n - 1]}
    if not row["orders"]:
        return 0

    def at(factor: float) -> int:
        reached = [int(np.sum(got[by] >= limits[by] * factor)) for by in limits if int(settings["tier_by"]) & by]
        return sum(reached) // len(reached)

    kept = int(row["tier"])
    if kept not in names:
        return at(1.0)
    if at(1.0 + slack) > names.index(kept):
        return at(1.0 + slack)
    return min(names.index(kept), at(1.0 - slack))
