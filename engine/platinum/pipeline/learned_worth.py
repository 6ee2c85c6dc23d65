"""What the learner knows of what customers are worth, as settings of a policy: look-alikes, and where tiers begin."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash
from platinum.policy.tables import MOST_CELLS, MOST_TIERS


def set_worth(settings: NDArray[np.void], worth: Mapping[str, Any]) -> None:
    """Write ``learn.worth.Worth.judged`` into SETTINGS[1]; cohorts by something else than the policy's are left out."""
    n = 0
    for cell in worth["cells"][:MOST_CELLS]:
        if cell["by"] is not None and name_hash(cell["by"]) != settings[0]["cohort_key"]:
            continue
        settings["cell_cohort"][0, n] = name_hash(cell["cohort"]) if cell["cohort"] else 0
        settings["cell_category"][0, n] = name_hash(cell["category"]) if cell["category"] else 0
        settings["cell_p90"][0, n] = cell["p90"]
        n += 1
    settings["n_cells"] = n
    tiers = int(settings[0]["n_tiers"])
    if not settings[0]["tier_parts"] or tiers == 0:
        return
    for measure, limits in worth["limits"].items():
        known = [math.inf if limits is None else limits[str(Fraction(i, tiers))] for i in range(1, tiers)]
        settings[f"tier_{measure}"] = (*known, *[math.inf] * (MOST_TIERS - tiers))
