"""Lanes 0-3: the first lane with a survivor wins, inside it order by priority; nothing is scored or drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.record import OUT
from platinum.decide.utility import tie_hash
from platinum.jit import constant, inner, uint64
from platinum.vocabulary.codes import Lane

Record = Any

_GROWTH = constant(Lane.GROWTH)
_ANYWHERE, _ONE = uint64(0), uint64(1)


@inner
def first_lane(n: int, tables: Any, scratch: Any) -> int:
    """Lowest lane with one of the ``n`` survivors; GROWTH when there is none below it (silence always survives there).

    What depends on what the person is worth comes after everything below GROWTH that does not (``policy.floor``): it is given on top, and
    nobody is thanked, asked or helped out of trouble later, or otherwise, because of it.
    """
    lane, on_top, passed = _GROWTH, _GROWTH, scratch.passed
    for i in range(n):
        action = tables.actions[tables.candidates[passed[i]]["action"]]
        if action["by_worth"] == 0:
            lane = min(lane, action["lane"])
        else:
            on_top = min(on_top, action["lane"])
    return int(lane if lane < _GROWTH else on_top)


@inner
def goes_first(c: int, d: int, ref: np.uint64, tables: Any) -> bool:
    """Whether ``c`` stands before ``d`` in a lane: what is the same for all, then higher priority, then lower cost, then a stable hash."""
    one, other = tables.candidates[c], tables.candidates[d]
    on_top, other_on_top = tables.actions[one["action"]]["by_worth"], tables.actions[other["action"]]["by_worth"]
    if on_top != other_on_top:
        return bool(on_top < other_on_top)
    p, q = tables.actions[one["action"]]["priority"], tables.actions[other["action"]]["priority"]
    if p != q:
        return bool(p > q)
    if one["cost"] != other["cost"]:
        return bool(one["cost"] < other["cost"])
    return bool(tie_hash(ref, c, tables) < tie_hash(ref, d, tables))


@inner
def first_two(lane: int, n: int, ref: np.uint64, tables: Any, scratch: Any) -> tuple[int, int]:
    """The candidate that wins ``lane`` and the one behind it, among ``n`` survivors; −2 where there is none."""
    first, second = OUT, OUT
    for i in range(n):
        c = scratch.passed[i]
        if tables.actions[tables.candidates[c]["action"]]["lane"] != lane:
            continue
        if first == OUT or goes_first(c, first, ref, tables):
            first, second = c, first
        elif second == OUT or goes_first(c, second, ref, tables):
            second = c
    return first, second
