"""``tiers``: how much money may be spent on top, by what a customer is worth; and what settings get of it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.action_keys import NAME, NAME_WANTED
from platinum.policy.containers import Key, ListOf, Record
from platinum.policy.declared import Names, Values, kept
from platinum.policy.problems import Problems
from platinum.policy.shapes import Number, Text
from platinum.policy.synonyms import meant

HYSTERESIS = 0.10
_MEASURES = {"margin": t.BY_MARGIN, "orders": t.BY_FREQUENCY}
_LIMITS = ListOf(Number(lowest=0, highest=1e9), "numbers", t.MOST_TIERS - 1, unique=False)
TIERS = Record(
    "tiers",
    {
        "names": Key(ListOf(Text(NAME_WANTED, NAME, 64), "tiers", t.MOST_TIERS, single=False), "The tiers, lowest first.", required=True),
        "margin": Key(
            _LIMITS,
            "Expected margin of a year from which on the second tier begins, the third, ...",
            default="equal parts of your customers",
        ),
        "orders": Key(
            _LIMITS,
            "Expected orders of a year from which on the second tier begins, ...; with both, a tier is the mean of the two.",
            default="equal parts of your customers; with `margin` alone, they do not count",
        ),
        "hysteresis": Key(
            Number(lowest=0, highest=0.5), "So far beyond a limit a customer must come before the tier changes.", default=f"{HYSTERESIS}"
        ),
    },
    shorthand="names",
    synonyms=meant(names="levels", margin="limits thresholds value", orders="frequency", hysteresis="band slack"),
)


def tier_names(values: Values) -> tuple[str, ...]:
    """Tiers of a policy, lowest first."""
    return tuple(kept(values.get("tiers", {}).get("names")))


def check_tiers(values: Values, names: Names, problems: Problems) -> None:
    """Note what is wrong with ``tiers`` and with the budgets that name some."""
    said, tiers = values.get("tiers", {}), tier_names(values)
    for i, name in enumerate(tiers):
        names.add(name, ("tiers", "names", i))
    if "names" in said and len(tiers) < 2 and not problems.any_at(("tiers", "names")):
        problems.add(("tiers", "names"), "must be two tiers at least")
    for measure in _MEASURES:
        limits = kept(said.get(measure))
        if measure in said and tiers and len(limits) != len(tiers) - 1 and not problems.any_at(("tiers", measure)):
            problems.add(("tiers", measure), f"must be {len(tiers) - 1} numbers: one between each tier and the next")
        for i, (low, high) in enumerate(pairwise(limits)):
            if high <= low:
                problems.add(("tiers", measure, i + 1), "must be more than the one before it: tiers go from low to high")
    for budget, spec in values.get("budgets", {}).items():
        named = spec.get("tiers") if isinstance(spec, dict) else None
        if named == []:
            problems.add(("budgets", budget, "tiers"), "must name at least one tier; without it, it is for everybody")
        for i, tier in enumerate(named or ()):
            if isinstance(tier, str) and tier not in tiers:
                problems.unknown(("budgets", budget, "tiers", i), tier, tiers, "tier")


def tier_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about tiers; limits that the learner has to find are infinite until it has."""
    said, tiers = values.get("tiers", {}), tier_names(values)[: t.MOST_TIERS]
    by = [measure for measure in _MEASURES if measure in said] or list(_MEASURES)
    unknown = [math.inf] * (t.MOST_TIERS - 1)
    return {
        "n_tiers": len(tiers),
        "tier_names": (*(name_hash(name) for name in tiers), *[0] * (t.MOST_TIERS - len(tiers))),
        "tier_by": sum(_MEASURES[measure] for measure in by),
        "tier_parts": int(not any(measure in said for measure in _MEASURES)),
        "tier_hysteresis": said.get("hysteresis", HYSTERESIS),
        **{f"tier_{measure}": (*kept(said.get(measure)), *unknown)[: t.MOST_TIERS - 1] for measure in _MEASURES},
    }
