"""What a person has had of each budget, and who is entitled to have of it today: an allotment by hash, not a counter (docs/decisions/0018).

A budget is whole actions per day. Where more people could have one than there are, each has it with the probability share = budget /
people, drawn by a hash of person, day and budget: the same whoever computes it, in whatever order, with nothing shared between buckets.
"""

from __future__ import annotations

import numpy as np

from platinum.hashing_kernels import mix64_u
from platinum.jit import constant, inner, kernel, uint64
from platinum.policy.tables import Tables
from platinum.profile.entries import MAX_SPENT
from platinum.profile.facts import tell_of
from platinum.profile.row import Record, wide
from platinum.profile.zones import local_day
from platinum.vocabulary.codes import Fact

_WANTED = int(Fact.BUDGET_WANTED)
_LAYER = uint64(0xB0D6E7)
_TOP_53 = 1.0 / 9007199254740992.0
_NEVER_DAY = constant(-(1 << 30))


@inner
def day_of(ms: int, tables: Tables) -> int:
    """Local day of the policy."""
    return wide(local_day(wide(tables.settings[0]["zone"]), ms, tables))


@inner
def find_spent(row: Record, budget: int) -> int:
    """Index of a budget (name hash), -1 = nothing is known of it."""
    for i in range(wide(row["n_spent"])):
        if row["spent"][i]["budget"] == budget:
            return i
    return -1


@inner
def _place(row: Record, budget: int) -> int:
    """Entry of a budget; in a full row the one that was spent of longest ago is given up."""
    at = find_spent(row, budget)
    if at >= 0:
        return at
    at = wide(row["n_spent"])
    if at < MAX_SPENT:
        row["n_spent"] = at + 1
    else:
        at = 0
        for i in range(1, MAX_SPENT):
            at = i if row["spent"][i]["at_s"] < row["spent"][at]["at_s"] else at
    entry = row["spent"][at]
    entry["budget"], entry["at_s"], entry["wanted_day"] = np.uint32(budget), 0, _NEVER_DAY
    return at


@kernel
def draw_of(person: np.uint64, budget: int, day: int) -> float:
    """Where in [0, 1) the draw of a person (``TRIGGER.person``), a budget and a day falls."""
    seed = mix64_u(mix64_u(mix64_u(_LAYER, person), uint64(budget)), uint64(day + (1 << 20)))
    return np.float64(seed >> uint64(11)) * _TOP_53


@kernel
def is_entitled(row: Record, person: np.uint64, which: int, now_ms: int, tables: Tables) -> bool:
    """Whether there is one for this person today of budget number ``which`` of the policy.

    Everybody has one in ``floor_ms``, whatever is left: it does not depend on what they are worth. Beyond that, by the draw, and at
    most one a day.
    """
    settings = tables.settings[0]
    budget, floor_ms = wide(settings["budget_name"][which]), wide(settings["budget_floor_ms"][which])
    at, day = find_spent(row, budget), day_of(now_ms, tables)
    last_ms = wide(row["spent"][at]["at_s"]) * 1000 if at >= 0 else 0
    if floor_ms > 0 and (last_ms == 0 or now_ms - last_ms >= floor_ms):
        return True
    if last_ms != 0 and day_of(last_ms, tables) >= day:
        return False
    return bool(draw_of(person, budget, day) < settings["budget_share"][which])


@inner
def spend(row: Record, action: Record, now_ms: int, tables: Tables) -> None:
    """A decision took one; should its contact never leave, it is gone all the same."""
    if action["budget"] > 0:
        entry = row["spent"][_place(row, wide(tables.settings[0]["budget_name"][action["budget"] - 1]))]
        entry["at_s"] = max(wide(entry["at_s"]), now_ms // 1000)


@inner
def want(row: Record, more: Record, wants: int, now_ms: int, tables: Tables) -> None:
    """Tell the learner, once a day and person, of which budgets (bits) one would have been used."""
    if wants == 0:
        return
    day = day_of(now_ms, tables)
    for i in range(tables.settings[0]["budget_name"].shape[0]):
        if wants >> i & 1 == 0:
            continue
        budget = wide(tables.settings[0]["budget_name"][i])
        entry = row["spent"][_place(row, budget)]
        if entry["wanted_day"] != day:
            entry["wanted_day"] = day
            tell_of(more, _WANTED, budget, now_ms, 1.0, 0.0)
