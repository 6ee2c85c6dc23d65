"""``platinum.evaluate``: what another policy would have achieved, for whoever has a log as arrays (treatment-formulas 5.4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from platinum.errors import UsageError
from platinum.learn.off_policy import CLIP, Evaluation, judged, sums_of

#: Parts of a log, each of which is judged by what the others say of the actions.
_FOLDS = 5
_SUMS_TO_ONE = 1e-6
#: Of intervals; beyond, the form of the anytime-valid one has no number, or float64 none for the other.
_LEAST_LEVEL, _MOST_LEVEL = 0.5, 0.999999
#: Numbers beyond it are none of a reward, and their squares none of float64.
_MOST_REWARD = 1e100
#: Rewards that differ by less than this part of their size: what is subtracted in a variance is lost in rounding.
_LEAST_SPREAD = 1e-6
#: A target may so often do what the log never did.
_MOST_UNSEEN = 0.01
#: A probability so small is clipped whatever it is; smaller ones would overflow.
_LEAST_P = 1e-100


def evaluate(
    action: ArrayLike,
    reward: ArrayLike,
    p_chosen: ArrayLike,
    p_target: ArrayLike,
    q: ArrayLike | None = None,
    *,
    floor: float | None = None,
    level: float = 0.95,
) -> Evaluation:
    """Estimate the mean reward of a policy from the decisions of another one.

    Parameters
    ----------
    action : int[N]
        What was chosen, 0 to A − 1.
    reward : float[N]
    p_chosen : float[N]
        Probability with which it was chosen; NaN or 0 where that is not known.
    p_target : float[N, A]
        Probabilities of all actions under the policy that is asked about; each row sums to 1.
    q : float[N, A], optional
        Expected reward of every action, by a model that did not learn from that decision. When absent, the mean reward of each action in
        the other four fifths of the log.
    floor : float, optional
        Least probability with which the log explores: weights are clipped at 1/floor, at 20 when absent.
    level : float
        Probability with which each interval holds the true value, 0.5 to 0.999999.

    Returns
    -------
    Evaluation
        Estimates with intervals; or None in their place and, in ``refused``, why the log cannot say.

    Raises
    ------
    UsageError
        An array is not what is said here; the message names it.

    Notes
    -----
    Refused besides what ``learn.off_policy.judged`` refuses: a target that does what the log never did in more than 1 % of all cases.
    """
    every = _table("p_target", p_target)
    n, n_actions = every.shape
    chosen, got, p = _actions(action, n, n_actions), _row("reward", reward, n), _row("p_chosen", p_chosen, n, may_miss=True)
    if (np.abs(every.sum(axis=1) - 1.0) > _SUMS_TO_ONE).any() or (every < 0.0).any():
        raise UsageError("every row of p_target must be probabilities that sum to 1")
    if (p > 1.0 + _SUMS_TO_ONE).any():
        raise UsageError("p_chosen must be probabilities, at most 1")
    floor = None if floor is None else _number("floor", floor)
    if floor is not None and not 0.0 < floor <= 1.0:
        raise UsageError(f"floor must be above 0 and at most 1, got {floor}")
    level = _number("level", level)
    if not _LEAST_LEVEL <= level <= _MOST_LEVEL:
        raise UsageError(f"level must lie between {_LEAST_LEVEL} and {_MOST_LEVEL}, got {level}")
    known = np.flatnonzero(p > 0.0)  # NaN is not
    chosen, got, p, every = chosen[known], got[known], p[known], every[known]
    expected = means_of_others(chosen, got, n_actions) if q is None else _table("q", q, (n, n_actions))[known]
    _check_size("reward", got)
    _check_size("q", expected)
    if len(got) and 0.0 < float(np.ptp(got)) < _LEAST_SPREAD * float(np.abs(got).max()):
        raise UsageError("reward must differ by more than a millionth of its size: subtract what is common to all of it")
    at = np.arange(len(known))
    under, taken = (every * expected).sum(axis=1), expected[at, chosen]
    clip = CLIP if floor is None else 1.0 / floor
    found = judged(sums_of(got, every[at, chosen] / np.maximum(p, _LEAST_P), clip, (under, taken), n - len(known)), level)
    unseen = np.bincount(chosen, minlength=n_actions) == 0
    share = float(every[:, unseen].sum()) / max(1, len(known))
    if share <= _MOST_UNSEEN:
        return found
    said = f"{share:.1%} of what it would do the log never did, at most {_MOST_UNSEEN:.0%} may be"
    return found._replace(ips=None, snips=None, dr=None, refused="; ".join([*filter(None, [found.refused]), said]))


def _check_size(name: str, values: NDArray[np.float64]) -> None:
    if float(np.abs(values).max(initial=0.0)) > _MOST_REWARD:
        raise UsageError(f"{name} must lie between -{_MOST_REWARD:g} and {_MOST_REWARD:g}")


def _number(name: str, value: object) -> float:
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return float(value)
    raise UsageError(f"{name} must be a number, got {type(value).__name__}")


def means_of_others(action: NDArray[np.int64], reward: NDArray[np.float64], n_actions: int) -> NDArray[np.float64]:
    """float64[N, A]: mean reward of each action in the other parts of the log; of one that was not taken there, of all of them."""
    fold = np.arange(len(action)) % _FOLDS
    out = np.zeros((len(action), n_actions))
    for part in range(_FOLDS):
        others = fold != part
        sums = np.bincount(action[others], reward[others], n_actions)
        counts = np.bincount(action[others], minlength=n_actions)
        overall = float(reward[others].mean()) if others.any() else 0.0
        out[~others] = np.where(counts > 0, sums / np.maximum(counts, 1), overall)
    return out


def _actions(action: ArrayLike, n: int, n_actions: int) -> NDArray[np.int64]:
    chosen = np.asarray(action) if n else np.zeros(0, np.int64)
    if chosen.shape != (n,) or not np.issubdtype(chosen.dtype, np.integer):
        raise UsageError(f"action must be {n} whole numbers, one per row of p_target, got shape {chosen.shape} of {chosen.dtype}")
    if n and (chosen.min() < 0 or chosen.max() >= n_actions):
        raise UsageError(f"action must lie between 0 and {n_actions - 1}: p_target has {n_actions} columns")
    return chosen.astype(np.int64)


def _row(name: str, values: ArrayLike, n: int, may_miss: bool = False) -> NDArray[np.float64]:
    found = _numbers(name, values)
    if found.shape != (n,):
        raise UsageError(f"{name} must be {n} numbers, one per row of p_target, got shape {found.shape}")
    wrong = np.isinf(found) | (found < 0.0) if may_miss else ~np.isfinite(found)
    if wrong.any():
        raise UsageError(f"{name} must be {'numbers from 0, or NaN' if may_miss else 'finite numbers'}; row {int(wrong.argmax())} is not")
    return found


def _table(name: str, values: ArrayLike, shape: tuple[int, int] | None = None) -> NDArray[np.float64]:
    found = _numbers(name, values)
    if found.ndim != 2 or found.shape[1] == 0 or (shape is not None and found.shape != shape):
        raise UsageError(f"{name} must have one row per decision and one column per action, got shape {found.shape}")
    if not np.isfinite(found).all():
        raise UsageError(f"{name} must be finite numbers")
    return found


def _numbers(name: str, values: ArrayLike) -> NDArray[np.float64]:
    try:
        found = np.asarray(values)
        if found.dtype.kind in "cmM":
            raise UsageError(f"{name} must be real numbers, got {found.dtype}")
        return found.astype(np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"{name} must be numbers") from None
