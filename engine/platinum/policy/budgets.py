"""The keys of ``budgets``, and what settings and actions get of them."""

from __future__ import annotations

from typing import Any

from platinum.hashing import name_hash
from platinum.policy.containers import Key, ListOf, Record
from platinum.policy.declared import Values, kept
from platinum.policy.durations import some_duration
from platinum.policy.problems import Problems
from platinum.policy.shapes import Number, Text
from platinum.policy.synonyms import meant
from platinum.policy.tables import MOST_TIERS
from platinum.policy.yaml_tree import Path
from platinum.vocabulary.codes import LANE_OF, ActionType, Debt, Lane

MOST_BUDGETS = 8
#: People for each action of a budget where neither policy nor learner says how many: it should rather last than be given away.
_CROWD = 10.0
BUDGET = Record(
    "a budget",
    {
        "per_day": Key(
            Number(lowest=0, highest=1e6, whole=True), "So many whole actions a day, over all customers; on average.", required=True
        ),
        "people": Key(
            Number(above=0, highest=1e9),
            "For so many people a day one comes into question, until the learner has counted them.",
            default="ten times as many as there are actions",
        ),
        "tiers": Key(
            ListOf(Text("the name of a tier", longest=64), "tiers", MOST_TIERS),
            "Tiers to which it may be given; see `tiers`. Only for what is given on top.",
            default="all",
        ),
        "floor": Key(some_duration("365d"), "Everybody may have one in so long, whatever is left: the same for all, rich or poor."),
    },
    shorthand="per_day",
    synonyms=meant(per_day="limit daily tokens", people="of customers", floor="once_in"),
)


def share_of(per_day: float, people: float) -> float:
    """Chance with which one person has one on a day."""
    if per_day <= 0.0:
        return 0.0
    return min(1.0, per_day / people) if people > 0.0 else 1.0


def budget_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about budgets, in the order in which they are written."""
    budgets = [(name, spec) for name, spec in values.get("budgets", {}).items() if isinstance(spec, dict)][:MOST_BUDGETS]
    rest = MOST_BUDGETS - len(budgets)
    per_day = [float(spec.get("per_day", 0.0)) for _, spec in budgets]
    shares = [share_of(n, float(spec.get("people", _CROWD * n))) for n, (_, spec) in zip(per_day, budgets, strict=True)]
    return {
        "n_budgets": len(budgets),
        "budget_name": (*(name_hash(name) for name, _ in budgets), *[0] * rest),
        "budget_per_day": (*per_day, *[0.0] * rest),
        "budget_share": (*shares, *[0.0] * rest),
        "budget_tiers": (*(_tiers(values, spec) for _, spec in budgets), *[0] * rest),
        "budget_floor_ms": (*(spec.get("floor", 0) for _, spec in budgets), *[0] * rest),
    }


def _tiers(values: Values, spec: Values) -> int:
    """Bits of the tiers that a budget names."""
    tiers, named = kept(values.get("tiers", {}).get("names")), kept(spec.get("tiers"))
    return sum(1 << i for i, tier in enumerate(tiers[:MOST_TIERS]) if tier in named)


def budget_of(values: Values, kind: ActionType, budgets: tuple[str, ...], problems: Problems, at: Path) -> int:
    """``ACTION.budget``; mistakes are noted."""
    name = values.get("budget")
    if name is None:
        return 0
    lane, pays = LANE_OF[kind], kept(values.get("pays"))
    if lane in (Lane.LEGAL, Lane.ASKED):
        problems.add((*at, "budget"), f"does not go with type {kind.name.lower()}: what law or a customer asks for has none", key=True)
    elif lane is Lane.OWED and [Debt[word.upper()] for word in pays] != [Debt.CASE]:
        problems.add(
            (*at, "budget"), "belongs to goodwill, which pays: [case] and nothing else: what is owed is never stopped by a budget", key=True
        )
    elif name not in budgets:
        problems.unknown((*at, "budget"), name, budgets, "budget")
    return budgets.index(name) + 1 if name in budgets else 0
