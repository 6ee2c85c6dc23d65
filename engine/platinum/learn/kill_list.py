"""Which processes make the same people work more than others do: the kill list, and the keep list (treatment-formulas 3.3).

Means per process mislead: who finds everything hard crowds some processes, and those then look bad. So each person is their own
measure. The model: effort of a contact = (what this person finds everything to be) x (what this process is), a Poisson regression with
an effect per person. Conditional on each person's sum the person drops out, so nothing has to be known or assumed about people; only
those who met two processes or more say anything. Errors are clustered by person (a sandwich), so they need not be Poisson.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Chance that any process is listed although it is like the others.
ALPHA = 0.05
#: Less than so many times the usual effort, or its reverse, is not worth a list.
MARGIN = 1.1
#: Fewer contacts of people who can be compared say nothing.
LEAST_CONTACTS = 30
_MOST_ROUNDS = 500


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one process (or channel, or action).

    Attributes
    ----------
    name : int
        Name hash.
    contacts, persons : int
        Of people who met others too; only they are compared.
    mean_points : float
        Plain mean of points per contact, over everybody: for the record, it misleads.
    ratio, low, high : float
        Times the effort that the same people have at the usual one; interval corrected for the number of processes.
    added_index : float
        Effort index that its contacts would not have had at the usual one, summed over contacts; negative = saved.
    verdict : str
        ``kill``, ``keep``, or ``""``.
    """

    name: int
    contacts: int
    persons: int
    mean_points: float
    ratio: float
    low: float
    high: float
    added_index: float
    verdict: str


def found_of(met: NDArray[np.void], by: str = "process") -> list[Found]:
    """Every process that can be compared, the worst first.

    Parameters
    ----------
    met : MET[*]
    by : str
        ``process``, ``channel`` or ``action``. By action, "none before" (0) is one of those compared.
    """
    met = met if by == "action" else met[met[by] != 0]
    names, which = np.unique(met[by], return_inverse=True)
    n, y = _sums(met, which, len(names))
    kept = _connected(n, y)
    n, y = n[:, kept], y[:, kept]
    informs = ((n > 0).sum(1) >= 2) & (y.sum(1) > 0.0)
    n, y = n[informs], y[informs]
    if len(kept) < 2 or not len(n):
        return []
    effect = _fit(n, y)
    error = _errors(n, y, effect)
    effect = effect - float(np.median(effect))
    z = NormalDist().inv_cdf(1.0 - ALPHA / (2.0 * len(kept)))
    rows = [_found(met[which == k], int(names[k]), n[:, i], (float(effect[i]), float(error[i]), z)) for i, k in enumerate(kept.tolist())]
    return sorted(rows, key=lambda one: (-one.ratio, one.name))


def _sums(met: NDArray[np.void], which: NDArray[np.int64], k: int) -> tuple[Floats, Floats]:
    """(contacts, points) of each person at each process, float64[persons, k]."""
    _, person = np.unique(met["person"], return_inverse=True)
    shape = (int(person.max()) + 1 if len(met) else 0, k)
    n, y = np.zeros(shape), np.zeros(shape)
    np.add.at(n, (person, which), 1.0)
    np.add.at(y, (person, which), met["points"])
    return n, y


def _connected(n: Floats, y: Floats) -> NDArray[np.int64]:
    """Processes with enough contacts of people who met others, all linked by people to the largest of them."""
    comparable = ((n > 0).sum(1) >= 2) & (y.sum(1) > 0.0)
    enough = (n[comparable].sum(0) >= LEAST_CONTACTS) & (y[comparable].sum(0) > 0.0)
    if not enough.any():
        return np.zeros(0, np.int64)
    both = n[comparable][:, enough] > 0
    links = (both.T.astype(np.int64) @ both.astype(np.int64)) > 0
    reach = np.zeros(int(enough.sum()), bool)
    reach[int(np.argmax(n[:, enough].sum(0)))] = True
    for _ in range(len(reach)):
        reach = links[:, reach].any(1)
    return np.flatnonzero(enough)[reach]


def _fit(n: Floats, y: Floats) -> Floats:
    """Log effects of processes that make the people's sums come true; mean 0 (iterative proportional fitting)."""
    times, totals, sums = np.ones(n.shape[1]), y.sum(1), y.sum(0)
    for _ in range(_MOST_ROUNDS):
        person = totals / (n @ times)
        fresh = sums / (person @ n)
        fresh /= math.exp(float(np.mean(np.log(fresh))))
        done = float(np.max(np.abs(fresh / times - 1.0))) < 1e-10
        times = fresh
        if done:
            break
    log: Floats = np.log(times)
    return log


def _errors(n: Floats, y: Floats, effect: Floats) -> Floats:
    """Standard errors of ``effect``, people being what is drawn."""
    share = n * np.exp(effect)
    share /= share.sum(1, keepdims=True)
    totals = y.sum(1, keepdims=True)
    score = y - totals * share
    information = np.diag((totals * share).sum(0)) - (totals * share).T @ share
    inverse = np.linalg.pinv(information, hermitian=True)
    # Few people make a sandwich too thin; the usual correction for clusters.
    thin = len(n) / max(1, len(n) - n.shape[1])
    errors: Floats = np.sqrt(thin * np.diag(inverse @ (score.T @ score) @ inverse))
    return errors


def _found(here: NDArray[np.void], name: int, n: Floats, estimate: tuple[float, float, float]) -> Found:
    effect, error, z = estimate
    low, high, ratio = math.exp(effect - z * error), math.exp(effect + z * error), math.exp(effect)
    verdict = "kill" if low > MARGIN else "keep" if high < 1.0 / MARGIN else ""
    added = float(here["index"].sum()) * (1.0 - 1.0 / ratio)
    return Found(name, int(n.sum()), int((n > 0).sum()), float(here["points"].mean()), ratio, low, high, added, verdict)
