"""The scored lane: keep the best by utility, silence always among them, and draw one with SquareCB."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.arms import evenly, is_spared, stay_silent
from platinum.decide.explore import LAYER_EXPLORE, degenerate, draw_seed, epsilon_greedy, pick, square_cb, unit
from platinum.decide.record import SILENCE
from platinum.decide.utility import tie_hash, utility_of
from platinum.jit import constant, inner, int64, uint64
from platinum.vocabulary.arms import Arm

Record = Any
_NOTHING = uint64(0)
#: 95 % of a normal distribution lie below so many standard deviations above its mean.
_UPPER = 1.6448536269514722
_NO_ARM, _RANDOM, _SILENT, _SAME = constant(Arm.NONE), constant(Arm.RANDOM), constant(Arm.SILENT), constant(Arm.SAME_FOR_ALL)


@inner
def tie_of(c: int, ref: np.uint64, tables: Any, scratch: Any) -> np.uint64:
    """``tie_hash``, taken once per decision and candidate: of 50 that are alike, every comparison took it twice, 5 µs in all."""
    at = c if c != SILENCE else scratch.ties.shape[0] - 1
    if scratch.tied[at] == 0:
        scratch.ties[at], scratch.tied[at] = tie_hash(ref, c, tables), 1
    tie: np.uint64 = scratch.ties[at]
    return tie


@inner
def better(u: float, c: int, at: int, ref: np.uint64, tables: Any, scratch: Any) -> bool:
    """Whether ``c`` with utility ``u`` stands before the ``at``-th of the best so far; equals are ordered by hash."""
    v = float(scratch.worth[at])
    if u != v:
        return u > v
    return bool(tie_of(c, ref, tables, scratch) < tie_of(scratch.scored[at], ref, tables, scratch))


@inner
def insert(c: int, u: float, n: int, room: int, ref: np.uint64, tables: Any, scratch: Any) -> int:
    """Insert into the ``n`` best so far, best first; past ``room`` the last falls out. Returns the new ``n``."""
    scored, best = scratch.scored, scratch.worth
    at = n if n < room else n - 1
    if n == room and (u < best[at] or not better(u, c, at, ref, tables, scratch)):
        return n
    while at > 0 and u >= best[at - 1] and better(u, c, at - 1, ref, tables, scratch):
        scored[at], best[at] = scored[at - 1], best[at - 1]
        at -= 1
    scored[at], best[at] = c, u
    return min(n + 1, room)


@inner
def may_be_welcome(c: int, u: float, scratch: Any) -> bool:
    """Whether a contact may be worth more than silence: expected so, or not known well enough to rule it out.

    That is 95 %, one-sided, of people like those who were met (``learn.linear.Weights`` says why not of all).
    Where even the upper bound lies below 0 they are left in peace (treatment-formulas 3.11, "sleeping dog").
    """
    if u > 0.0:
        return True
    spread = doubt(c, scratch) + scratch.channels[scratch.terms[c]["channel"]]["alone_spread"]
    return bool(u + _UPPER * np.sqrt(spread) > 0.0)


@inner
def doubt(c: int, scratch: Any) -> float:
    """Variance of what contact ``c`` is expected to bring, in money²."""
    terms = scratch.terms[c]
    money = terms["value"] * scratch.channels[terms["channel"]]["welcome"]
    return float(scratch.spread[c] * (money * money))


@inner
def fill_doubts(n: int, scratch: Any) -> None:
    """Write the variance of each option into ``scratch.p``; silence has that of what comes without a contact."""
    for i in range(n):
        c = scratch.scored[i]
        if c == SILENCE:
            c = scratch.scored[1 if i == 0 else 0]
            scratch.p[i] = scratch.channels[scratch.terms[c]["channel"]]["alone_spread"]
        else:
            scratch.p[i] = doubt(c, scratch)


@inner
def rank(n_passed: int, filled: bool, ref: np.uint64, tables: Any, scratch: Any) -> int:
    """Fill ``scored`` and ``worth`` with silence and the best of the survivors, best first; returns how many.

    Called when no lane before the scored one has a survivor, so every survivor is a scored one. Silence joins last and
    has its place kept: a person may always be left in peace, but for a placement that is to be ``filled``. Nobody is contacted, not even
    to learn, where silence is sure to do as well (treatment-formulas 3.11); who comes to us may be shown something all the same.
    """
    room = scratch.scored.shape[0]
    n = int64(0)
    scratch.tied[:] = 0
    passed = scratch.passed
    for i in range(n_passed):
        u = utility_of(passed[i], scratch)
        if scratch.channels[scratch.terms[passed[i]]["channel"]]["outbound"] == 0 or may_be_welcome(passed[i], u, scratch):
            n = insert(passed[i], u, n, room - 1, ref, tables, scratch)
    if filled and n > 0:
        return int(n)
    return insert(SILENCE, 0.0, n, room, ref, tables, scratch)


@inner
def may_explore(row: Record, trigger: Record, settings: Record) -> bool:
    """Whether the person's budget of explored outbound contacts has room; who came to us is not disturbed by a draw."""
    if trigger["placement"] >= 0 or row["last_explored_ms"] == 0:
        return True
    return bool(trigger["now_ms"] - row["last_explored_ms"] >= settings["explore_interval_ms"])


@inner
def rests_on_sensitive(n: int, tables: Any, scratch: Any) -> bool:
    """Whether any option rests on a sensitive trait: what is sensitive is never tried out."""
    for i in range(n):
        c = scratch.scored[i]
        if c != SILENCE and tables.actions[tables.candidates[c]["action"]]["sensitive"] != _NOTHING:
            return True
    return False


@inner
def draw(n: int, row: Record, trigger: Record, tables: Any, scratch: Any) -> tuple[int, int]:
    """(position in ``scored`` of the choice, arm that had a say in it); ``scratch.p`` holds the exact probabilities within that arm."""
    settings, person = tables.settings[0], scratch.person[0]
    if n == 1 or is_spared(person) or rests_on_sensitive(n, tables, scratch):
        degenerate(n, scratch.p)
        return 0, int(_NO_ARM)
    arm = int64(person["arm"])
    if arm == _SILENT:
        if trigger["placement"] < 0:
            return stay_silent(n, scratch), int(arm)
        arm = int64(_NO_ARM)  # who comes to us is shown what anybody is
    if not may_explore(row, trigger, settings):
        degenerate(n, scratch.p)
        return 0, int(arm if arm == _SAME else _NO_ARM)
    if arm == _RANDOM:
        evenly(n, scratch)
    elif settings["epsilon"] > 0.0:
        epsilon_greedy(n, settings["epsilon"], scratch.p)
    else:
        fill_doubts(n, scratch)
        square_cb(scratch.worth, n, settings, scratch.p)
    return pick(scratch.p, n, unit(draw_seed(trigger["ref"], settings["policy"], LAYER_EXPLORE))), int(arm)
