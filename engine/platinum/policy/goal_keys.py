"""``goals``: what customers may want to reach, what belongs to each, and which actions serve it (treatment-formulas 3.12)."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.containers import Key, ListOf, Record
from platinum.policy.declared import Declared, Names, Values, kept
from platinum.policy.problems import Problems
from platinum.policy.shapes import Number, Text
from platinum.policy.synonyms import meant
from platinum.policy.yaml_tree import Path
from platinum.vocabulary.codes import Field

#: match(a, g) of an action that says `goal`, and of one that is only about a category of the goal.
SERVES, NEAR = 1.0, 0.5
#: GF below which an offer is a gadget.
GADGET = 0.2
CONFIDENCE = 0.5
#: Fields about goals.
OF_GOALS = frozenset({Field.GOAL_PROGRESS, Field.DAYS_TO_GOAL, Field.HAS_GOAL})

GOAL = Record(
    "a goal",
    {
        "categories": Key(
            ListOf(Text("the name of a category"), "categories", 32),
            f"What it is about: offers and help of these serve it too, {NEAR:g} as well as an action that says `goal`.",
            default="the category of its name, if there is one",
        ),
        "inferred_from": Key(
            Number(above=0, highest=1),
            "Share of somebody's interest in these categories from which on they are taken to have the goal, until they say so.",
            default="never",
        ),
        "confidence": Key(Number(above=0, below=1), "How sure that is; what they stated is certain (1).", default=f"{CONFIDENCE:g}"),
    },
    synonyms=meant(categories="category about", inferred_from="infer affinity interest", confidence="conf"),
)


def about(values: Values, goal: str, declared: Declared) -> list[str]:
    """Categories of a goal."""
    spec = values.get("goals", {}).get(goal, {})
    named = kept(spec.get("categories")) if isinstance(spec, dict) and "categories" in spec else [goal]
    return [name for name in named if name in declared.categories]


def check_goals(values: Values, declared: Declared, names: Names, problems: Problems) -> None:
    """Note what is wrong with ``goals``."""
    for goal in declared.goals:
        names.add(goal, ("goals", goal))
    if len(declared.goals) > t.MOST_GOALS:
        problems.add(("goals",), f"and the actions name {len(declared.goals)} goals together, {t.MOST_GOALS} at most")
    for goal, spec in values.get("goals", {}).items():
        if not isinstance(spec, dict):
            continue
        at: Path = ("goals", goal)
        for i, name in enumerate(kept(spec.get("categories"))):
            if name not in declared.categories:
                problems.unknown((*at, "categories", i), name, declared.categories, "category")
        if "inferred_from" in spec and not about(values, goal, declared) and not problems.any_at((*at, "categories")):
            problems.add((*at, "inferred_from"), "needs 'categories': interest in which it follows from", key=True)


def aims_of(
    values: Values, goals: Mapping[str, Sequence[str]], said: Collection[str], category: str | None, at: Path, problems: Problems
) -> dict[str, Any]:
    """Members of ACTION about goals.

    Parameters
    ----------
    goals : mapping of goal to its categories
        All of the policy, in the order of ``SETTINGS.goal_names``.
    said : collection of str
        Those that the section ``goals`` declares; where it declares some, an action must not name another.
    """
    named, order = values.get("goal"), list(goals)[: t.MOST_GOALS]
    if named is not None and said and named not in said:
        problems.unknown((*at, "goal"), named, tuple(said), "goal")
    near = sum(1 << g for g, goal in enumerate(order) if category is not None and category in goals[goal])
    return {"goal": order.index(named) + 1 if named in order else 0, "near_goals": near}


def mean_value(expected: Sequence[float]) -> float:
    """v̄: what the scored candidates that bring anything are expected to bring, on average, by the policy's priors; 0 = none does."""
    above = [value for value in expected if value > 0.0]
    return math.fsum(above) / len(above) if above else 0.0


def goal_members(values: Values, declared: Declared) -> dict[str, Any]:
    """Members of SETTINGS about goals, but for what they weigh."""
    goals, rest = declared.goals[: t.MOST_GOALS], t.MOST_GOALS - len(declared.goals[: t.MOST_GOALS])
    specs = [spec if isinstance(spec := values.get("goals", {}).get(goal), dict) else {} for goal in goals]
    masks = [sum(1 << declared.categories.index(name) for name in about(values, goal, declared)) for goal in goals]
    return {
        "n_goals": len(goals),
        "goal_names": (*(name_hash(goal) for goal in goals), *[0] * rest),
        "goal_categories": (*masks, *[0] * rest),
        "goal_from": (*(spec.get("inferred_from", math.inf) for spec in specs), *[math.inf] * rest),
        "goal_confidence": (*(spec.get("confidence", CONFIDENCE) for spec in specs), *[0.0] * rest),
    }
