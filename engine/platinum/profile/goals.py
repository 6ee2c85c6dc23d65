"""What somebody wants to reach: goals that they stated, how far they are, and goals that follow from what they turn to.

Goals before gadgets (treatment-formulas 3.12). The row keeps what was said; what is inferred is not kept but follows from the interests
that it has, as the policy says (``policy.goal_keys``). What is stated stands before what is inferred.
"""

from __future__ import annotations

import math

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.entries import MAX_GOALS
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Field, Kind

NAN = math.nan
#: A stated goal is given up so long after it was due, and so long after the last word of it (start).
OVERDUE_S, SILENT_S = 30 * 86_400, 365 * 86_400
_DAY_S = 86_400.0
_STATED = int(Kind.GOAL_STATED)
_PROGRESS, _DAYS, _HAS = int(Field.GOAL_PROGRESS), int(Field.DAYS_TO_GOAL), int(Field.HAS_GOAL)
_NONE, _LAST_S = constant(-1), constant(0xFFFFFFFF)
_ONE, _NO_CATEGORY = np.uint64(1), np.uint64(0)


@inner
def fold_goal(row: Record, event: Record) -> None:
    """Fold what was said of a goal: that they have it, or how far they are; the newest word of each counts."""
    at_s = max(wide(event["occurred_ms"]), 0) // 1000
    if event["kind"] == _STATED:
        due_s = wide(min(max(event["high"] / 1000.0, 0.0), float(_LAST_S)))
        put_goal(row, wide(event["name_a"]), (at_s, due_s, 0), float(max(event["amount"], 0.0)), 0.0)
    else:
        put_goal(row, wide(event["name_a"]), (0, 0, at_s), 0.0, float(min(max(event["low"], 0.0), 1.0)))


@inner
def put_goal(row: Record, name: int, times: tuple[int, int, int], target: float, progress: float) -> None:
    """Enter what is known of a goal; ``times``: (stated at, due, progressed at) in seconds, 0 = never, not said.

    A full list gives up what was never stated before what was, then what was heard of least lately.
    """
    stated_at_s, due_s, progressed_at_s = times
    at = place_of(row, name, stated_at_s, max(stated_at_s, progressed_at_s))
    if name == 0 or at < 0:
        return
    entry = row["goals"][at]
    newer = stated_at_s > wide(entry["stated_at_s"])
    if newer or (stated_at_s > 0 and stated_at_s == wide(entry["stated_at_s"]) and is_more(due_s, target, entry)):
        entry["stated_at_s"], entry["due_s"], entry["target"] = stated_at_s, due_s, target
    later = progressed_at_s > wide(entry["progressed_at_s"])
    if later or (progressed_at_s > 0 and progressed_at_s == wide(entry["progressed_at_s"]) and progress > entry["progress"]):
        entry["progressed_at_s"], entry["progress"] = progressed_at_s, progress


@inner
def is_more(due_s: int, target: float, entry: Record) -> bool:
    """What counts of two statements in one second: the later day, then the larger target."""
    return bool(due_s > wide(entry["due_s"]) or (due_s == wide(entry["due_s"]) and np.float32(target) > entry["target"]))


@inner
def place_of(row: Record, name: int, stated_at_s: int, at_s: int) -> int:
    """Index of the goal's entry, made if need be; -1: it weighs less than any of those that are there."""
    at = find_goal(row, name)
    if at >= 0:
        return at
    if row["n_goals"] < MAX_GOALS:
        at = wide(row["n_goals"])
        row["n_goals"] += 1
    else:
        for i in range(MAX_GOALS):
            if at < 0 or weighs_less(row["goals"][i], row["goals"][at]):
                at = i
        entry = row["goals"][at]
        stated, known = stated_at_s > 0, entry["stated_at_s"] > 0
        heard_s = max(wide(entry["stated_at_s"]), wide(entry["progressed_at_s"]))
        if (known and not stated) or (known == stated and heard_s >= at_s):
            return int(_NONE)
    entry = row["goals"][at]
    entry["name"], entry["target"], entry["progress"] = name, 0.0, 0.0
    entry["stated_at_s"], entry["due_s"], entry["progressed_at_s"] = 0, 0, 0
    return at


@inner
def weighs_less(one: Record, other: Record) -> bool:
    """Whether ``one`` is given up before ``other``."""
    if (one["stated_at_s"] > 0) != (other["stated_at_s"] > 0):
        return bool(one["stated_at_s"] == 0)
    return bool(max(one["stated_at_s"], one["progressed_at_s"]) < max(other["stated_at_s"], other["progressed_at_s"]))


@inner
def merge_goals(row: Record, other: Record) -> None:
    """What both histories say of each goal."""
    for i in range(wide(other["n_goals"])):
        entry = other["goals"][i]
        times = (wide(entry["stated_at_s"]), wide(entry["due_s"]), wide(entry["progressed_at_s"]))
        put_goal(row, wide(entry["name"]), times, float(entry["target"]), float(entry["progress"]))


