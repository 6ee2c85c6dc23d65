"""Stated preferences: the newest statement per kind and name, and what they forbid."""

from __future__ import annotations

import numpy as np

from platinum.hashing import name_hash
from platinum.jit import inner, kernel
from platinum.profile.entries import MAX_PREFERENCES
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import ActionType, Preference

#: Name hash of each action type as ``TYPE_NO`` says it.
TYPE_NAMES = np.array([name_hash(kind.name.lower()) for kind in ActionType], np.uint32)

_CHANNEL_NO, _CHANNEL_ONLY = int(Preference.CHANNEL_NO), int(Preference.CHANNEL_ONLY)
_TYPE_NO, _CATEGORY_NO = int(Preference.TYPE_NO), int(Preference.CATEGORY_NO)


@inner
def _has_many(kind: int) -> bool:
    """Kinds of which one entry per name is kept; of the others there is one, the newest."""
    return kind == _CHANNEL_NO or kind == _TYPE_NO or kind == _CATEGORY_NO


@inner
def state_preference(row: Record, event: Record) -> None:
    """Fold one ``Preference Stated``: code = kind, name_a = name, low and high; amount -1 withdraws it.

    Newest event time wins, at the same second the later record. Withdrawn ones keep their place, so that an older
    statement that arrives late does not come back to life; a full row gives up withdrawn ones first, then the oldest.
    """
    kind, name = wide(event["code"]), event["name_a"]
    at_s = np.uint32(max(event["occurred_ms"], 0) // 1000)
    at = _place(row, kind, name)
    entry = row["preferences"][at]
    if entry["kind"] == kind and at_s < entry["at_s"]:
        return
    entry["name"] = name
    entry["at_s"] = at_s
    entry["low"] = event["low"]
    entry["high"] = event["high"]
    entry["kind"] = kind
    entry["on"] = 0 if event["amount"] < 0.0 else 1


@inner
def put_preference(row: Record, said: Record) -> None:
    """Enter a PREFERENCE that another row of the same person has; the newest counts."""
    at = _place(row, wide(said["kind"]), said["name"])
    entry = row["preferences"][at]
    if entry["kind"] == said["kind"] and said["at_s"] < entry["at_s"]:
        return
    entry["name"], entry["at_s"], entry["low"], entry["high"] = said["name"], said["at_s"], said["low"], said["high"]
    entry["kind"], entry["on"] = said["kind"], said["on"]


@inner
def _place(row: Record, kind: int, name: int) -> int:
    """Where a statement goes: its own entry, a new one, or one that is given up for it (marked by kind 0)."""
    entries = row["preferences"]
    for i in range(wide(row["n_preferences"])):
        if entries[i]["kind"] == kind and (entries[i]["name"] == name or not _has_many(kind)):
            return i
    if row["n_preferences"] < MAX_PREFERENCES:
        row["n_preferences"] += 1
        entries[row["n_preferences"] - 1]["kind"] = 0
        return wide(row["n_preferences"]) - 1
    given_up = 0
    for i in range(1, MAX_PREFERENCES):
        older = entries[i]["at_s"] < entries[given_up]["at_s"]
        if entries[i]["on"] < entries[given_up]["on"] or (entries[i]["on"] == entries[given_up]["on"] and older):
            given_up = i
    entries[given_up]["kind"] = 0
    return given_up


@kernel
def stated(row: Record, kind: int, name: int) -> int:
    """Index of the standing preference of this kind (and name, 0 = any), -1 when there is none."""
    entries = row["preferences"]
    for i in range(wide(row["n_preferences"])):
        if entries[i]["kind"] == kind and entries[i]["on"] == 1 and (name == 0 or entries[i]["name"] == name):
            return i
    return -1


@kernel
def forbids(row: Record, type_: int, category: int, channel: int, outbound: int) -> bool:
    """Whether a stated preference forbids an action of this type and category (0 = none) on a channel."""
    entries = row["preferences"]
    for i in range(wide(row["n_preferences"])):
        if entries[i]["on"] == 0:
            continue
        kind, name = entries[i]["kind"], entries[i]["name"]
        if (
            (kind == _CHANNEL_NO and name == channel)
            or (kind == _CHANNEL_ONLY and outbound == 1 and name != channel)
            or (kind == _TYPE_NO and name == TYPE_NAMES[type_])
            or (kind == _CATEGORY_NO and category != 0 and name == category)
        ):
            return True
    return False
