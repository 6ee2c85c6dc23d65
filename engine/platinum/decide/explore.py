"""SquareCB: a draw whose probability is known exactly and which replays from the decision's id (treatment-formulas 5.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.hashing_kernels import mix64_u
from platinum.jit import inner, uint64

Record = Any
Vec = NDArray[np.float64]

#: What a draw is for. Layers of one decision are independent.
LAYER_EXPLORE = uint64(1)

_TOP_53 = 1.0 / 9007199254740992.0
_DROP = uint64(11)


@inner
def unit(seed: np.uint64) -> float:
    """The top 53 bits of a 64-bit hash as a number in [0, 1)."""
    return np.float64(seed >> _DROP) * _TOP_53


@inner
def draw_seed(ref: np.uint64, policy: np.uint64, layer: np.uint64) -> np.uint64:
    """Seed of one draw: hash of decision, policy version and layer; no generator state that a replay would need."""
    return mix64_u(mix64_u(mix64_u(uint64(0), ref), policy), layer)


@inner
def cost_of(utility: float, low: float, high: float) -> float:
    """1 − (utility − low)/(high − low), clipped to [0, 1]; the range is the policy's, never this decision's."""
    if high <= low:
        return 0.0
    return min(1.0, max(0.0, (high - utility) / (high - low)))


@inner
def square_cb(utility: Vec, n: int, settings: Record, p: Vec) -> None:
    """Probabilities of ``n`` options, the best first.

    Parameters
    ----------
    utility : float64[>= n]
        Descending.
    p : float64[>= n]
        Overwritten: 1/(n + γ(cost − least cost)) for all but the first, which takes the rest, at least 1/n.
    """
    low, high, gamma = settings["utility_low"], settings["utility_high"], settings["gamma"]
    least = cost_of(utility[0], low, high)
    rest = 1.0
    for i in range(1, n):
        p[i] = 1.0 / (n + gamma * (cost_of(utility[i], low, high) - least))
        rest -= p[i]
    p[0] = rest


@inner
def degenerate(n: int, p: Vec) -> None:
    """The best is certain: the exploration budget is spent, and the log says so."""
    p[0] = 1.0
    for i in range(1, n):
        p[i] = 0.0


@inner
def pick(p: Vec, n: int, u: float) -> int:
    """Index that ``u`` in [0, 1) falls on in the cumulated ``p``; the last takes what rounding left over."""
    cumulative = 0.0
    for i in range(n - 1):
        cumulative += p[i]
        if u < cumulative:
            return i
    return n - 1
