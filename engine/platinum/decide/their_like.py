"""The tone for somebody of whom nobody knows how they like to be spoken to: the one that their like take oftenest (design 8).

With ``exploration.tone``, a share of these decisions draws the tone evenly instead, so that it can be learned at all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from platinum.decide.arms import is_spared
from platinum.decide.explore import draw_seed, unit
from platinum.jit import constant, inner, int64, uint64
from platinum.profile.standing import cohort_of
from platinum.vocabulary.arms import Arm

Record = Any

#: Whether and which tone is tried out; independent of the other draws of one decision.
LAYER_TONE = uint64(107)
_SAME, _NOT_LEARNED, _EVERYBODY = constant(Arm.SAME_FOR_ALL), constant(-1), constant(0)


@inner
def look_at_tones(row: Record, trigger: Record, tables: Any, person: Record) -> None:
    """Fill ``tone_lifts`` and ``tone_draw``; after it is known who is spared, and in which arm."""
    settings = tables.settings[0]
    person["tone_lifts"], person["tone_draw"] = _NOT_LEARNED, -1.0
    if settings["tones_learned"] != 0 and person["arm"] != _SAME:
        person["tone_lifts"] = lifts_of(row, int64(trigger["now_ms"]), tables)
    share = settings["tone_trial"]
    if share > 0.0 and not is_spared(person):
        u = np.float64(unit(draw_seed(trigger["ref"], settings["policy"], LAYER_TONE)))
        if u < share:
            person["tone_draw"] = u / share


@inner
def lifts_of(row: Record, now_ms: int, tables: Any) -> int:
    """Row of ``SETTINGS.tone_lift`` of their cohort; everybody's where none is known of it."""
    settings = tables.settings[0]
    if settings["n_tone_cohorts"] > 0:
        name = cohort_of(row, now_ms, tables)
        for c in range(settings["n_tone_cohorts"]):
            if settings["tone_cohorts"][c] == name:
                return int(c + 1)
    return int(_EVERYBODY)
