"""How somebody writes, reads, and is noted to like being spoken to: fading counters (treatment-formulas 3.2, 5.5).

The text itself never comes here: an event brings what was counted of it (``events.style.COUNTERS``). Of who objects to it, nothing is
kept, and what was kept is wiped: a row of theirs has the same bytes whatever they write.
"""

from __future__ import annotations

import numpy as np

from platinum.events.style import COUNTERS
from platinum.jit import constant, inner
from platinum.numeric import decay
from platinum.profile.consent import may_profile, standing
from platinum.profile.decay import add_decayed
from platinum.profile.entries import WRITING
from platinum.profile.row import Record, wide
from platinum.vocabulary.codes import Purpose
from platinum.vocabulary.manner import DIMENSIONS

#: Tone fades like this (treatment-formulas 5.5, start).
HALF_LIFE_MS = 90.0 * 86_400_000
_BOUND, _LOOSE = ("article", "preposition"), ("personal_pronoun", "impersonal_pronoun", "auxiliary", "adverb")
_TOGETHER = {
    "exclamations": "lively",
    "emoji": "lively",
    **{f"{category}_words": "bound_words" for category in _BOUND},
    **{f"{category}_words": "loose_words" for category in _LOOSE},
}
#: Counter of a text → place in ``row["writing"]``, -1 = not kept.
PLACES = np.array([WRITING.index(of) if (of := _TOGETHER.get(name, name)) in WRITING else -1 for name in COUNTERS], np.int64)
_TEXTS = constant(WRITING.index("texts"))
_STYLE, _EVERYWHERE = constant(Purpose.STYLE), constant(0)
_N_COUNTERS, _N_DIMENSIONS = len(COUNTERS), len(DIMENSIONS)


@inner
def may_look_at_style(row: Record) -> bool:
    """Whether how they write may be looked at: no objection to that, nor to profiling or everything."""
    return bool(standing(row, _STYLE, _EVERYWHERE)[0] >= 0 and may_profile(row, _EVERYWHERE))


@inner
def add_text(row: Record, event: Record, items: Record, fade: float) -> None:
    """Add the counters of one text."""
    row["writing"][_TEXTS] += fade
    for i in range(wide(event["item_start"]), wide(event["item_start"] + event["item_count"])):
        counter = wide(items[i]["name"])
        if counter < _N_COUNTERS and PLACES[counter] >= 0:
            row["writing"][PLACES[counter]] += fade * items[i]["amount"]


@inner
def add_note(row: Record, tag: int, fade: float) -> None:
    """Add a tag (``vocabulary.manner.TAGS``): a dimension counted from 1, below 0 for its lower end."""
    dimension = abs(tag) - 1
    if 0 <= dimension < _N_DIMENSIONS:
        row["noted_n"][dimension] += fade
        row["noted"][dimension] += fade if tag > 0 else -fade


@inner
def age_style(row: Record, to_ms: int) -> None:
    """Let everything hold as of ``to_ms`` if that is later."""
    as_of_ms = wide(row["style_as_of_ms"])
    if to_ms <= as_of_ms:
        return
    fade = decay(float(to_ms - as_of_ms), HALF_LIFE_MS) if as_of_ms > 0 else 0.0
    for i in range(row["writing"].shape[0]):
        row["writing"][i] *= fade
    for d in range(_N_DIMENSIONS):
        row["noted"][d] *= fade
        row["noted_n"][d] *= fade
    row["read_n"] *= fade
    row["read_share"] *= fade
    row["style_as_of_ms"] = to_ms


@inner
def wipe_style(row: Record) -> None:
    """Forget all of it."""
    row["style_as_of_ms"] = 0
    for i in range(row["writing"].shape[0]):
        row["writing"][i] = 0.0
    for d in range(_N_DIMENSIONS):
        row["noted"][d] = 0.0
        row["noted_n"][d] = 0.0
    row["read_n"] = 0.0
    row["read_share"] = 0.0


@inner
def merge_style(row: Record, other: Record) -> None:
    """What both histories have, unless either objects to it; the consents are merged before."""
    if not may_look_at_style(row):
        wipe_style(row)
        return
    at_ms = wide(other["style_as_of_ms"])
    if at_ms == 0:
        return
    age_style(row, at_ms)
    as_of_ms = wide(row["style_as_of_ms"])
    for i in range(row["writing"].shape[0]):
        row["writing"][i] = add_decayed(row["writing"][i], as_of_ms, other["writing"][i], at_ms, HALF_LIFE_MS)
    for d in range(_N_DIMENSIONS):
        row["noted"][d] = add_decayed(row["noted"][d], as_of_ms, other["noted"][d], at_ms, HALF_LIFE_MS)
        row["noted_n"][d] = add_decayed(row["noted_n"][d], as_of_ms, other["noted_n"][d], at_ms, HALF_LIFE_MS)
    row["read_n"] = add_decayed(row["read_n"], as_of_ms, other["read_n"], at_ms, HALF_LIFE_MS)
    row["read_share"] = add_decayed(row["read_share"], as_of_ms, other["read_share"], at_ms, HALF_LIFE_MS)
