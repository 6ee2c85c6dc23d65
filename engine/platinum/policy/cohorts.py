"""``cohorts``: with whom a customer is compared; and what settings get of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from platinum.hashing import name_hash
from platinum.policy import tables as t
from platinum.policy.containers import Key, ListOf, Record
from platinum.policy.declared import Declared, Names, Values, kept
from platinum.policy.problems import Problems
from platinum.policy.scalars import DURATION, duration_ms
from platinum.policy.shapes import Text
from platinum.policy.style_norms import FEATURES
from platinum.policy.synonyms import meant

MOST_BANDS = 7
#: Cohort of those of whom the trait is not known.
NOT_SAID = "not said"
_DEFAULT_BANDS = {"tenure": ("90d", "365d", "1095d"), "orders": ("2", "5", "10")}
COHORTS = Record(
    "cohorts",
    {
        "by": Key(
            Text("tenure, orders, or a trait of yours of kind one_of"),
            "What people of one cohort have in common: since when they are known (`tenure`), how often they have ordered (`orders`), or "
            "the value of a trait of yours that is a `one_of` and not sensitive.",
            default="tenure",
        ),
        "bands": Key(
            ListOf(Text("a duration such as 90d, or a number of orders such as 5", rf"{DURATION}|\d{{1,6}}"), "bands", MOST_BANDS),
            "Where one cohort ends and the next begins, smallest first: durations for `tenure`, numbers for `orders`.",
            default="[90d, 365d, 1095d] for tenure, [2, 5, 10] for orders",
        ),
    },
    shorthand="by",
    synonyms=meant(by="of key field trait", bands="limits steps edges"),
)


def check_cohorts(values: Values, declared: Declared, names: Names, problems: Problems) -> None:
    """Note what is wrong with ``cohorts``, and give ``names`` what facts may say."""
    said = values.get("cohorts", {})
    by = said.get("by", "tenure")
    names.add(by, ("cohorts", "by"))
    if by not in _DEFAULT_BANDS:
        _check_trait(by, declared, problems)
        if "bands" in said:
            problems.add(("cohorts", "bands"), "belongs to cohorts by tenure or orders: a trait has its values", key=True)
    last = 0
    for i, text in enumerate(said.get("bands", ())):
        number = _band(by, text) if isinstance(text, str) and by in _DEFAULT_BANDS else last + 1
        if number is None:
            wanted = "a duration such as 90d" if by == "tenure" else "a number of orders such as 5"
            problems.add(("cohorts", "bands", i), f"must be {wanted}: these are cohorts by {by}")
        elif number <= last:
            problems.add(("cohorts", "bands", i), f"must be more than {'0' if i == 0 else 'the band before it'}: the smallest comes first")
        last = max(last, number or 0)
    for label in _labels(by, _bands(values, by)):
        names.add(label, ("cohorts", "bands"))


def _check_trait(by: str, declared: Declared, problems: Problems) -> None:
    trait = declared.traits.get(by)
    fit = [name for name, one in declared.traits.items() if one.kind == "one_of" and not one.sensitive]
    if trait is None:
        problems.unknown(("cohorts", "by"), by, (*_DEFAULT_BANDS, *fit), "cohort")
    elif trait.sensitive:
        problems.add(("cohorts", "by"), f"must not be {by!r}: nothing is learned from a sensitive trait")
    elif trait.kind != "one_of":
        problems.add(("cohorts", "by"), f"must be a trait of kind one_of; {by!r} is a {trait.kind}")


def _band(by: str, text: str) -> int | None:
    """A band as a number of ms, or of orders; None = it is none."""
    if by == "orders":
        return int(text) if text.isdecimal() else None
    try:
        return duration_ms(text)
    except ValueError:
        return None


def _bands(values: Values, by: str) -> list[str]:
    return [text.replace(" ", "") for text in kept(values.get("cohorts", {}).get("bands", _DEFAULT_BANDS.get(by, ())))]


def _labels(by: str, bands: list[str]) -> list[str]:
    """Names of the cohorts, one more than bands."""
    if by not in _DEFAULT_BANDS:
        return [NOT_SAID]
    if not bands:
        return ["everybody"]
    between = [f"{low} to {high}" for low, high in pairwise(bands)]
    return [f"under {bands[0]}", *between, f"{bands[-1]} and more"]


def cohort_members(values: Values) -> dict[str, Any]:
    """Members of SETTINGS about cohorts; ``values`` may still hold mistakes."""
    by = values.get("cohorts", {}).get("by", "tenure")
    bands = _bands(values, by)[:MOST_BANDS] if by in _DEFAULT_BANDS else []
    labels = _labels(by, bands)
    kinds = {"tenure": t.BY_TENURE, "orders": t.BY_ORDERS}
    return {
        "style_spread": (1.0,) * len(FEATURES),  # until the learner knows how people of each cohort write
        "cohort_by": kinds.get(by, t.BY_TRAIT),
        "cohort_key": name_hash(by),
        "n_cohort_bands": len(bands),
        "cohort_bands": (*(_band(by, text) or 0 for text in bands), *[0] * (MOST_BANDS - len(bands))),
        "cohort_names": (*(name_hash(label) for label in labels), *[0] * (MOST_BANDS + 1 - len(labels))),
    }
