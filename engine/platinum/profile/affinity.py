"""Which categories a customer turns to: decayed interest points per category."""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.numeric import decay
from platinum.policy.tables import Tables
from platinum.profile.decay import add_decayed
from platinum.profile.entries import MAX_AFFINITIES
from platinum.profile.row import Record, wide

#: Points of one event; an order's are for each category in it once, so a wholesaler's 700 lines weigh as one. (Shared among its lines, as
#: they once were, who buys much at a time seemed to care less for each: on grocery_journey the choice by them was right 4 % less often.)
POINTS_LISTED, POINTS_VIEWED, POINTS_ADDED, POINTS_ORDERED = 0.5, 1.0, 2.0, 5.0
_NONE = constant(-1)
_NO_BIT, _ONE = np.uint64(0), np.uint64(1)


@inner
def add_interest(row: Record, category: int, points: float, at_ms: int, tables: Tables) -> None:
    """Add ``points`` to a category (name hash, 0 = nothing happens); all sums hold as of the newest one.

    A row that already has 32 categories gives up one the policy does not know, then the smallest.
    """
    if category == 0 or points <= 0.0:
        return
    _advance(row, at_ms, tables)
    entry = row["affinities"][_place(row, category, tables)]
    half_life_ms = tables.settings[0]["affinity_half_life_ms"]
    entry["sum"] = add_decayed(entry["sum"], wide(row["affinity_as_of_ms"]), points, at_ms, half_life_ms)


@inner
def add_shopped(row: Record, orders: float, at_ms: int, tables: Tables) -> None:
    """Count ``orders``; they fade as interest does, so that interest over them is how usual a category is for somebody."""
    _advance(row, at_ms, tables)
    half_life_ms = tables.settings[0]["affinity_half_life_ms"]
    row["shopped"] = add_decayed(row["shopped"], wide(row["affinity_as_of_ms"]), orders, at_ms, half_life_ms)


@inner
def add_ordered(row: Record, event: Record, items: Record, tables: Tables) -> None:
    """An order: interest in each category in it, and when they bought there."""
    at_ms = wide(event["occurred_ms"])
    add_shopped(row, 1.0, at_ms, tables)
    counted = _NO_BIT
    for i in range(wide(event["item_start"]), wide(event["item_start"] + event["item_count"])):
        at = find_interest(row, items[i]["name"])
        if at < 0 or (counted >> np.uint64(at)) & _ONE == _NO_BIT:
            add_interest(row, items[i]["name"], POINTS_ORDERED, at_ms, tables)
            at = find_interest(row, items[i]["name"])
            if at >= 0:
                counted |= _ONE << np.uint64(at)
                note_bought(row, at, at_ms)


@inner
def _advance(row: Record, at_ms: int, tables: Tables) -> None:
    """Bring all sums to ``at_ms``, unless they hold as of later already."""
    as_of_ms = wide(row["affinity_as_of_ms"])
    if at_ms <= as_of_ms:
        return
    left = decay(float(at_ms - as_of_ms), tables.settings[0]["affinity_half_life_ms"])
    for i in range(wide(row["n_affinities"])):
        row["affinities"][i]["sum"] *= left
    row["shopped"] *= left
    row["affinity_as_of_ms"] = at_ms


@inner
def find_interest(row: Record, category: int) -> int:
    """Index of a category (name hash) among the interests, −1 = none."""
    for i in range(wide(row["n_affinities"])):
        if row["affinities"][i]["name"] == category:
            return i
    return int(_NONE)


@inner
def _place(row: Record, category: int, tables: Tables) -> int:
    """Index of the category's entry, made (with sum 0) if need be."""
    entries = row["affinities"]
    n = wide(row["n_affinities"])
    at = find_interest(row, category)
    if at >= 0:
        return at
    at = n
    if n < MAX_AFFINITIES:
        row["n_affinities"] = n + 1
    else:
        at = _given_up(row, tables)
    entries[at]["name"] = category
    entries[at]["sum"] = 0.0
    if at < row["n_bought"]:
        row["bought_s"][at] = 0
    return at


@inner
def note_bought(row: Record, at: int, at_ms: int) -> None:
    """They bought in their ``at``-th category at ``at_ms``; the newest counts."""
    for j in range(wide(row["n_bought"]), at + 1):  # those between have been looked at only
        row["bought_s"][j] = 0
    row["n_bought"] = max(wide(row["n_bought"]), at + 1)
    row["bought_s"][at] = max(wide(row["bought_s"][at]), max(at_ms, 0) // 1000)


@inner
def _given_up(row: Record, tables: Tables) -> int:
    entries = row["affinities"]
    best, best_known = 0, True
    for i in range(MAX_AFFINITIES):
        known = is_category(entries[i]["name"], tables)
        if i == 0 or (best_known and not known) or (known == best_known and entries[i]["sum"] < entries[best]["sum"]):
            best, best_known = i, known
    return best


@inner
def is_category(name: int, tables: Tables) -> bool:
    """Whether the policy knows this category."""
    for i in range(tables.categories.shape[0]):
        if tables.categories[i] == name:
            return True
    return False


@kernel
def share(row: Record, category: int) -> float:
    """Share of a category in all interest points, 0 to 1; NaN when there are none. Decay cancels out."""
    total, own = 0.0, 0.0
    for i in range(wide(row["n_affinities"])):
        total += row["affinities"][i]["sum"]
        if row["affinities"][i]["name"] == category:
            own = float(row["affinities"][i]["sum"])
    return own / total if total > 0.0 else float("nan")
