"""What the learner will be told of a decision: opened when it is made, ended once it is known what came of it (treatment-formulas 5.3).

An example ends with the first answer, or, where the action adds up what comes (``reward.counts``), when its window is over. Or nothing can
be learned from it: it never met the person, came back, was called off, an employee did something else, or newer decisions took its place.
What has ended stays in the row until the event is through (``pipeline.examples`` takes it out).
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.tables import COUNTS_FIRST, COUNTS_MOST, Tables
from platinum.profile.effort import effort_now
from platinum.profile.entries import (
    ARM_COUNTS,
    CLOSED_BITS,
    MAX_PENDING,
    N_FEATURES,
    N_OWN,
    PENDING_ACCEPTED,
    PENDING_COMPLAINED,
    PENDING_DECLINED,
    PENDING_GONE,
    PENDING_ORDERED,
    PENDING_SENT,
    PENDING_VISITED,
)
from platinum.profile.goals import progress_of
from platinum.profile.pending import find_pending, given_up
from platinum.profile.row import Record, wide
from platinum.profile.zones import local_day, month_of
from platinum.vocabulary.codes import Closed, Outcome

_OPEN, _ANSWERED, _OVER = constant(Closed.OPEN), constant(Closed.ANSWERED), constant(Closed.OVER)
_NOT_MET, _EVICTED = constant(Closed.NOT_MET), constant(Closed.EVICTED)
_LAST_ANSWER, _NOTHING = constant(Outcome.DISMISSED), constant(Outcome.NOTHING)
_PROGRESSED, _BURDENED = constant(Outcome.PROGRESSED), constant(Outcome.BURDENED)
_NONE = constant(-1)
_COUNTS, _CLOSED_BITS, _ALL_BITS = constant(ARM_COUNTS), constant(CLOSED_BITS), constant(0xFF)
_SENT, _NO = np.uint32(PENDING_SENT), np.uint32(0)
#: Something was heard.
_HEARD = np.uint32(PENDING_ACCEPTED | PENDING_DECLINED | PENDING_VISITED | PENDING_ORDERED | PENDING_COMPLAINED | PENDING_GONE)
_NOT_VISITED, _NOT_ORDERED = np.uint32(0xFFFFFFFF ^ PENDING_VISITED), np.uint32(0xFFFFFFFF ^ PENDING_ORDERED)
_O_VISITED, _O_ORDERED, _O_SPENT = constant(Outcome.VISITED), constant(Outcome.ORDERED), constant(Outcome.SPENT)


@inner
def how_ended(entry: Record) -> int:
    """codes.Closed of an example."""
    return int(wide(entry["state"]) & _CLOSED_BITS)


@inner
def find_example(row: Record, ref: np.uint64) -> int:
    """Index of the open example of a decision, -1 = there is none."""
    for i in range(wide(row["n_examples"])):
        if row["examples"][i]["ref"] == ref and how_ended(row["examples"][i]) == _OPEN:
            return i
    return int(_NONE)


@inner
def open_example(row: Record, seen: Record, tables: Tables) -> int:
    """Keep what a decision was made on (OPEN_EXAMPLE); 1 = an example was opened.

    None is where the row does not remember the decision, or knows its example (the first with an id wins). Where there is no room it is
    left out: ``make_room`` sees to it, and a row that is thrown away teaches nothing.
    """
    at = find_pending(row, seen["ref"])
    if at < 0 or find_example(row, seen["ref"]) >= 0 or row["n_examples"] == MAX_PENDING:
        return 0
    entry = row["examples"][row["n_examples"]]
    row["n_examples"] += 1
    copy_example(seen, entry)
    month = month_of(local_day(wide(tables.settings[0]["zone"]), wide(row["pending"][at]["decided_ms"]), tables))
    state = wide(entry["state"]) & (_ALL_BITS - _CLOSED_BITS)
    if state & _COUNTS != 0 and row["arm_month"] == month:
        state -= _COUNTS  # by an earlier one they were
    elif state & _COUNTS != 0:
        row["arm_month"] = month
    entry["state"], entry["reward"] = state, -_standing(row, at, wide(row["pending"][at]["decided_ms"]), tables)
    return 1


@inner
def copy_example(source: Record, target: Record) -> None:
    """Member by member: as a whole, numba would allocate."""
    target["ref"], target["reward"], target["p_chosen"] = source["ref"], source["reward"], source["p_chosen"]
    target["utility"], target["schema"], target["tone"] = source["utility"], source["schema"], source["tone"]
    target["p_accept"], target["hour"], target["state"] = source["p_accept"], source["hour"], source["state"]
    for k in range(N_FEATURES):
        target["x"][k] = source["x"][k]
    for k in range(N_OWN):
        target["z"][k] = source["z"][k]


@inner
def rewards_of(pending: Record, tables: Tables) -> int:
    """Place in ``Tables.rewards`` of what a pending decision is judged by: its action's, silence's (the last); -1 = it left the policy."""
    if pending["action"] == 0:
        return int(tables.rewards.shape[0]) - 1
    for a in range(tables.actions.shape[0]):
        if tables.actions[a]["name"] == pending["action"]:
            return a
    return int(_NONE)


@inner
def _standing(row: Record, at: int, now_ms: int, tables: Tables) -> float:
    """What progress towards goals, and effort, as they stand count for pending decision ``at``: only what changes in them does."""
    which = rewards_of(row["pending"][at], tables)
    if which < 0:
        return 0.0
    rewards, total = tables.rewards[which], 0.0
    if rewards["weight"][_PROGRESSED] != 0.0:
        for i in range(wide(row["n_goals"])):
            total += rewards["weight"][_PROGRESSED] * progress_of(row["goals"][i])
    if rewards["weight"][_BURDENED] != 0.0:
        total += rewards["weight"][_BURDENED] * effort_now(row, now_ms, tables)
    return float(total)


@inner
def count(row: Record, at: int, outcome: int, n: float, now_ms: int, tables: Tables) -> None:
    """``n`` of an outcome came of pending decision ``at``, whose flags do not say so yet; ends its example where the first decides."""
    pending = row["pending"][at]
    i, which = find_example(row, pending["ref"]), rewards_of(pending, tables)
    if i < 0 or which < 0:
        return
    entry, rewards = row["examples"][i], tables.rewards[which]
    worth = float(rewards["weight"][outcome]) * n
    if rewards["counts"] == COUNTS_MOST and (pending["flags"] & _HEARD) != _NO:
        entry["reward"] = max(float(entry["reward"]), worth)
    else:
        entry["reward"] = float(entry["reward"]) + worth
    if rewards["counts"] == COUNTS_FIRST and (worth != 0.0 or outcome <= _LAST_ANSWER):
        finish(row, at, int(_ANSWERED), now_ms, tables)


@inner
def finish(row: Record, at: int, why: int, now_ms: int, tables: Tables) -> None:
    """The example of pending decision ``at`` ends with what came of it."""
    i = find_example(row, row["pending"][at]["ref"])
    if i >= 0:
        entry = row["examples"][i]
        entry["reward"] = float(entry["reward"]) + _standing(row, at, now_ms, tables)
        end_example(row, row["pending"][at]["ref"], why)


@inner
def end_example(row: Record, ref: np.uint64, why: int) -> None:
    """The open example of a decision, if there is one, ends (``codes.Closed``)."""
    i = find_example(row, ref)
    if i >= 0:
        row["examples"][i]["state"] += why  # it was open, which is 0
        row["ended"] += 1


@inner
def settle_examples(row: Record, now_ms: int, tables: Tables) -> None:
    """End the examples whose window is over: of what met the person nothing more comes, of what did not there is nothing to learn."""
    if row["n_examples"] == 0:
        return
    for at in range(wide(row["n_pending"])):
        pending = row["pending"][at]
        i = find_example(row, pending["ref"]) if pending["closes_ms"] <= now_ms else int(_NONE)
        if i < 0:
            continue
        if (pending["flags"] & _SENT) == _NO:
            end_example(row, pending["ref"], int(_NOT_MET))
            continue
        which = rewards_of(pending, tables)
        if which >= 0 and _nothing_came(pending, tables.rewards[which]):
            row["examples"][i]["reward"] = float(row["examples"][i]["reward"]) + float(tables.rewards[which]["weight"][_NOTHING])
        finish(row, at, int(_OVER), now_ms, tables)


@inner
def _nothing_came(pending: Record, rewards: Record) -> bool:
    """Whether no outcome counts: a page that they looked at is none where visits count for nothing."""
    counts = np.uint32(_HEARD)
    if rewards["weight"][_O_VISITED] == 0.0:
        counts = np.uint32(counts & _NOT_VISITED)
    if rewards["weight"][_O_ORDERED] == 0.0 and rewards["weight"][_O_SPENT] == 0.0:
        counts = np.uint32(counts & _NOT_ORDERED)
    return bool((pending["flags"] & counts) == _NO)


@inner
def make_room(row: Record, now_ms: int, tables: Tables) -> None:
    """End what will have to give way when the next decision is remembered (``pending.remember_decision``)."""
    settle_examples(row, now_ms, tables)
    for at in range(wide(row["n_pending"])):
        if row["pending"][at]["closes_ms"] <= now_ms:
            return
    if row["n_pending"] == MAX_PENDING:
        end_example(row, row["pending"][given_up(row)]["ref"], int(_EVICTED))


@inner
def first_close_ms(row: Record) -> int:
    """When the next window of an open example is over, 0 = there is none."""
    first = 0
    for at in range(wide(row["n_pending"]) if row["n_examples"] > 0 else 0):
        pending = row["pending"][at]
        if find_example(row, pending["ref"]) >= 0 and (first == 0 or pending["closes_ms"] < first):
            first = wide(pending["closes_ms"])
    return first
