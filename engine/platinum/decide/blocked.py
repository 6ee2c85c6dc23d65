"""What was stopped and would have been worth most: a decision names the three best blocked candidates.

Exact utilities cost an exponential each, so they are computed for the few that could be among the three: those whose upper
bound reaches the third best found so far. The bounds are one loop over numbers that lie side by side, channel by channel.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.decide.gates import verdict_of
from platinum.decide.layout import SUM_SLACK
from platinum.decide.record import NEVER
from platinum.decide.utility import utility_of
from platinum.jit import inner, int64, uint64

Record = Any
Vec = NDArray[np.float64]

_N_BLOCKED = 3
#: Less than 1 by more than rounding can make of a product.
_BELOW_ONE = 1.0 - 1e-12


@inner
def clear(out: Record) -> None:
    """No candidate is blocked."""
    for k in range(_N_BLOCKED):
        blocked = out["blocked"][k]
        blocked["candidate"], blocked["gate"] = -1, -1
        blocked["until_ms"], blocked["utility"] = NEVER, 0.0


@inner
def enter(c: int, n: int, tables: Any, scratch: Any, out: Record) -> int:
    """Put candidate ``c``, if it is blocked, among the ``n`` best so far; equals stand in the policy's order. Returns the new ``n``."""
    gate, until_ms = verdict_of(c, tables, scratch)
    if gate < 0:
        return n
    utility, k = utility_of(c, scratch), n
    while k > 0:
        above = out["blocked"][k - 1]
        if above["candidate"] == c:
            return n
        if utility < above["utility"] or (utility == above["utility"] and above["candidate"] < c):
            break
        k -= 1
    if k == _N_BLOCKED:
        return n
    for j in range(min(n, _N_BLOCKED - 1), k, -1):
        out["blocked"][j] = out["blocked"][j - 1]
    blocked = out["blocked"][k]
    blocked["candidate"], blocked["utility"] = c, utility
    blocked["gate"], blocked["until_ms"] = gate, until_ms
    return min(n + 1, _N_BLOCKED)


@inner
def reaches(floor: float, fixed: float, gain: float, x: float) -> bool:
    """Whether a candidate with log-odds ``x`` may be worth more than ``floor`` less fatigue; never wrong when false.

    p = 1/(1 + e^−x) is at most 1, and for x < 0 at most 1 over the first terms of the series of 1 + e^−x.
    """
    needed, y = floor + fixed, -x if x < 0.0 else 0.0
    one_by_p = (2.0 if x < 0.0 else 1.0) + y * (1.0 + y * (0.5 + y * (1.0 / 6.0 + y * (1.0 / 24.0 + y * (1.0 / 120.0)))))
    return (needed <= 0.0) | (needed * (one_by_p * _BELOW_ONE) <= gain)


@inner
def mark_near(start: int, end: int, floor: float, terms: tuple[Vec, Vec, float], odds: Vec, near: NDArray[np.uint8]) -> None:
    """Mark in ``near`` the positions from ``start`` to ``end`` that may be worth more than ``floor`` less fatigue.

    ``terms``: cost and effort, value, and the factor on the value that the channel has. A loop without a branch, a division or an
    exponential over arrays that lie as it runs: the compiler puts several candidates into one register.
    """
    fixed, gain, welcome = terms
    for q in range(uint64(start), uint64(end)):
        near[q] = reaches(floor, fixed[q], gain[q] * welcome, odds[q])


@inner
def floor_of(h: int, out: Record, scratch: Any) -> float:
    """What a candidate of channel ``h`` must be worth, less fatigue, to be the third best or better."""
    third, fatigue = out["blocked"][_N_BLOCKED - 1]["utility"], scratch.channels[h]["fatigue"]
    return float(third + fatigue - SUM_SLACK * (abs(third) + fatigue))


@inner
def search(h: int, tables: Any, scratch: Any, out: Record) -> None:
    """Enter what channel ``h`` has that is among the three best."""
    start, end, odds, ordered = scratch.starts[h], scratch.starts[h + 1], scratch.odds, scratch.ordered
    fixed, gain, log_odds, near = scratch.fixed, scratch.gain, scratch.log_odds, scratch.near
    for q in range(uint64(start), uint64(end)):
        odds[q] = log_odds[uint64(ordered[q])]
    floor = floor_of(h, out, scratch)
    welcome = scratch.channels[h]["welcome"]
    mark_near(start, end, floor, (fixed, gain, welcome), odds, near)
    for q in range(start, end):
        if near[q] != 0 and reaches(floor, fixed[q], gain[q] * welcome, odds[q]):
            enter(ordered[q], int64(_N_BLOCKED), tables, scratch, out)
            floor = floor_of(h, out, scratch)


@inner
def first_three(tables: Any, scratch: Any, out: Record) -> int:
    """Enter three blocked candidates, good ones if possible; fewer if there are no more.

    Any three would do, but the better they are, the fewer others come near. Those of the last decisions come first: what
    one person would most have liked, the next often would have too.
    """
    n: int = int64(0)
    if scratch.keenest.shape[0] == 0:
        return n  # everything was stopped: there is no candidate 0 either, at which ``lately`` begins
    for k in range(scratch.lately.shape[0]):
        n = enter(scratch.lately[k], n, tables, scratch, out)
    for k in range(scratch.keenest.shape[0]):
        if n == _N_BLOCKED:
            break
        n = enter(scratch.keenest[k], n, tables, scratch, out)
    return n


@inner
def list_blocked(tables: Any, scratch: Any, out: Record) -> None:
    """The three blocked candidates that would have been worth most, the first in the policy before its equals."""
    clear(out)
    if first_three(tables, scratch, out) < _N_BLOCKED:
        return
    for h in range(scratch.channels.shape[0]):
        if scratch.channels[h]["running"] != 0:
            search(h, tables, scratch, out)
    for k in range(_N_BLOCKED):
        scratch.lately[k + _N_BLOCKED] = scratch.lately[k]
        scratch.lately[k] = out["blocked"][k]["candidate"]
