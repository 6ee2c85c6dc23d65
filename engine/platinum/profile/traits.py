"""Attributes that a firm sends by ``identify``: only those the policy names are kept."""

from __future__ import annotations

import numpy as np

from platinum.jit import inner
from platinum.policy.tables import Tables
from platinum.profile.row import MAX_TRAITS, Record, wide


@inner
def set_trait(row: Record, item: Record, at_ms: int, tables: Tables) -> None:
    """Fold one trait (item: name, value_name, amount); newest event time wins, then the larger value.

    A name that the policy does not list is not stored: what no decision may use must not be kept.
    """
    name = item["name"]
    if not _is_listed(name, tables):
        return
    at_s = np.uint32(max(at_ms, 0) // 1000)
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
        if at_s < known["at_s"] or (at_s == known["at_s"] and not _larger(item, known)):
            return
    entry = row["traits"][at]
    entry["value"] = item["amount"]
    entry["value_name"] = item["value_name"]
    entry["at_s"] = at_s


@inner
def _larger(item: Record, known: Record) -> bool:
    if item["value_name"] != known["value_name"]:
        return bool(item["value_name"] > known["value_name"])
    return bool(item["amount"] > known["value"])


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
