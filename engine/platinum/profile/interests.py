"""Interests that somebody named, and whether they want to be introduced to others who share them (treatment-formulas 3.18).

The learner is told how many people of an interest want that, one more or one less at a time, and never who. Whoever objects to being
profiled is introduced to nobody, and counts no more.
"""

from __future__ import annotations

from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.consent import may_profile
from platinum.profile.entries import MAX_INTERESTS
from platinum.profile.facts import tell_of
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Fact

_SHARED, _EVERYWHERE = constant(Fact.INTEREST), constant(0)
#: Fewer people who want to be introduced than this, the person among them, and there is nobody to meet.
LEAST = constant(2)


@inner
def state_interest(row: Record, more: Record, event: Record) -> None:
    """Fold what somebody said of an interest; the newest word counts, of nine interests the one named longest ago is forgotten."""
    wants = 1 if event["low"] > 0.0 and may_profile(row, _EVERYWHERE) else 0
    at_ms = wide(event["occurred_ms"])
    at = put_interest(row, wide(event["name_a"]), wants, max(at_ms, 0) // 1000)
    if at != 0:
        tell_of(more, _SHARED, wide(event["name_a"]), at_ms, float(at), 0.0)


@inner
def put_interest(row: Record, name: int, wants: int, at_s: int) -> int:
    """Enter an interest as it was said at ``at_s``; 1 if from now on they want to be introduced, -1 if no more, 0 if that is as before."""
    n, at, oldest = wide(row["n_interests"]), -1, wide(_EVERYWHERE)
    for i in range(n):
        if row["interests"][i]["name"] == name:
            at = i
        if row["interests"][i]["at_s"] < row["interests"][oldest]["at_s"]:
            oldest = i
    before = 0
    if at >= 0:
        if row["interests"][at]["at_s"] > at_s:
            return 0
        before = wide(row["interests"][at]["wants"])
    elif n < MAX_INTERESTS:
        at, row["n_interests"] = n, n + 1
    elif row["interests"][oldest]["wants"] != 0 or row["interests"][oldest]["at_s"] > at_s:
        return 0  # who counts is not forgotten: the learner would not hear of it
    else:
        at = oldest
    entry = row["interests"][at]
    entry["name"], entry["at_s"], entry["wants"] = name, at_s, wants
    return wants - before


@inner
def leave_community(row: Record, more: Record, at_ms: int) -> None:
    """Whoever objects to being profiled wants no introductions any more."""
    for i in range(wide(row["n_interests"])):
        if row["interests"][i]["wants"] != 0:
            row["interests"][i]["wants"] = 0
            tell_of(more, _SHARED, wide(row["interests"][i]["name"]), at_ms, -1.0, 0.0)


@inner
def merge_interests(row: Record, other: Record) -> None:
    """The newest word of each; of who objects in either history, none wants to be introduced."""
    for i in range(wide(other["n_interests"])):
        theirs = other["interests"][i]
        put_interest(row, wide(theirs["name"]), wide(theirs["wants"]), wide(theirs["at_s"]))
    if not may_profile(row, _EVERYWHERE):
        for i in range(wide(row["n_interests"])):
            row["interests"][i]["wants"] = 0


@inner
def to_meet(row: Record, tables: Tables) -> int:
    """Name hash of the interest in which most others want to be introduced too, of those in which this person wants it; 0 = none."""
    settings = tables.settings[0]
    best, most = wide(_EVERYWHERE), wide(LEAST) - 1
    for i in range(wide(row["n_interests"])):
        for k in range(wide(settings["n_community"])):
            same = settings["community_names"][k] == row["interests"][i]["name"]
            if same and row["interests"][i]["wants"] != 0 and settings["community_people"][k] > most:
                best, most = wide(row["interests"][i]["name"]), wide(settings["community_people"][k])
    return best
