"""How somebody writes, told to the learner: what is usual among a firm's customers comes of it (treatment-formulas 3.2).

Told when enough of their words are known for the first time, and once in each of their months after that (``profile.standing``), so that
who writes much does not count much. No word and no customer is in it: twelve z-scores, rounded to a sixteenth.
"""

from __future__ import annotations

import numpy as np

from platinum.jit import constant, inner
from platinum.policy.style_norms import FEATURES
from platinum.policy.tables import Tables
from platinum.profile.entries import MAX_MORE, WRITING
from platinum.profile.facts import tell_of
from platinum.profile.manner import start_z
from platinum.profile.row import Record, wide
from platinum.profile.standing import cohort_of, month_of
from platinum.vocabulary.codes import Fact

#: Words from which on somebody's writing is told of; steps of a z-score.
LEAST_WORDS, STEPS = 100.0, 16
_WORDS, _N_FEATURES, _EIGHT = WRITING.index("words"), len(FEATURES), 8
_WRITING, _BYTE = constant(Fact.WRITING), np.uint64(0xFF)


@inner
def tell_writing(row: Record, more: Record, words_before: float, before_ms: int, at_ms: int, tables: Tables) -> None:
    """Tell how they write, if enough is known for the first time or in a new month; ``row`` is as after the text."""
    if more.shape[0] == 1 or more[0]["told"] >= MAX_MORE or row["writing"][_WORDS] < LEAST_WORDS:
        return
    if words_before >= LEAST_WORDS and before_ms >= month_of(row, at_ms):
        return
    tell_of(more, _WRITING, cohort_of(row, at_ms, tables), at_ms, 1.0, 0.0)
    fact = more[0]["entries"][more[0]["told"] - 1]
    fact["owner"] = tables.settings[0]["cohort_key"]
    fact["ref"], fact["due_ms"] = packed(row, 0), np.int64(packed(row, _EIGHT))


@inner
def packed(row: Record, first: int) -> np.uint64:
    """Eight z-scores from the ``first`` on, a signed byte each."""
    found = np.uint64(0)
    for k in range(first, min(first + _EIGHT, _N_FEATURES)):
        z = start_z(row["writing"], k)
        step = wide(np.rint(z * STEPS)) if z == z else 0
        found |= (np.uint64(step) & _BYTE) << np.uint64(8 * (k - first))
    return found
