"""The scored lane: keep the best by utility, silence always among them, and draw one with SquareCB."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.explore import LAYER_EXPLORE, degenerate, draw_seed, pick, square_cb, unit
from platinum.decide.record import SILENCE
from platinum.decide.utility import tie_hash, worth
from platinum.jit import inner, int64, uint64
from platinum.numeric import sigmoids

Record = Any
_NOTHING = uint64(0)


@inner
def better(u: float, c: int, v: float, d: int, ref: np.uint64, tables: Any) -> bool:
    """Whether ``c`` with utility ``u`` stands before ``d`` with ``v``; equals are ordered by hash."""
    if u != v:
        return u > v
    return bool(tie_hash(ref, c, tables) < tie_hash(ref, d, tables))


@inner
def insert(c: int, u: float, n: int, room: int, ref: np.uint64, tables: Any, scratch: Any) -> int:
    """Insert into the ``n`` best so far, best first; past ``room`` the last falls out. Returns the new ``n``."""
    scored, best = scratch.scored, scratch.worth
    if n == room and not better(u, c, best[n - 1], scored[n - 1], ref, tables):
        return n
    at = n if n < room else n - 1
    while at > 0 and better(u, c, best[at - 1], scored[at - 1], ref, tables):
        scored[at], best[at] = scored[at - 1], best[at - 1]
        at -= 1
    scored[at], best[at] = c, u
    return min(n + 1, room)


@inner
def rank(n_passed: int, ref: np.uint64, tables: Any, scratch: Any) -> int:
    """Fill ``scored`` and ``worth`` with silence and the best of the survivors, best first; returns how many.

    Called when no lane before the scored one has a survivor, so every survivor is a scored one. Silence joins last and
    has its place kept: a person may always be left in peace. Nobody is contacted, not even to learn, where silence is expected
    to do as well (treatment-formulas 3.11); who comes to us may be shown something all the same.
    """
    room = scratch.scored.shape[0]
    n = int64(0)
    passed, odds, over, under = scratch.passed, scratch.odds, scratch.over, scratch.under
    for i in range(n_passed):
        odds[i] = scratch.log_odds[passed[i]]
    sigmoids(odds, n_passed, over, under)
    for i in range(n_passed):
        u = worth(passed[i], over[i] / under[i], scratch)
        if u > 0.0 or scratch.channels[scratch.terms[passed[i]]["channel"]]["outbound"] == 0:
            n = insert(passed[i], u, n, room - 1, ref, tables, scratch)
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
def hold_out(n: int, share: float, u: float, scratch: Any) -> int:
    """Give silence ``share`` of the probability on top of its own; 1 where the draw at ``u`` falls on that."""
    p, below, held = scratch.p, 0.0, int64(0)
    for i in range(n):
        p[i] *= 1.0 - share
        below += p[i]
        if scratch.scored[i] == SILENCE:
            p[i] += share
            held = int64(1) if below <= u < below + share else held
            below += share
    return int(held)


@inner
def draw(n: int, row: Record, trigger: Record, tables: Any, scratch: Any) -> tuple[int, int]:
    """(position in ``scored`` of the choice, 1 if it is silent whatever is best); ``scratch.p`` holds the exact probabilities."""
    settings = tables.settings[0]
    person = scratch.person[0]
    spared = person["care"] != 0 or person["wary"] != 0 or rests_on_sensitive(n, tables, scratch)
    if n > 1 and not spared and may_explore(row, trigger, settings):
        square_cb(scratch.worth, n, settings, scratch.p)
    else:
        degenerate(n, scratch.p)
    u, arm = unit(draw_seed(trigger["ref"], settings["policy"], LAYER_EXPLORE)), int64(0)
    if n > 1 and not spared and trigger["placement"] < 0 and settings["silence_arm"] > 0.0:
        arm = hold_out(n, settings["silence_arm"], u, scratch)
    return pick(scratch.p, n, u), arm
