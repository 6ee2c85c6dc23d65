"""What the learner knows of giving and getting, as settings of a policy: what is usual in each cohort, and who may meet whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.learn.cohorts import THOUSANDTHS
from platinum.numeric import log
from platinum.policy.tables import MOST_BONDS, MOST_INTRODUCED

#: A cohort of fewer people's months, faded, says nothing.
KNOWN_FROM = 20.0


def set_bonds(settings: NDArray[np.void], cohorts: Mapping[str, Any]) -> None:
    """Write the median balance of each cohort (``learn.cohorts.Cohorts.judged``) into SETTINGS[1]; those by something else are left out."""
    n = 0
    for name, one in cohorts.items():
        by, _, cohort = name.partition(": ")
        ratio = one.get("ratio")  # a snapshot of before it was compared has none
        if not cohort or name_hash(by) != settings[0]["cohort_key"] or ratio is None or ratio["n"] < KNOWN_FROM or n == MOST_BONDS:
            continue
        settings["bond_cohorts"][0, n], settings["bond_median"][0, n] = name_hash(cohort), _logarithm(float(ratio["median"]))
        n += 1
    settings["n_bonds"] = n


def _logarithm(thousandths: float) -> float:
    """Natural logarithm of a ratio; what lies below the first bin is its upper end."""
    return float(log(max(thousandths, 1.0 / 64.0) / THOUSANDTHS))


def set_introductions(settings: NDArray[np.void], proposed: Sequence[Sequence[Any]], names: Mapping[int, str]) -> None:
    """Write whom the learner proposes to whom (``learn.community.Community.introductions``) into SETTINGS[1].

    Interests that the policy, with its ``names``, does not have any more are left out.
    """
    n = 0
    for who, interest, to in proposed[:MOST_INTRODUCED]:
        by = name_hash(interest)
        if by in names:
            settings["introduced_who"][0, n], settings["introduced_to"][0, n], settings["introduced_by"][0, n] = who, to, by
            n += 1
    settings["n_introduced"] = n
