"""Bayesian linear regression with a part that all actions share and one per action, from sums that fade (design 8).

An example is: x, what is known of the person (G numbers, the first is 1); z, what this candidate is to them (S numbers, the first is 1);
the action; and what came of it, once per head. Expected is z·w + x·w_a. A new action has w_a = 0 and so starts from what is known of its
like. Every sum is weighted 2^(−age / half-life). Equal examples in any order give equal sums but for rounding; in the same order,
equal bytes.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from platinum.jit import inner, kernel
from platinum.learn.elimination import factor, solve
from platinum.numeric import exp2

Vec = NDArray[np.float64]

#: What is regressed on z and x: 1 (how much is known where), whether they accepted, the reward.
HEADS = ("known", "accepted", "reward")
#: Whole half-lives after which sums are scaled down, by a power of two: nothing is rounded by that, so it does not matter when.
HALVE_AT = 32
#: A reward counts as so many times the typical one of its action at most. Until more is known 1 is typical, in parts of the action's value,
#: as surely as from ``_TYPICAL_N`` examples. One order of a million would say more than all others together, for a year.
MOST_TYPICAL, _TYPICAL_N = 30.0, 50.0


class Sums(NamedTuple):
    """Sums over examples; A actions, G and S as above, K heads.

    Attributes
    ----------
    zz, zy : float64[S, S], float64[S, K]
    zx, xx, xy : float64[A, S, G], float64[A, G, G], float64[A, G, K]
        Of ``xx`` the lower triangle.
    n, yy : float64[A], float64[A, K]
        Weight of the examples, and sum of the squares of what came of them.
    """

    zz: Vec
    zy: Vec
    zx: Vec
    xx: Vec
    xy: Vec
    n: Vec
    yy: Vec


class Batch(NamedTuple):
    """B examples.

    Attributes
    ----------
    x, z : float64[B, G], float64[B, S]
    y : float64[B, K]
    action, at_ms : int64[B]
    """

    x: Vec
    z: Vec
    y: Vec
    action: NDArray[np.int64]
    at_ms: NDArray[np.int64]


@kernel
def weight_at(at_ms: int, half_life_ms: int, base: int) -> float:
    """2^(at / half-life − base), such that another whole ``base`` changes nothing but the power of two."""
    whole = at_ms // half_life_ms
    return exp2(float(at_ms - whole * half_life_ms) / float(half_life_ms)) * exp2(float(whole - base))


@kernel
def add(batch: Batch, half_life_ms: int, base: int, sums: Sums) -> None:
    """Add the examples one after the other, rewards bounded in place. Slow twin: ``tests/reference/linear.py``."""
    last = batch.y.shape[1] - 1
    for i in range(batch.action.shape[0]):
        weight, a = weight_at(batch.at_ms[i], half_life_ms, base), batch.action[i]
        if weight == 0.0:
            continue  # so long ago that nothing is left of it
        most = most_reward(sums.yy[a, last], sums.n[a], weight)
        batch.y[i, last] = min(max(batch.y[i, last], -most), most)
        _add_one(batch.x[i], batch.z[i], batch.y[i], weight, a, sums)


@inner
def most_reward(squares: float, n: float, weight: float) -> float:
    """As what the next reward of an action counts at most, from the sum of the squares and the weight of those before it."""
    return float(MOST_TYPICAL * np.sqrt((squares + _TYPICAL_N * weight) / (n + _TYPICAL_N * weight)))


@inner
def _add_one(x: Vec, z: Vec, y: Vec, weight: float, a: int, sums: Sums) -> None:
    xx, zx, xy = sums.xx[a], sums.zx[a], sums.xy[a]
    for g in range(x.shape[0]):
        if x[g] != 0.0:  # most of somebody's features are 0
            scaled = weight * x[g]
            for h in range(g + 1):
                xx[g, h] += scaled * x[h]
            for k in range(y.shape[0]):
                xy[g, k] += scaled * y[k]
    for s in range(z.shape[0]):
        if z[s] != 0.0:
            scaled = weight * z[s]
            for g in range(x.shape[0]):
                zx[s, g] += scaled * x[g]
            for u in range(z.shape[0]):
                sums.zz[s, u] += scaled * z[u]
            for k in range(y.shape[0]):
                sums.zy[s, k] += scaled * y[k]
    sums.n[a] += weight
    for k in range(y.shape[0]):
        sums.yy[a, k] += weight * y[k] * y[k]


class NoSolution(ArithmeticError):
    """The sums are those of no examples: not finite, or not positive definite."""


class Weights(NamedTuple):
    """Solution, and how far it may be off: variances of the weights, before the noise is multiplied in.

    Each holds given the other weights of its part, those of an action's own given the shared ones too. Two features that always go
    together leave open for ever which of them it is, while their sum is known: as variances of the weights for themselves, neither fell
    with the number of examples, and what was known well was tried out for good. On grocery_journey that cost 17 % of all decisions, at
    the reward of a blind draw; it is 8 % now (docs/decisions/0022). The diagonal says too little of people who are unlike all others
    in what usually goes together.

    Attributes
    ----------
    shared, shared_variance : float64[S, K], float64[S]
    own, own_variance : float64[A, G, K], float64[A, G]
    """

    shared: Vec
    shared_variance: Vec
    own: Vec
    own_variance: Vec


def solved(sums: Sums, precision_shared: float, precision_own: Vec) -> Weights:
    """Ridge solution of the whole by eliminating one action after the other (its block touches only the shared part).

    Parameters
    ----------
    precision_shared, precision_own : float, float64[G]
        Prior precision of each weight over that of the noise.

    Raises
    ------
    NoSolution
        Some sum is not finite, or so large that nothing is left of the prior beside it.
    """
    n_actions, n_own, n_heads = sums.xy.shape
    n_shared = len(sums.zz)
    rest, right = sums.zz + precision_shared * np.eye(n_shared), sums.zy.copy()
    factors = np.tril(sums.xx) + np.diag(precision_own)
    own_variance = 1.0 / factors.diagonal(axis1=1, axis2=2)
    # Columns: M⁻¹·zxᵀ, M⁻¹·xy.
    done = np.concatenate([sums.zx.transpose(0, 2, 1), sums.xy], axis=2)
    for a in range(n_actions):
        _factor(factors[a], f"action {a}")
        solve(factors[a], done[a])
        _subtract(sums.zx[a], done[a], n_shared, rest, right)
    shared_variance = 1.0 / rest.diagonal()
    _factor(rest, "what all actions share")
    solve(rest, right)
    own = np.zeros((n_actions, n_own, n_heads))
    for a in range(n_actions):
        _substitute(done[a], right, own[a])
    return Weights(right, shared_variance, own, own_variance)


def _factor(moments: Vec, of: str) -> None:
    if factor(moments) == 0:
        raise NoSolution(f"the sums of {of} have no solution")


@kernel
def _subtract(zx: Vec, done: Vec, n_shared: int, rest: Vec, right: Vec) -> None:
    """What an action's block explains of the shared part: rest −= zx·M⁻¹·zxᵀ, right −= zx·M⁻¹·xy."""
    for s in range(n_shared):
        for u in range(n_shared):
            for g in range(zx.shape[1]):
                rest[s, u] -= zx[s, g] * done[g, u]
        for k in range(right.shape[1]):
            for g in range(zx.shape[1]):
                right[s, k] -= zx[s, g] * done[g, n_shared + k]


