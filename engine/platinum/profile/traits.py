"""Attributes that a firm sends by ``identify``: only those the policy names are kept."""

from __future__ import annotations

from platinum.jit import inner
from platinum.policy.tables import Tables
from platinum.profile.entries import MAX_TRAITS
from platinum.profile.row import Record, wide


@inner
def set_trait(row: Record, item: Record, at_ms: int, tables: Tables) -> None:
    """Fold one trait (item: name, value_name, amount); newest event time wins, then the larger value.

    A name that the policy does not list is not stored: what no decision may use must not be kept.
    """
    put_trait(row, wide(item["name"]), float(item["amount"]), wide(item["value_name"]), max(at_ms, 0) // 1000, tables)


@inner
def put_trait(row: Record, name: int, value: float, value_name: int, at_s: int, tables: Tables) -> None:
    """Enter a trait as it was said at ``at_s``, as ``set_trait``."""
    if not _is_listed(name, tables):
        return
    at = find_trait(row, name)
    if at < 0:
        at = wide(row["n_traits"])
        if at < MAX_TRAITS:
            row["n_traits"] = at + 1
        else:
            at = _unlisted(row, tables)
        row["traits"][at]["name"] = name
    else:
        known = row["traits"][at]
        if at_s < known["at_s"] or (at_s == known["at_s"] and not _larger(value, value_name, known)):
            return
    entry = row["traits"][at]
    entry["value"], entry["value_name"], entry["at_s"] = value, value_name, at_s


@inner
def _larger(value: float, value_name: int, known: Record) -> bool:
    if value_name != known["value_name"]:
        return bool(value_name > known["value_name"])
    return bool(value > known["value"])


@inner
def _is_listed(name: int, tables: Tables) -> bool:
    for i in range(tables.traits.shape[0]):
        if tables.traits[i]["name"] == name:
            return True
    return False


@inner
def _unlisted(row: Record, tables: Tables) -> int:
    """A full row gives up a trait that the policy no longer lists; it lists at most 32 (design 2), so there is one."""
    for i in range(MAX_TRAITS):
        if not _is_listed(row["traits"][i]["name"], tables):
            return i
    return 0


@inner
def find_trait(row: Record, name: int) -> int:
    """Index of a trait in the row, -1 when it is unknown."""
    for i in range(wide(row["n_traits"])):
        if row["traits"][i]["name"] == name:
            return i
    return -1