@kernel
def find_goal(row: Record, name: int) -> int:
    """Index of a goal's entry by its name hash, -1 = nothing was heard of it."""
    for i in range(wide(row["n_goals"])):
        if row["goals"][i]["name"] == name:
            return i
    return int(_NONE)


@kernel
def is_stated(entry: Record, now_ms: int) -> bool:
    """Whether it was stated and is not long past: neither its day nor the last word of it."""
    now_s, heard_s = now_ms // 1000, max(wide(entry["stated_at_s"]), wide(entry["progressed_at_s"]))
    if entry["stated_at_s"] == 0 or now_s > heard_s + SILENT_S:
        return False
    return bool(entry["due_s"] == 0 or now_s <= wide(entry["due_s"]) + OVERDUE_S)


@kernel
def progress_of(entry: Record) -> float:
    """Share reached; who states a goal anew after they had reached it begins anew."""
    again = entry["progress"] >= 1.0 and entry["stated_at_s"] > entry["progressed_at_s"]
    return 0.0 if again else float(entry["progress"])


@inner
def pursues_any(row: Record, now_ms: int) -> bool:
    """Whether they stated a goal, of the policy or not, that they have not reached."""
    for i in range(wide(row["n_goals"])):
        if is_stated(row["goals"][i], now_ms) and progress_of(row["goals"][i]) < 1.0:
            return True
    return False


@inner
def interest_in(row: Record, categories: np.uint64, tables: Tables) -> float:
    """Share of their interest that goes to these categories (bits of ``Tables.categories``), 0 to 1; decay cancels out."""
    total, own = 0.0, 0.0
    for i in range(wide(row["n_affinities"])):
        total += row["affinities"][i]["sum"]
        for c in range(tables.categories.shape[0]):
            if tables.categories[c] == row["affinities"][i]["name"] and (categories >> np.uint64(c)) & _ONE == _ONE:
                own += row["affinities"][i]["sum"]
    return own / total if total > 0.0 else 0.0


@kernel
def confidence_in(row: Record, g: int, now_ms: int, tables: Tables) -> float:
    """conf_g of the policy's goal ``g``: 1 = they stated it; what the policy says where it follows from their interests; else 0."""
    settings = tables.settings[0]
    at = find_goal(row, wide(settings["goal_names"][g]))
    if at >= 0 and is_stated(row["goals"][at], now_ms):
        return 1.0
    if settings["goal_categories"][g] == _NO_CATEGORY or settings["goal_from"][g] > 1.0:
        return 0.0
    return (
        float(settings["goal_confidence"][g])
        if interest_in(row, settings["goal_categories"][g], tables) >= settings["goal_from"][g]
        else 0.0
    )


@inner
def need_of(row: Record, g: int, now_ms: int, tables: Tables) -> float:
    """conf_g·(1 − progress_g) of the policy's goal ``g``, 0 to 1."""
    confidence = confidence_in(row, g, now_ms, tables)
    at = find_goal(row, wide(tables.settings[0]["goal_names"][g])) if confidence > 0.0 else wide(_NONE)
    return confidence * (1.0 - progress_of(row["goals"][at])) if at >= 0 else confidence


@inner
def place_of_goal(name: int, tables: Tables) -> int:
    """Index among the policy's goals, -1 = none of them."""
    for g in range(wide(tables.settings[0]["n_goals"])):
        if tables.settings[0]["goal_names"][g] == name:
            return g
    return int(_NONE)


@kernel
def goal_field(field: int, name: int, row: Record, now_ms: int, tables: Tables) -> float:
    """Value of a ``codes.Field`` from GOAL_PROGRESS to HAS_GOAL.

    ``name``: goal (name hash); 0: of progress the goal that was stated last, of days the next that is due, of having one any.
    """
    if field == _HAS:
        return 1.0 if has_goal(row, name, now_ms, tables) else 0.0
    found, newest_s = NAN, 0
    for i in range(wide(row["n_goals"])):
        entry = row["goals"][i]
        if (name != 0 and entry["name"] != name) or (name == 0 and not is_stated(entry, now_ms)):
            continue
        if field == _DAYS and entry["due_s"] != 0 and progress_of(entry) < 1.0:
            days = (float(entry["due_s"]) - float(now_ms // 1000)) / _DAY_S
            found = days if found != found or days < found else found
        elif field == _PROGRESS and (found != found or wide(entry["stated_at_s"]) > newest_s):
            found, newest_s = progress_of(entry), wide(entry["stated_at_s"])
    return found


@inner
def has_goal(row: Record, name: int, now_ms: int, tables: Tables) -> bool:
    """Whether they have a goal that they have not reached, stated or inferred."""
    if name == 0 and pursues_any(row, now_ms):
        return True
    for g in range(wide(tables.settings[0]["n_goals"])):
        if (name == 0 or tables.settings[0]["goal_names"][g] == name) and need_of(row, g, now_ms, tables) > 0.0:
            return True
    return False
