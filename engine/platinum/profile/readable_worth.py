"""What a customer is worth, as people read it: what they will probably buy, what they could, and their tier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from platinum.policy.policy import Policy
from platinum.profile.decay import decayed
from platinum.profile.row import Record
from platinum.profile.standing import cohort_now
from platinum.profile.tiers import tier_at
from platinum.profile.worth import MONTH_DAYS, chance_alive, equity, orders_within, potential_of, spend_ahead

Json = dict[str, Any]
Say = Callable[[int], str | None]


def worth(row: Record, policy: Policy, now_ms: int, name: Say, instant: Say) -> Json:
    """Group ``worth`` of a readable profile; None is what is not known, or what the policy does not have."""
    tables = policy.tables
    settings = tables.settings[0]
    months = int(settings["value_months"])
    own = float(equity(row, now_ms, tables))
    could = float(potential_of(row, own, cohort_now(row, now_ms, tables), now_ms, tables)) if row["orders"] else own
    tier = int(tier_at(row, now_ms, tables))
    kept = bool(tier >= 0 and row["tier"] == settings["tier_names"][tier])
    return {
        "months": months,
        "p_alive": _known(float(chance_alive(row, now_ms, tables))),
        "expected_orders": _known(float(orders_within(row, MONTH_DAYS * months, now_ms, tables))),
        "expected_spend": _known(float(spend_ahead(row, now_ms, tables))),
        "equity": _known(own),
        "potential": _known(could),
        "unrealised": _known(could - own),
        "share_of_potential": _known(own / could if could > 0.0 or could != could else 1.0),
        "life_events_add": _known(decayed(float(row["life"]), int(row["life_as_of_ms"]), now_ms, float(settings["life_half_life_ms"]))),
        "tier": name(settings["tier_names"][tier]) if tier >= 0 else None,
        "tier_since": instant(int(row["tier_since_s"]) * 1000) if kept else None,
    }


def _known(x: float) -> float | None:
    """Six significant digits; None for what is not known."""
    return float(f"{x:.6g}") + 0.0 if x == x else None
