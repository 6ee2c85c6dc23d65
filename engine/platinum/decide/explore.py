"""SquareCB and ε-greedy: draws whose probability is known exactly and which replay from the decision's id (treatment-formulas 5.2)."""

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

#: Standard deviations by which what is tried out may be better than expected. On hillstrom_email, 0.15 left some runs with the worse e-mail
#: for good, as 0 did; 0.5 cost more visits than it found.
DOUBT = 0.25

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
def person_unit(person: np.uint64, layer: np.uint64, period: int) -> float:
    """A number in [0, 1) that stays with a person for one period."""
    return unit(mix64_u(mix64_u(mix64_u(uint64(0), person), layer), uint64(period)))


@inner
def cost_of(utility: float, low: float, high: float) -> float:
    """1 − (utility − low)/(high − low), clipped to [0, 1]; the range is the policy's, never this decision's."""
    if high <= low:
        return 0.0
    return min(1.0, max(0.0, (high - utility) / (high - low)))


@inner
def square_cb(utility: Vec, n: int, settings: Record, p: Vec) -> None:
    """Probabilities of ``n`` options, the best first.

    What is not known well enough to be told from the best is tried out as if it were nearer to it: by ``DOUBT`` standard deviations of
    their difference. Without that, what began badly by chance was as good as never tried again: on hillstrom_email one run in ten
    stayed with the worse e-mail.

    Parameters
    ----------
    utility : float64[>= n]
        Descending.
    p : float64[>= n]
        Variances of the utilities, 0 while nothing is learned; overwritten: 1/(n + γ·gap) for all but the first, which takes the rest,
        at least 1/n. The gap is cost − least cost, less what may be an error, at least 0.
    """
    low, high, gamma = settings["utility_low"], settings["utility_high"], settings["gamma"]
    least, first, width = cost_of(utility[0], low, high), p[0], max(high - low, 0.0)
    rest = 1.0
    for i in range(1, n):
        gap = cost_of(utility[i], low, high) - least
        if width > 0.0:
            gap = max(0.0, gap - DOUBT * np.sqrt(first + p[i]) / width)
        p[i] = 1.0 / (n + gamma * gap)
        rest -= p[i]
    p[0] = rest


@inner
def epsilon_greedy(n: int, epsilon: float, p: Vec) -> None:
    """Probabilities of ``n`` options, the best first: ε is spread over all of them alike, the best takes the rest."""
    for i in range(1, n):
        p[i] = epsilon / n
    p[0] = 1.0 - epsilon + epsilon / n


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
