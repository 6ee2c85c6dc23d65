"""The keys of ``value`` and ``grows``: what a customer is worth over the months ahead; and their defaults."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.containers import Key, MapOf, Record
from platinum.policy.declared import Declared, Names, Values
from platinum.policy.problems import Problems
from platinum.policy.scalars import DAY_MS
from platinum.policy.shapes import Number
from platinum.policy.synonyms import meant
from platinum.vocabulary.codes import Field

#: Parameters as published, until you say yours: BG/NBD of the music shop CDNOW (Fader, Hardie, Lee 2005: r 0.243, alpha 4.414 weeks,
#: a 0.793, b 2.426), Gamma-Gamma of the same shop (Fader, Hardie 2013: p 6.25, q 3.74, v 15.44 dollars).
PUBLISHED: Mapping[str, float] = MappingProxyType(
    {"r": 0.243, "alpha": 30.898, "a": 0.793, "b": 2.426, "p": 6.25, "q": 3.74, "v": 15.44},
)
MARGIN, DISCOUNT, MONTHS = 0.3, 0.10, 12
#: Time in which half of what an event in somebody's life promised is gone (treatment-formulas 3.10).
LIFE_HALF_LIFE_MS = 90 * DAY_MS
_FIT = "as published of another shop (CDNOW): "

ORDERS = Record(
    "orders",
    {
        "r": Key(Number(lowest=0.01, highest=10), "Shape of how often customers buy.", default=f"{_FIT}{PUBLISHED['r']}"),
        "alpha": Key(Number(lowest=1, highest=1e5), "Its scale, in days.", default=f"{_FIT}{PUBLISHED['alpha']}"),
        "a": Key(Number(lowest=1e-4, highest=4), "Shape of their leaving after a purchase day.", default=f"{_FIT}{PUBLISHED['a']}"),
        "b": Key(Number(lowest=1e-4, highest=1e4), "Shape of their staying.", default=f"{_FIT}{PUBLISHED['b']}"),
    },
)
SPEND = Record(
    "spend",
    {
        "p": Key(Number(lowest=0.01, highest=1e4), "Shape of what one purchase day comes to.", default=f"{_FIT}{PUBLISHED['p']}"),
        "q": Key(Number(lowest=0.01, highest=1e4), "Shape of how customers differ in that; p + q > 1.", default=f"{_FIT}{PUBLISHED['q']}"),
        "v": Key(Number(above=0, highest=1e9), "Scale, in money.", default=f"{_FIT}{PUBLISHED['v']}"),
    },
)
VALUE = Record(
    "value",
    {
        "orders": Key(ORDERS, "Parameters of BG/NBD: when customers buy, and whether they have left."),
        "spend": Key(SPEND, "Parameters of Gamma-Gamma: what a purchase day comes to."),
        "margin": Key(Number(lowest=0, highest=1), "Share of spend that is left to you.", default=f"{MARGIN}"),
        "discount": Key(Number(lowest=0, highest=5), "What money loses in a year: 0.1 is 10 %.", default=f"{DISCOUNT}"),
        "months": Key(Number(lowest=1, highest=60, whole=True), "So far ahead equity looks.", default=f"{MONTHS}"),
        "life_events": Key(
            MapOf(Number(lowest=0, highest=10), "life event", r".{1,64}", "what `Life Event Reported` says", t.MOST_LIFE_EVENTS),
            "What an event in somebody's life (`Life Event Reported`) adds to their potential: 0.5 is half of it. Half of that is gone in "
            "90 days.",
            default="none counts",
        ),
    },
    synonyms=meant(orders="bg_nbd bgnbd", spend="gamma_gamma", margin="margin_share", discount="discount_rate", months="horizon"),
)
GROWS = Record(
    "grows",
    {
        "money": Key(Number(-1e9, 1e9), "So much for whoever accepts.", default="0"),
        "of_equity": Key(Number(-1, 1), "Share of what the person is worth.", default="0"),
        "of_unrealised": Key(Number(-1, 1), "Share of what is left of their potential.", default="0"),
    },
    shorthand="money",
    synonyms=meant(money="fixed amount", of_equity="equity", of_unrealised="unrealised unrealized potential of_potential"),
)


def check_value(values: Values, declared: Declared, names: Names, problems: Problems) -> None:
    """Note what is wrong with ``value``."""
    said = values.get("value", {})
    spend = {**PUBLISHED, **said.get("spend", {})}
    if spend["p"] + spend["q"] <= 1.0:
        problems.add(("value", "spend"), "p + q must be above 1: else what people spend has no mean (docs/reference/value.md)")
    for part, keys in (("orders", ORDERS.keys), ("spend", SPEND.keys)):
        lacking = [name for name in keys if name not in said.get(part, {})]
        if part in said and lacking:
            problems.warn(("value", part), f"says nothing of {', '.join(lacking)}, which then belong to another shop: fit all of them")
    for name in said.get("life_events", {}):
        names.add(name, ("value", "life_events", name))
        if name in declared.sensitive:
            problems.add(("value", "life_events", name), "must not be a sensitive trait: nothing is earned from it", key=True)


#: Fields that these parameters make, and those of them that the learner has a part in.
WORTH = frozenset(range(Field.P_ALIVE, Field.TIER + 1))
_LEARNED = frozenset({Field.POTENTIAL, Field.UNREALISED, Field.SHARE_OF_POTENTIAL})


def warn_of_published(values: Values, read: Collection[int], settings: Any, problems: Problems) -> None:
    """Decisions that rest on parameters of another shop; ``read`` are the fields of conditions and features."""
    said = values.get("value", {})
    lacking = [f"value.{part}" for part in ("orders", "spend") if part not in said]
    if lacking and (settings["grows"] or settings["n_tiers"] or WORTH.intersection(read)):
        problems.warn((), f"asks what customers are worth and does not say {' and '.join(lacking)}: they are another shop's until you do")


def tells_worth(values: Values, read: Collection[int], settings: Any) -> int:
    """``SETTINGS.tells_worth``: whether the learner has to know what customers are worth."""
    parts = settings["n_tiers"] > 0 and settings["tier_parts"] != 0
    return int("value" in values or parts or settings["grows"] != 0 or bool(_LEARNED.intersection(read)))


def value_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about ``value``."""
    said = values.get("value", {})
    orders, spend = {**PUBLISHED, **said.get("orders", {})}, {**PUBLISHED, **said.get("spend", {})}
    events = list(said.get("life_events", {}).items())[: t.MOST_LIFE_EVENTS]
    rest = t.MOST_LIFE_EVENTS - len(events)
    return {
        **{f"bg_{name}": orders[name] for name in ORDERS.keys},
        **{f"gg_{name}": spend[name] for name in SPEND.keys},
        "margin": said.get("margin", MARGIN),
        "discount": monthly(said.get("discount", DISCOUNT)),
        "value_months": said.get("months", MONTHS),
        "life_half_life_ms": float(LIFE_HALF_LIFE_MS),
        "n_life": len(events),
        "life_names": (*(name_hash(name) for name, _ in events), *[0] * rest),
        "life_weights": (*(weight for _, weight in events), *[0.0] * rest),
    }


def monthly(discount: float) -> float:
    """What money of the next month is worth now, correctly rounded: libm's powers differ between machines in their last bit."""
    return float((1 + Decimal(discount)) ** (Decimal(-1) / 12))


def typical_equity(values: Values) -> float:
    """About what a customer who has just bought once is worth: the mean rate and the mean spend, as if nobody left."""
    members = value_members(values)
    mean = members["gg_p"] * members["gg_v"] / (members["gg_q"] - 1.0) if members["gg_q"] > 1.0 else 0.0
    a_year = 365.0 * members["bg_r"] / members["bg_alpha"]
    return float(members["margin"] * mean * a_year * members["value_months"] / 12.0)
