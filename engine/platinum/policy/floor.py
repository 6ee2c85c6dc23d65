"""The floor: what a person is worth decides about money given on top, and about nothing else (treatment-formulas 3.9).

Tone, memory, preferences and the times of recovery have no condition that could read it. What can have one is an action, and what an action
may read is checked here: so there is no policy under which somebody is thanked, asked, listened to or helped out of trouble, or is
promised something, because they are worth more. In the lanes of what is owed, asked for and thanked, what does depend on it comes last
(``decide.lanes``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from platinum.policy.declared import Values, kept
from platinum.policy.fields import FIELDS
from platinum.policy.problems import Problems, listing
from platinum.policy.yaml_tree import Path
from platinum.vocabulary.codes import LANE_OF, ActionType, Field, Lane

#: Fields that say what a person is worth. Whether they are still there (``p_alive``), and how often they come, says it not.
OF_WORTH = frozenset(
    {Field.EXPECTED_SPEND, Field.EQUITY, Field.POTENTIAL, Field.UNREALISED, Field.SHARE_OF_POTENTIAL, Field.TIER, Field.ACCOUNT_TIER}
)
#: Types of action that are money given on top; goodwill, which is an ``amends`` with a budget, besides.
ON_TOP = (ActionType.OFFER, ActionType.SURPRISE)
#: Number of a field → its name.
FIELDS_BY_NUMBER = {int(one.field): name for name, one in FIELDS.items()}
RULE = 'see docs/reference/value.md, "The floor"'


def is_on_top(kind: ActionType, values: Values) -> bool:
    """Whether an action is money given on top of what everybody gets: an offer, a surprise, or goodwill within a budget."""
    goodwill = kind is ActionType.AMENDS and "budget" in values and kept(values.get("pays")) == ["case"]
    return kind in ON_TOP or goodwill


def by_worth(values: Values, kind: ActionType, read: Iterable[int], tiered: Mapping[str, Any], at: Path, problems: Problems) -> int:
    """``ACTION.by_worth``; what must not depend on worth and does is a mistake.

    Parameters
    ----------
    read : iterable of int
        Fields that its condition reads.
    tiered : mapping
        Budgets of the policy that are for some tiers.
    """
    found = sorted(FIELDS_BY_NUMBER[field] for field in set(read) & OF_WORTH)
    budget = values.get("budget") if values.get("budget") in tiered else None
    if not found and budget is None:
        return 0
    why = f"its condition reads {listing(found)}" if found else f"budget {budget!r} is for some tiers"
    if not is_on_top(kind, values):
        problems.add(
            at,
            f"must be the same for everybody, whatever they are worth: {why}; only money given on top may depend on it: offers, surprises, "
            f"goodwill (amends that pays: [case] within a budget); {RULE}",
        )
    elif "promise" in values:
        problems.add(
            (*at, "promise"), f"must be the same for everybody: {why}, and what is promised does not depend on worth; {RULE}", key=True
        )
    return 1


def tiered_budgets(values: Values) -> dict[str, Any]:
    """Budgets that are for some tiers."""
    return {name: spec for name, spec in values.get("budgets", {}).items() if isinstance(spec, dict) and "tiers" in spec}


def growth_members(values: Values, kind: ActionType, at: Path, problems: Problems) -> dict[str, Any]:
    """Members of ACTION that ``grows`` fills: with it, the change in equity counts and this month's ``value`` does not."""
    grows = values.get("grows")
    if grows is None:
        return {}
    if LANE_OF[kind] is not Lane.GROWTH:
        problems.add((*at, "grows"), f"belongs to offers and help: type {kind.name.lower()} is not chosen by what it brings", key=True)
    return {"value": grows.get("money", 0.0), "of_equity": grows.get("of_equity", 0.0), "of_unrealised": grows.get("of_unrealised", 0.0)}
