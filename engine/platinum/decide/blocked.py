"""What was stopped and would have been worth most: a decision names the three best blocked candidates.

Exact utilities and verdicts are computed for the few that could be among the three: those whose upper bound reaches the third best
found so far. The bounds are one loop over numbers that lie side by side, channel by channel.
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
from platinum.vocabulary.codes import N_GATES

Record = Any
Vec = NDArray[np.float64]

_N_BLOCKED = 3
#: More than rounding can make of a product, as a share of it.
_SLACK = 1e-12


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
def reaches(floor: float, fixed: float, gain: float, expected: float) -> bool:
    """Whether a candidate may be worth more than ``floor`` less fatigue; never wrong when false."""
    needed, value = floor + fixed, gain * expected
    return needed <= value + _SLACK * (abs(needed) + abs(value))


@inner
def mark_near(start: int, end: int, floor: float, terms: tuple[Vec, Vec, float], hopes: Vec, near: NDArray[np.uint8]) -> None:
    """Mark in ``near`` the positions from ``start`` to ``end`` that may be worth more than ``floor`` less fatigue.

    ``terms``: cost and effort, value, and the factor on the value that the channel has. A loop without a branch or a division over
    arrays that lie as it runs: the compiler puts several candidates into one register.
    """
    fixed, gain, welcome = terms
    for q in range(uint64(start), uint64(end)):
        near[q] = reaches(floor, fixed[q], gain[q] * welcome, hopes[q])


@inner
def floor_of(h: int, out: Record, scratch: Any) -> float:
    """What a candidate of channel ``h`` must be worth, before what its channel takes off, to be the third best or better."""
    third, rules = out["blocked"][_N_BLOCKED - 1]["utility"], scratch.channels[h]
    needed = third + rules["fatigue"] + rules["alone"]
    return float(needed - SUM_SLACK * (abs(third) + rules["fatigue"] + abs(rules["alone"])))


@inner
def search(h: int, tables: Any, scratch: Any, out: Record) -> None:
    """Enter what channel ``h`` has that is among the three best."""
    start, end, ordered = scratch.starts[h], scratch.starts[h + 1], scratch.ordered
    fixed, gain, hopes, near = scratch.fixed, scratch.gain, scratch.hopes, scratch.near
    floor = floor_of(h, out, scratch)
    welcome = scratch.channels[h]["welcome"]
    mark_near(start, end, floor, (fixed, gain, welcome), hopes, near)
    for q in range(start, end):
        if near[q] != 0 and reaches(floor, fixed[q], gain[q] * welcome, hopes[q]):
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
def is_free(out: Record) -> bool:
    """Whether no gate stops anything."""
    for gate in range(N_GATES):
        if out["blocked_by"][gate] != 0:
            return False
    return True


@inner
def list_blocked(tables: Any, scratch: Any, out: Record) -> None:
    """The three blocked candidates that would have been worth most, the first in the policy before its equals."""
    clear(out)
    if is_free(out):
        return
    if first_three(tables, scratch, out) < _N_BLOCKED:
        return
    for h in range(scratch.channels.shape[0]):
        if scratch.channels[h]["running"] != 0:
            search(h, tables, scratch, out)
    for k in range(_N_BLOCKED):
        scratch.lately[k + _N_BLOCKED] = scratch.lately[k]
        scratch.lately[k] = out["blocked"][k]["candidate"]
