"""The tier in force: by expected margin and orders of a year, and slow to change (treatment-formulas 3.9).

It says how much money may be spent on top. It is kept in the row and moves when an order is folded; between orders, and for who stays
away, it is read as it would be if they ordered nothing more.
"""

from __future__ import annotations

from platinum.jit import constant, inner, kernel
from platinum.policy.tables import BY_FREQUENCY, BY_MARGIN, Tables
from platinum.profile.row import Record, wide
from platinum.profile.worth import a_year

_NONE = constant(-1)
_LOWEST = constant(0)


@inner
def kept_tier(row: Record, tables: Tables) -> int:
    """Index of the tier that the row holds, -1 = none of this policy's."""
    for i in range(wide(tables.settings[0]["n_tiers"])):
        if tables.settings[0]["tier_names"][i] == row["tier"]:
            return i
    return wide(_NONE)


@inner
def level(margin: float, orders: float, factor: float, settings: Record) -> int:
    """Tier of a margin and orders of a year where every limit is ``factor`` times what it is; by both, the mean, rounded down."""
    by_margin, by_orders = wide(_LOWEST), wide(_LOWEST)
    for i in range(wide(settings["n_tiers"]) - 1):
        by_margin += 1 if margin >= settings["tier_margin"][i] * factor else 0
        by_orders += 1 if orders >= settings["tier_orders"][i] * factor else 0
    if settings["tier_by"] == BY_MARGIN:
        return by_margin
    return by_orders if settings["tier_by"] == BY_FREQUENCY else (by_margin + by_orders) // 2


@kernel
def tier_at(row: Record, now_ms: int, tables: Tables) -> int:
    """Index of the tier in force at ``now_ms``, -1 = the policy has none; who has ordered nothing is in the lowest.

    It changes when a limit is passed by ``tier_hysteresis``: above it to go up, below it to go down. Then it is where the limits, so
    moved, put it.
    """
    settings = tables.settings[0]
    if settings["n_tiers"] == 0:
        return wide(_NONE)
    if row["halo"] > 0:  # a row as seen in a role (``roles.as_seen_in``)
        return wide(row["halo"]) - 1
    if row["orders"] == 0:
        return wide(_LOWEST)
    margin, orders = a_year(row, now_ms, tables)
    kept, slack = kept_tier(row, tables), float(settings["tier_hysteresis"])
    if kept < 0:
        return level(margin, orders, 1.0, settings)
    up, down = level(margin, orders, 1.0 + slack, settings), level(margin, orders, 1.0 - slack, settings)
    return max(up, min(kept, down))


@inner
def settle_tier(row: Record, now_ms: int, tables: Tables) -> None:
    """Keep the tier in force; an order was folded."""
    if tables.settings[0]["n_tiers"] == 0:
        return
    name = tables.settings[0]["tier_names"][tier_at(row, now_ms, tables)]
    if row["tier"] != name:
        row["tier"], row["tier_since_s"] = name, now_ms // 1000
