"""``surprise``: how seldom somebody is surprised, and what makes it one: it sells nothing and is no money (treatment-formulas 3.14).

Held by the compiler, as with thank-yous. A study found that surprise cash lowered what people thought of a brand they felt close to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from platinum.policy.containers import Key, Record
from platinum.policy.content import Content, Variant
from platinum.policy.declared import Values
from platinum.policy.durations import some_duration
from platinum.policy.problems import Problems
from platinum.policy.scalars import DAY_MS
from platinum.policy.selling import selling, sells_in_address
from platinum.policy.shapes import Number
from platinum.policy.synonyms import meant
from platinum.policy.yaml_tree import Path

INTERVAL_MS, DAILY = 90 * DAY_MS, 0.1
SURPRISE = Record(
    "surprise",
    {
        "interval": Key(some_duration("90d"), "Least time between two surprises to one person, whichever they are.", default="90d"),
        "daily": Key(
            Number(above=0, highest=1),
            "Share of people who may be surprised on one day, drawn by hash of person and day: nobody can wait for it. 1: on every day.",
            default=f"{DAILY:g}",
        ),
    },
    shorthand="interval",
    synonyms=meant(interval="every", daily="share chance"),
)
_BRACED = re.compile(r"\{{1,3}\s*[^{}]*?\s*\}{1,3}")
_RULE = 'a surprise sells nothing and is no money (docs/explanation/goals-and-variety.md, "Surprises")'


def surprise_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about surprises."""
    said = values.get("surprise", {})
    return {"surprise_interval_ms": said.get("interval", INTERVAL_MS), "surprise_daily": said.get("daily", DAILY)}


def check_surprise(action: Values, content: Content, places: Mapping[Variant, Path], at: Path, problems: Problems) -> None:
    """Note every way in which an action of type surprise is none."""
    if "terms" in action:
        problems.add((*at, "terms"), f"{_RULE}: take 'terms' out, or make it another action of type offer", key=True)
    if action.get("value", 0.0) != 0.0:
        problems.add((*at, "value"), f"{_RULE}: it has no value to be earned; take it out", key=True)
    if action.get("cost", 0.0) > 0.0 and "budget" not in action:
        problems.add((*at, "cost"), "is money given away, so it needs a 'budget': so many a day and no more; see `budgets`", key=True)
    for variant, blocks in content.items():
        for block in blocks:
            if block.kind == "products":
                problems.add(places[variant], f"{_RULE}: it shows no products")
                continue
            if block.kind == "link" and block.fields.get("commerce"):
                said = f"{_RULE}: this link leads to something to buy, unless it says `commerce: no`"
                problems.add(places[variant], said, "commerce: no")
            for name, text in block.fields.items():
                if isinstance(text, str) and (found := _sells(name, _BRACED.sub("x", text), block.kind)):
                    problems.add(places[variant], f"{_RULE}: it holds {' and '.join(found)}")


def _sells(name: str, text: str, kind: str) -> list[str]:
    return sells_in_address(text, link=kind == "link") if name == "url" else selling(text)
