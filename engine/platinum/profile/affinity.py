"""Which categories a customer turns to: decayed interest points per category."""

from __future__ import annotations

from platinum.jit import inner, kernel
from platinum.numeric import decay
from platinum.policy.tables import Tables
from platinum.profile.decay import add_decayed
from platinum.profile.entries import MAX_AFFINITIES
from platinum.profile.row import Record, wide

#: Points of one event; an order's are shared among its lines, so a wholesaler's 700 lines weigh as one order.
POINTS_LISTED, POINTS_VIEWED, POINTS_ADDED, POINTS_ORDERED = 0.5, 1.0, 2.0, 5.0


@inner
def add_interest(row: Record, category: int, points: float, at_ms: int, tables: Tables) -> None:
    """Add ``points`` to a category (name hash, 0 = nothing happens); all sums hold as of the newest one.

    A row that already has 32 categories gives up one the policy does not know, then the smallest.
    """
    if category == 0 or points <= 0.0:
        return
    half_life_ms = tables.settings[0]["affinity_half_life_ms"]
    as_of_ms = wide(row["affinity_as_of_ms"])
    entries = row["affinities"]
    if at_ms > as_of_ms:
        if row["n_affinities"] > 0:
            left = decay(float(at_ms - as_of_ms), half_life_ms)
            for i in range(wide(row["n_affinities"])):
                entries[i]["sum"] *= left
        row["affinity_as_of_ms"] = at_ms
        as_of_ms = at_ms
    at = _place(row, category, tables)
    entries[at]["sum"] = add_decayed(entries[at]["sum"], as_of_ms, points, at_ms, half_life_ms)


@inner
def _place(row: Record, category: int, tables: Tables) -> int:
    """Index of the category's entry, made (with sum 0) if need be."""
    entries = row["affinities"]
    n = wide(row["n_affinities"])
    for i in range(n):
        if entries[i]["name"] == category:
            return i
    at = n
    if n < MAX_AFFINITIES:
        row["n_affinities"] = n + 1
    else:
        at = _given_up(row, tables)
    entries[at]["name"] = category
    entries[at]["sum"] = 0.0
    return at


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