@kernel
def _substitute(done: Vec, shared: Vec, own: Vec) -> None:
    """The action's weights, M⁻¹·xy − M⁻¹·zxᵀ·w."""
    n_shared, n_heads = shared.shape
    for g in range(own.shape[0]):
        for k in range(n_heads):
            own[g, k] = done[g, n_shared + k]
            for s in range(n_shared):
                own[g, k] -= done[g, s] * shared[s, k]


class Linear:
    """Sums of one partition, or of all, with the names of the actions.

    Attributes
    ----------
    names : list of str
        Actions in the order of their first example.
    base : int
        An example of so many half-lives after 1970 has weight 1; -1 before the first.
    """

    def __init__(self, n_own: int, n_shared: int, half_life_ms: int) -> None:
        self.names: list[str] = []
        self.base = -1
        self.half_life_ms = half_life_ms
        self._size = n_own, n_shared
        self.sums = _room(0, n_own, n_shared)

    def fold(self, x: Vec, z: Vec, y: Vec, actions: list[str], at_ms: NDArray[np.int64]) -> None:
        """B examples: float64[B, G], float64[B, S], float64[B, K], B names, int64[B]."""
        if not actions:
            return
        place = self._places(actions)
        self._keep_near(int(at_ms[0]), int(at_ms.max()))
        add(Batch(x, z, y.copy(), place, at_ms), self.half_life_ms, self.base, self.sums)

    def merge(self, other: Self) -> None:
        """Add another's sums."""
        if other.base < 0:
            return
        at, at_ms = self._places(other.names), other.base * self.half_life_ms
        self._keep_near(at_ms, at_ms)
        scale = 2.0 ** (other.base - self.base)
        for whole, part in ((self.sums.zz, other.sums.zz), (self.sums.zy, other.sums.zy)):
            whole += part * scale
        for name in ("zx", "xx", "xy", "n", "yy"):
            getattr(self.sums, name)[at] += getattr(other.sums, name)[: len(at)] * scale

    def as_of(self, now_ms: int) -> Sums:
        """Sums as they count at ``now_ms``, actions in the order of ``names``."""
        scale, n = 1.0 / weight_at(now_ms, self.half_life_ms, max(0, self.base)), len(self.names)
        return Sums(self.sums.zz * scale, self.sums.zy * scale, *(part[:n] * scale for part in self.sums[2:]))

    def _keep_near(self, first_ms: int, last_ms: int) -> None:
        """Set the base, or move it forward once weights grow large."""
        if self.base < 0:
            self.base = first_ms // self.half_life_ms
        while last_ms // self.half_life_ms - self.base > HALVE_AT:
            for part in self.sums:
                part *= 2.0**-HALVE_AT
            self.base += HALVE_AT

    def _places(self, names: list[str]) -> NDArray[np.int64]:
        known = {name: i for i, name in enumerate(self.names)}
        for name in names:
            if name not in known:
                known[name] = len(self.names)
                self.names.append(name)
        if len(self.names) > len(self.sums.n):
            grown = _room(max(8, 2 * len(self.names)), *self._size)
            for whole, part in zip(grown, self.sums, strict=True):
                whole[tuple(slice(0, n) for n in part.shape)] = part
            self.sums = grown
        return np.array([known[name] for name in names], np.int64)


def _room(n_actions: int, n_own: int, n_shared: int) -> Sums:
    k = len(HEADS)
    return Sums(
        np.zeros((n_shared, n_shared)), np.zeros((n_shared, k)), np.zeros((n_actions, n_shared, n_own)),
        np.zeros((n_actions, n_own, n_own)), np.zeros((n_actions, n_own, k)), np.zeros(n_actions), np.zeros((n_actions, k)),
    )  # fmt: skip
