"""The feature row: what the learner will look at, in the order of ``Tables.features``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.declared import Declared, Values
from platinum.policy.problems import Problems, listing
from platinum.vocabulary.codes import Field

MAX_FEATURES = 64
#: Grows when what a feature is computed from changes, or what candidates have of their own (``profile.own``).
FORM = 1

#: (name, field, transform, scale): scales bring a typical customer near 1, so that one prior variance suits all weights.
_ALWAYS: tuple[tuple[str, Field, int, float], ...] = (
    ("orders", Field.ORDERS, t.T_LOG1P, 0.5),
    ("spend", Field.SPEND, t.T_LOG1P, 0.15),
    ("frequency", Field.FREQUENCY, t.T_LOG1P, 0.5),
    ("recency_days", Field.RECENCY_DAYS, t.T_LOG1P, 0.2),
    ("age_days", Field.AGE_DAYS, t.T_LOG1P, 0.2),
    ("days_since_last", Field.DAYS_SINCE_LAST, t.T_LOG1P, 0.2),
    ("monetary_value", Field.MONETARY_VALUE, t.T_LOG1P, 0.2),
    ("spend_365d", Field.SPEND_365D, t.T_LOG1P, 0.15),
    ("cancellations", Field.CANCELLATIONS, t.T_LOG1P, 0.5),
    ("days_since_seen", Field.DAYS_SINCE_SEEN, t.T_LOG1P, 0.2),
    ("days_since_first_seen", Field.DAYS_SINCE_FIRST_SEEN, t.T_LOG1P, 0.2),
    ("views_30d", Field.VIEWS_30D, t.T_LOG1P, 0.3),
    ("cart_value", Field.CART_VALUE, t.T_LOG1P, 0.2),
    ("gratitude", Field.GRATITUDE, t.T_LINEAR, 0.2),
    ("days_since_thanked", Field.DAYS_SINCE_THANKED, t.T_LOG1P, 0.2),
    ("contacts_7d", Field.CONTACTS_7D, t.T_LINEAR, 0.3),
    ("contacts_30d", Field.CONTACTS_30D, t.T_LINEAR, 0.1),
    ("trigger_amount", Field.TRIGGER_AMOUNT, t.T_LOG1P, 0.2),
    ("hour", Field.HOUR, t.T_LINEAR, 1.0 / 24.0),
    ("weekday", Field.WEEKDAY, t.T_LINEAR, 1.0 / 7.0),
)


def features(declared: Declared, values: Values, problems: Problems) -> NDArray[np.void]:
    """FEATURE[F]: what is known of everybody, interest per category, engagement per channel, traits.

    More than 64 are a mistake that names what could be dropped; ``features.without`` drops.
    """
    every = _every(declared, values, problems)
    dropped = _dropped(every, values, problems)
    left = [(name, spec) for name, spec in every.items() if name not in dropped]
    if len(left) > MAX_FEATURES:
        over = len(left) - MAX_FEATURES
        ask = ("features",) if "features" in values else ("categories",) if len(declared.categories) > 8 else ("traits",)
        some = listing(name for name, _ in left[len(_ALWAYS) :])
        problems.add(
            ask, f"{len(left)} features, at most {MAX_FEATURES} are possible: name {over} under features.without, of {some}", key=True
        )
    array = np.zeros(len(left), t.FEATURE)
    for i, (_, spec) in enumerate(left):
        for member, value in spec.items():
            array[i][member] = value
    return array


def _every(declared: Declared, values: Values, problems: Problems) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {
        name: {"field": field, "transform": transform, "scale": scale} for name, field, transform, scale in _ALWAYS
    }
    for category in declared.categories:
        found[f"affinity.{category}"] = {"field": Field.AFFINITY, "name": name_hash(category), "transform": t.T_LINEAR, "scale": 1.0}
    for channel in declared.channels:
        found[f"engagement.{channel}"] = {"field": Field.ENGAGEMENT, "name": name_hash(channel), "transform": t.T_LINEAR, "scale": 1.0}
    for name, trait in declared.traits.items():
        if trait.sensitive:
            continue  # never learned from
        whose = {"field": Field.TRAIT, "name": name_hash(name)}
        if trait.kind == "one_of":
            for value in trait.values:
                found[f"trait.{name}.{value}"] = {**whose, "value_name": name_hash(value), "transform": t.T_IS_NAME, "scale": 1.0}
        else:
            found[f"trait.{name}"] = {**whose, "transform": t.T_LINEAR, "scale": 1.0 / trait.typical}
    return found | _opted(declared, values, problems)


#: Fields that join only where ``features.with`` asks: what somebody is worth may weigh in what they are offered, if you want it to.
_ON_DEMAND: dict[str, tuple[Field, int, float]] = {
    "p_alive": (Field.P_ALIVE, t.T_LINEAR, 1.0),
    "expected_orders": (Field.EXPECTED_ORDERS, t.T_LOG1P, 0.5),
    "expected_spend": (Field.EXPECTED_SPEND, t.T_LOG1P, 0.2),
    "equity": (Field.EQUITY, t.T_LOG1P, 0.15),
    "potential": (Field.POTENTIAL, t.T_LOG1P, 0.15),
    "unrealised": (Field.UNREALISED, t.T_LOG1P, 0.15),
    "share_of_potential": (Field.SHARE_OF_POTENTIAL, t.T_LINEAR, 1.0),
}


def _opted(declared: Declared, values: Values, problems: Problems) -> dict[str, dict[str, Any]]:
    """Features of the fields under ``features.with``."""
    found: dict[str, dict[str, Any]] = {}
    for i, name in enumerate(values.get("features", {}).get("with", ())):
        if name == "tier" and declared.tiers:
            whose = {"field": Field.TIER, "transform": t.T_IS_NAME, "scale": 1.0}
            found |= {f"tier.{tier}": whose | {"value_name": name_hash(tier)} for tier in declared.tiers}
        elif name in _ON_DEMAND:
            field, transform, scale = _ON_DEMAND[name]
            found[name] = {"field": field, "transform": transform, "scale": scale}
        elif isinstance(name, str):
            wanted = [*_ON_DEMAND, "tier"] if declared.tiers else list(_ON_DEMAND)
            problems.unknown(("features", "with", i), name, wanted, "field to add")
    return found


def _dropped(every: dict[str, dict[str, Any]], values: Values, problems: Problems) -> set[str]:
    """Names under ``features.without``; ``trait.region`` drops all its values."""
    dropped: set[str] = set()
    for i, name in enumerate(values.get("features", {}).get("without", ())):
        if not isinstance(name, str):
            continue
        meant = {one for one in every if one == name or one.startswith(f"{name}.")}
        if not meant:
            problems.unknown(("features", "without", i), name, every, "feature")
        dropped |= meant
    return dropped
