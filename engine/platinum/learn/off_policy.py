"""What another policy would have achieved, from the log of this one: sums, and the estimates made of them (treatment-formulas 5.4).

Every estimate is a function of sums over the decisions, so logs may be summed part by part and in any order.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

#: An estimate is refused where one of these does not hold.
LEAST_ESS, MEAN_WEIGHT, MOST_SHARE, MOST_MISSING = 500.0, (0.9, 1.1), 0.05, 0.001
#: Weights are clipped here where the log has no exploration floor.
CLIP = 20.0
#: The anytime-valid interval is as narrow as it can be at so many decisions, and little wider at ten times more or fewer.
_TUNED_TO = 10_000.0


class Sums(NamedTuple):
    """Sums over decisions of a log; w is the weight π_e(a|x) / π_b(a|x), c the same clipped, r the reward, d the doubly robust value.

    Attributes
    ----------
    n, missing : float
        Decisions whose probability is known, and those where it is not.
    r, r2 : float
        Σr, Σr²: what the policy that made the log achieved.
    w, w2, most : float
        Σw, Σw², the largest w.
    c, c2, cr, c2r, c2r2 : float
        Σc, Σc², Σcr, Σc²r, Σc²r².
    d, d2 : float
        Σd, Σd² with d = q̂(x, π_e) + c·(r − q̂(x, a)).
    """

    n: float = 0.0
    missing: float = 0.0
    r: float = 0.0
    r2: float = 0.0
    w: float = 0.0
    w2: float = 0.0
    most: float = 0.0
    c: float = 0.0
    c2: float = 0.0
    cr: float = 0.0
    c2r: float = 0.0
    c2r2: float = 0.0
    d: float = 0.0
    d2: float = 0.0

    def merged(self, other: Self) -> Sums:
        """Sums over both logs."""
        both = dict(zip(self._fields, map(sum, zip(self, other, strict=True)), strict=True))
        return Sums(**{**both, "most": max(self.most, other.most)})


class Estimate(NamedTuple):
    """Mean reward of a policy per decision.

    Attributes
    ----------
    value : float
    low, high : float
        Interval for a number of decisions that was fixed beforehand.
    anytime_low, anytime_high : float
        Interval that holds at all numbers of decisions at once: for who looks every day and stops when it suits them.
    """

    value: float
    low: float
    high: float
    anytime_low: float
    anytime_high: float


class Evaluation(NamedTuple):
    """What a log says of a policy.

    Attributes
    ----------
    n : int
        Decisions that count.
    ips, snips, dr : Estimate or None
        Inverse probability weighting, the same normalised by the sum of the weights, doubly robust; None where ``refused``.
    logged : Estimate or None
        The policy that made the log; None of no decision.
    ess : float
        Effective number of decisions, (Σw)² / Σw².
    mean_weight, largest_share, clipped_mass, missing_share : float
        Mean weight (1 where the probabilities are true and the policies overlap); largest weight as a share of all; share of the
        weights that clipping took away; share of decisions without a probability.
    refused : str or None
        Why nothing is estimated.
    """

    n: int
    ips: Estimate | None
    snips: Estimate | None
    dr: Estimate | None
    logged: Estimate | None
    ess: float
    mean_weight: float
    largest_share: float
    clipped_mass: float
    missing_share: float
    refused: str | None


def sums_of(
    reward: NDArray[np.float64],
    weight: NDArray[np.float64],
    clip: float,
    expected: tuple[NDArray[np.float64], NDArray[np.float64]],
    missing: int = 0,
) -> Sums:
    """Sums over N decisions.

    Parameters
    ----------
    reward, weight : float64[N]
    clip : float
        Weights above it count as it.
    expected : (float64[N], float64[N])
        q̂(x, π_e) and q̂(x, a): what somebody who did not see these decisions expects of the policy, and of the action that was taken.
    missing : int
        Decisions beside these whose probability is not known.
    """
    c = np.minimum(weight, clip)
    under, taken = expected
    d = under + c * (reward - taken)
    return Sums(
        float(len(reward)), float(missing), _sum(reward), _sum(reward**2), _sum(weight), _sum(weight**2),
        float(weight.max(initial=0.0)), _sum(c), _sum(c**2), _sum(c * reward), _sum(c**2 * reward), _sum((c * reward) ** 2),
        _sum(d), _sum(d**2),
    )  # fmt: skip


def judged(sums: Sums, level: float = 0.95) -> Evaluation:
    """Estimates with intervals, or why there are none.

    Parameters
    ----------
    level : float
        Probability with which an interval holds the true value.
    """
    n, w = sums.n, sums.w
    refused = _refusal(sums)
    ips = snips = dr = None
    if refused is None:
        ips = _estimate(sums.cr / n, sums.c2r2 / n - (sums.cr / n) ** 2, n, level)
        value = sums.cr / sums.c
        spread = (sums.c2r2 - 2.0 * value * sums.c2r + value**2 * sums.c2) / n / (sums.c / n) ** 2
        snips = _estimate(value, spread, n, level)
        dr = _estimate(sums.d / n, sums.d2 / n - (sums.d / n) ** 2, n, level)
    return Evaluation(
        n=int(n),
        ips=ips,
        snips=snips,
        dr=dr,
        logged=_estimate(sums.r / n, sums.r2 / n - (sums.r / n) ** 2, n, level) if n > 0 else None,
        ess=ess_of(sums),
        mean_weight=w / n if n > 0 else 0.0,
        largest_share=sums.most / w if w > 0.0 else 0.0,
        clipped_mass=(w - sums.c) / w if w > 0.0 else 0.0,
        missing_share=_missing_share(sums),
        refused=refused,
    )


def ess_of(sums: Sums) -> float:
    """Effective number of decisions."""
    return sums.w**2 / sums.w2 if sums.w2 > 0.0 else 0.0


def anytime_half_width(spread: float, n: float, level: float) -> float:
    """Half the width of an asymptotic confidence sequence for a mean.

    Parameters
    ----------
    spread : float
        Variance of one value.

    Notes
    -----
    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2021, "Time-uniform central limit theory and asymptotic confidence sequences",
    theorem 2.2, with ρ chosen for 10,000 decisions.
    """
    alpha = 1.0 - level
    rho2 = (-2.0 * math.log(alpha) + math.log(-2.0 * math.log(alpha)) + 1.0) / _TUNED_TO
    over = n * rho2 + 1.0
    return math.sqrt(spread * 2.0 * over / (n * n * rho2) * math.log(math.sqrt(over) / alpha))


def _estimate(value: float, spread: float, n: float, level: float) -> Estimate:
    spread = max(0.0, spread) * n / max(1.0, n - 1.0)
    half = NormalDist().inv_cdf(0.5 + level / 2.0) * math.sqrt(spread / n)
    always = anytime_half_width(spread, n, level)
    return Estimate(value, value - half, value + half, value - always, value + always)


def _refusal(sums: Sums) -> str | None:
    """All that speaks against an estimate, in words."""
    n, w = sums.n, sums.w
    if n == 0.0:
        return "no decision has a probability"
    low, high = MEAN_WEIGHT
    checks = (
        (
            _missing_share(sums) > MOST_MISSING,
            f"{_missing_share(sums):.2%} of the decisions have no probability, at most {MOST_MISSING:.1%} may",
        ),
        (ess_of(sums) < LEAST_ESS, f"they are worth {ess_of(sums):.0f} decisions of the other policy, at least {LEAST_ESS:.0f} are needed"),
        (
            not low <= w / n <= high or not low <= sums.c / n <= high,
            (
                f"the mean weight is {w / n:.3f}, clipped {sums.c / n:.3f}; outside {low} to {high} the two policies hardly overlap, or "
                "the probabilities are wrong"
            ),
        ),
        (
            sums.most > MOST_SHARE * w,
            f"one decision has {sums.most / w if w else 1.0:.1%} of all weight, at most {MOST_SHARE:.0%} is trusted",
        ),
    )
    found = [words for fails, words in checks if fails]
    return "; ".join(found) if found else None


def _missing_share(sums: Sums) -> float:
    every = sums.n + sums.missing
    return sums.missing / every if every > 0.0 else 0.0


def _sum(values: NDArray[np.float64]) -> float:
    return float(values.sum(dtype=np.float64))
