"""Interests that somebody named, and whether they want to be introduced to others who share them (treatment-formulas 3.18).

The learner is told who wants that by a pseudonym, made from the customer's key with a key of the deployment's: one more or one less
at a time. It picks pairs, and a snapshot brings them back. Whoever objects to being profiled is introduced to nobody, and leaves.
"""

from __future__ import annotations

import numpy as np

from platinum.hashing_kernels import keyed64
from platinum.jit import constant, inner
from platinum.policy.tables import Tables
from platinum.profile.consent import may_profile
from platinum.profile.entries import MAX_INTERESTS
from platinum.profile.facts import tell_about
from platinum.profile.row import Record, wide
from platinum.vocabulary.bonds import MOST_PSEUDONYM
from platinum.vocabulary.codes import Fact

_SHARED, _ANSWERED, _EVERYWHERE, _NOBODY = constant(Fact.INTEREST), constant(Fact.INTRODUCTION), constant(0), constant(-1)
_PSEUDONYM = np.uint64(MOST_PSEUDONYM)


@inner
def pseudonym_of(person: np.uint64, tables: Tables) -> np.uint64:
    """What others, and the learner, know a person by who wants to be introduced: below 2^53, and nobody's key without the deployment's."""
    key = tables.settings[0]["community_key"]
    return keyed64(key[0], key[1], person) & _PSEUDONYM


@inner
def state_interest(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """Fold what somebody said of an interest; the newest word counts, of nine interests the one named longest ago is forgotten."""
    wants = 1 if event["low"] > 0.0 and may_profile(row, _EVERYWHERE) else 0
    at_ms = wide(event["occurred_ms"])
    at = put_interest(row, wide(event["name_a"]), wants, max(at_ms, 0) // 1000)
    if at != 0:
        tell_about(more, _SHARED, wide(event["name_a"]), (pseudonym_of(row["person"], tables), wide(_EVERYWHERE)), at_ms, float(at))


@inner
def answer_introduction(row: Record, more: Record, event: Record, tables: Tables) -> None:
    """Fold an answer to a proposal: it is not made to this person again, and the learner is told."""
    at_ms, met = wide(event["occurred_ms"]), wide(event["high"])
    for i in range(wide(row["n_interests"])):
        if row["interests"][i]["name"] == event["name_a"]:
            meet(row, wide(event["name_a"]), np.uint64(met), max(at_ms, 0) // 1000)
    tell_about(more, _ANSWERED, wide(event["name_a"]), (pseudonym_of(row["person"], tables), met), at_ms, float(event["low"]))


@inner
def find_met(row: Record, name: int) -> int:
    """Place of what they answered last about somebody of that interest, -1 = nothing."""
    for i in range(wide(row["n_met"])):
        if row["met"][i]["name"] == name:
            return i
    return wide(_NOBODY)


@inner
def meet(row: Record, name: int, who: np.uint64, at_s: int) -> None:
    """Keep the newest answer of an interest; there are as many places as interests, and one that is forgotten leaves its place."""
    at = find_met(row, name)
    if at < 0:
        at = wide(row["n_met"])
        row["n_met"] = at + 1
    elif row["met"][at]["at_s"] > at_s:
        return
    row["met"][at]["who"], row["met"][at]["name"], row["met"][at]["at_s"] = who, name, at_s


@inner
def forget_met(row: Record, name: int) -> None:
    """The interest is forgotten, and what was answered with it."""
    at = find_met(row, name)
    if at >= 0:
        row["n_met"] -= 1
        row["met"][at] = row["met"][wide(row["n_met"])]


@inner
def put_interest(row: Record, name: int, wants: int, at_s: int) -> int:
    """Enter an interest as it was said at ``at_s``; 1 if they want to be introduced, or say so again, -1 if no more, 0 if nothing is new.

    Of a yes and a no in the same second the no counts, whichever came first.
    """
    n, at, oldest = wide(row["n_interests"]), -1, wide(_EVERYWHERE)
    for i in range(n):
        if row["interests"][i]["name"] == name:
            at = i
        if row["interests"][i]["at_s"] < row["interests"][oldest]["at_s"]:
            oldest = i
    before = 0
    if at >= 0:
        before = wide(row["interests"][at]["wants"])
        heard_s = wide(row["interests"][at]["at_s"])
        if heard_s > at_s or (heard_s == at_s and wants >= before):
            return 0
        before = 0 if wants != 0 else before
    elif n < MAX_INTERESTS:
        at, row["n_interests"] = n, n + 1
    elif row["interests"][oldest]["wants"] != 0 or row["interests"][oldest]["at_s"] > at_s:
        return 0  # who counts is not forgotten: the learner would not hear of it
    else:
        at = oldest
    entry = row["interests"][at]
    if entry["name"] != name:
        forget_met(row, wide(entry["name"]))
    entry["name"], entry["at_s"], entry["wants"] = name, at_s, wants
    return wants - before


@inner
def leave_community(row: Record, more: Record, at_ms: int, tables: Tables) -> None:
    """Whoever objects to being profiled wants no introductions any more."""
    for i in range(wide(row["n_interests"])):
        if row["interests"][i]["wants"] != 0:
            row["interests"][i]["wants"] = 0
            tell_about(
                more, _SHARED, wide(row["interests"][i]["name"]), (pseudonym_of(row["person"], tables), wide(_EVERYWHERE)), at_ms, -1.0
            )


@inner
def merge_interests(row: Record, other: Record) -> None:
    """The newest word of each, and the newest answer; of who objects in either history, none wants to be introduced."""
    for i in range(wide(other["n_interests"])):
        theirs = other["interests"][i]
        put_interest(row, wide(theirs["name"]), wide(theirs["wants"]), wide(theirs["at_s"]))
    for i in range(wide(other["n_met"])):
        theirs = other["met"][i]
        if is_known(row, wide(theirs["name"])):
            meet(row, wide(theirs["name"]), theirs["who"], wide(theirs["at_s"]))
    if not may_profile(row, _EVERYWHERE):
        for i in range(wide(row["n_interests"])):
            row["interests"][i]["wants"] = 0


@inner
def is_known(row: Record, name: int) -> bool:
    """Whether they named that interest."""
    for i in range(wide(row["n_interests"])):
        if row["interests"][i]["name"] == name:
            return True
    return False


@inner
def first_introduced(who: np.uint64, tables: Tables) -> int:
    """Place of the first introduction that the snapshot proposes to this pseudonym, or where it would stand."""
    settings = tables.settings[0]
    low, high = wide(_EVERYWHERE), wide(settings["n_introduced"])
    while low < high:
        middle = (low + high) // 2
        if settings["introduced_who"][middle] < who:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def to_meet(row: Record, person: np.uint64, tables: Tables) -> int:
    """Place of the introduction to propose among those of the snapshot, -1 = none.

    It is for an interest in which the person still wants it, and to nobody about whom they answered last; of several the first.
    """
    settings = tables.settings[0]
    if settings["n_introduced"] == 0 or row["n_interests"] == 0:
        return wide(_NOBODY)
    who = pseudonym_of(person, tables)
    for k in range(first_introduced(who, tables), wide(settings["n_introduced"])):
        if settings["introduced_who"][k] != who:
            break
        for i in range(wide(row["n_interests"])):
            entry = row["interests"][i]
            at = find_met(row, wide(entry["name"]))
            again = at >= 0 and row["met"][at]["who"] == settings["introduced_to"][k]
            if entry["name"] == settings["introduced_by"][k] and entry["wants"] != 0 and not again:
                return wide(k)
    return wide(_NOBODY)
