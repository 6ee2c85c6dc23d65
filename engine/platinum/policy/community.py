"""``interests`` and ``introduces``: who may be proposed to meet, and what such a proposal must not say (treatment-formulas 3.18)."""

from __future__ import annotations

from typing import Any

from platinum.policy.content import FACT_OF, Content, Variant
from platinum.policy.declared import Names, Values, kept
from platinum.policy.problems import Problems, listing
from platinum.policy.tables import MOST_INTRODUCED
from platinum.policy.yaml_tree import Path
from platinum.vocabulary.codes import ActionType

#: Types of action that may propose an introduction.
PROPOSES = (ActionType.HELP, ActionType.LISTEN)
_RULE = 'see docs/reference/bonds.md, "Introductions"'


def check_interests(values: Values, names: Names) -> None:
    """Give ``names`` what events and facts may say."""
    for i, name in enumerate(kept(values.get("interests"))):
        names.add(name, ("interests", i))


def community_members() -> dict[str, Any]:
    """Members of SETTINGS about interests; nothing is known before the learner says it."""
    nothing = (0,) * MOST_INTRODUCED
    return {"n_introduced": 0, "community_key": (0, 0), **dict.fromkeys(("introduced_who", "introduced_to", "introduced_by"), nothing)}


def introduces(
    values: Values, kind: ActionType, sells: int, words: tuple[Content, dict[Variant, Path]], at: Path, problems: Problems
) -> int:
    """``ACTION.introduces``; what sells, or could tell what somebody bought, is no introduction."""
    if not values.get("introduces", False):
        return 0
    if kind not in PROPOSES:
        allowed = listing(one.name.lower() for one in PROPOSES)
        problems.add((*at, "introduces"), f"belongs to actions of type {allowed}; {_RULE}", key=True)
    if sells or values.get("value", 0.0) or "offer" in values or "grows" in values:
        problems.add((*at, "introduces"), f"sells nothing: no value, no offer, nothing to buy; {_RULE}", key=True)
    content, places = words
    for variant, blocks in content.items():
        told = sorted({name for block in blocks for name in block.placeholders if name in FACT_OF})
        if told:
            problems.add(
                places[variant], f"must say nothing of what the customer bought: {listing('{' + name + '}' for name in told)}; {_RULE}"
            )
    return 1
