"""What was learned of tones, as decisions read it (``learn.tones``, ``decide.their_like``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.hashing import name_hash


def set_tones(settings: NDArray[np.void], tones: NDArray[np.void], taught: Mapping[str, Any] | None) -> None:
    """Write into SETTINGS[1] how much oftener than expected each tone (TONE[T]) is taken, by everybody and per cohort."""
    known = (taught or {}).get("tones")
    if not known or not known["all"]:
        return
    at = {int(name): t for t, name in enumerate(tones["name"].tolist())}
    lifts = settings["tone_lift"][0]
    lifts[:] = 1.0
    _write(lifts, known["all"], at)
    for c, (cohort, own) in enumerate(known["cohorts"].items()):
        settings["tone_cohorts"][0, c] = name_hash(cohort)
        _write(lifts[c + 1 : c + 2], own, at)
    settings["n_tone_cohorts"], settings["tones_learned"] = len(known["cohorts"]), 1


def _write(rows: NDArray[np.float64], lifts: Mapping[str, float], at: Mapping[int, int]) -> None:
    """Write lifts by name into all of ``rows``; a tone that the policy does not have any more is left out."""
    for name, lift in lifts.items():
        t = at.get(name_hash(name), -1)
        if t >= 0:
            rows[:, t] = lift
