"""Each ingredient left out of the policy of the trial of worth, by keys of the policy alone: no code is changed.

What no key can switch off is not in here and is named in docs/explanation/worth-it.md.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from tests.builders.worth_policy import Json, everything

Change = Callable[[Json], None]


def _drop(types: Iterable[str]) -> Change:
    dropped = frozenset(types)

    def change(policy: Json) -> None:
        policy["actions"] = {name: one for name, one in policy["actions"].items() if one["type"] not in dropped}

    return change


def _without(keys: Iterable[str]) -> Change:
    """Actions without some of their keys."""
    left = frozenset(keys)

    def change(policy: Json) -> None:
        for action in policy["actions"].values():
            for key in left & action.keys():
                del action[key]

    return change


def _tone(policy: Json) -> None:
    policy["tones"] = {"plain": policy["tones"]["plain"]}
    for action in policy["actions"].values():
        for language, by_tone in action["content"].items():
            action["content"][language] = {"plain": [{"words": block["words"]} for block in by_tone["plain"]]}


def _restraint(policy: Json) -> None:
    del policy["caps"]
    for channel in policy["channels"].values():
        if isinstance(channel, dict):
            channel.pop("caps", None)
            channel.pop("quiet", None)
    policy["weights"]["fatigue"] = 0
    policy["thank"] |= {"quiet_before": "0h", "quiet_after": "0h"}
    _without(["min_interval"])(policy)


def _goals(policy: Json) -> None:
    del policy["goals"], policy["actions"]["which-goal"]
    policy["weights"]["goal"] = 0
    _without(["goal"])(policy)


def _growth(policy: Json) -> None:
    del policy["tiers"], policy["budgets"]["surprises"]["tiers"], policy["value"]["life_events"]
    _without(["grows"])(policy)


def _growth_and_balance(policy: Json) -> None:
    _growth(policy)
    # With nothing given and nothing got every balance is 0, and nobody is ever owed anything.
    policy["value"]["margin"] = 0
    policy["reciprocity"] = dict.fromkeys(("benefit", "gift", "thanks", "promise", "effort", "referral", "review", "help", "data"), 0)


def _effort(policy: Json) -> None:
    del policy["actions"]["we-call-you"]
    policy["effort"] = {"relief": False}
    policy["weights"]["effort"] = 0
    _without(["effort"])(policy)


def _rest(policy: Json) -> None:
    policy["recovery"] |= {"quarantine": "0h", "called_off": "0h"}
    policy["trust"] = {"low": 0}


#: Name of what is left out → how.
LEFT_OUT: dict[str, Change] = {
    "tone and presentation": _tone,
    "what is owed": _drop(["apology", "amends"]),
    "thanks": _drop(["thank_you"]),
    "surprises": _drop(["surprise"]),
    "restraint": _restraint,
    "goals": _goals,
    "growth and tiers": _growth,
    "growth, tiers, balance": _growth_and_balance,
    "effort": _effort,
    "rest after trouble, trust": _rest,
}


def without(name: str) -> Json:
    """The policy without one ingredient."""
    policy = copy.deepcopy(everything())
    LEFT_OUT[name](policy)
    return policy


def effort_of_actions() -> dict[str, Any]:
    """What the shop knows of its own actions, whatever a policy says of them: points of effort."""
    return {name: one.get("effort", 0.0) for name, one in everything()["actions"].items()}
