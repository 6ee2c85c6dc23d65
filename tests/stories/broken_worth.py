"""What stands in the place of a kernel while worth decides what it must not, or not what it should. Plain functions: the JIT is off."""

from __future__ import annotations

from typing import Any

from platinum.decide import lanes
from platinum.jit import int64
from platinum.policy.tables import Tables
from platinum.profile import tiers, worth

Record = Any

_potential_of, _tier_at = worth.potential_of, tiers.tier_at


def this_months_sale(tables: Any, scratch: Any) -> None:
    """What an action brings when it is accepted, and nothing of what it changes."""
    for q in range(scratch.ordered.shape[0]):
        c = int64(scratch.ordered[q])
        action = tables.actions[tables.candidates[c]["action"]]
        grows = scratch.terms[c]["of_equity"] != 0.0 or scratch.terms[c]["of_unrealised"] != 0.0
        scratch.terms[c]["value"] = scratch.gain[q] = action["value"] if grows else scratch.terms[c]["value"]


def nobody_ever_leaves(repeats: float, recency_days: float, age_days: float, model: Record) -> float:
    return 1.0


def life_goes_on_for_ever(row: Record, own: float, cohort: int, now_ms: int, tables: Tables) -> float:
    """What an event in somebody's life promised, years ago."""
    return float(_potential_of(row, own, cohort, int(row["life_as_of_ms"]), tables))


def the_best_first(n: int, tables: Any, scratch: Any) -> int:
    """The first lane with anything, whomever it is for."""
    found = [int(tables.actions[tables.candidates[scratch.passed[i]]["action"]]["lane"]) for i in range(n)]
    return min([int(lanes._GROWTH), *found])


def by_priority_alone(c: int, d: int, ref: Any, tables: Any) -> bool:
    one, other = (tables.actions[tables.candidates[x]["action"]] for x in (c, d))
    return bool(one["priority"] > other["priority"])


def by_todays_numbers(row: Record, now_ms: int, tables: Tables) -> int:
    """As if nobody had had a tier before."""
    forgotten = row.copy()
    forgotten["tier"] = 0
    return int(_tier_at(forgotten, now_ms, tables))


def once_high_always_high(row: Record, now_ms: int, tables: Tables) -> int:
    return max(int(_tier_at(row, now_ms, tables)), int(tiers.kept_tier(row, tables)))


#: What stands in the place of the order inside a lane.
IN_A_LANE = (lanes.goes_first, by_priority_alone)
