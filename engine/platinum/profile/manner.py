"""How somebody likes to be spoken to, from what is known of it (treatment-formulas 3.2).

Every rate of their writing becomes a z-score against what is usual; a dimension is a weighted sum of a few of them. An employee's note
counts like a text of so many words, and a reading like one of fewer. What is known is drawn to what is usual in their cohort as if that
were ``N0`` words, so somebody of whom nothing is known is treated like their cohort, with confidence 0.
"""

from __future__ import annotations

import math

import numpy as np

from platinum.jit import constant, inner, kernel
from platinum.numeric import log1p
from platinum.policy.style_norms import FEATURES, MEANS, SPREADS, WEIGHTS
from platinum.policy.tables import Tables
from platinum.profile.decay import decayed
from platinum.profile.entries import WRITING
from platinum.profile.row import Record, wide
from platinum.profile.standing import cohort_of
from platinum.profile.style import HALF_LIFE_MS
from platinum.vocabulary.manner import DIMENSIONS

#: Words that what is usual is worth (start); what a note and a reading are worth, in words: a note says one thing for certain.
N0, NOTE_WORDS, READING_WORDS = 150.0, 75.0, 40.0
#: Share of what they are shown that people usually read, and its spread (start).
READ_MEAN, READ_SPREAD = 0.5, 0.25
#: z-scores beyond this say no more.
MOST_Z = 3.0
_TEXTS, _WORDS, _SENTENCES, _LETTERS, _QUESTIONS, _LIVELY, _GREETINGS, _IMPERATIVES, _FIGURES = (constant(i) for i in range(9))
_KNOWN, _BOUND, _LOOSE, _FORMAL, _FAMILIAR, _URGENT, _CALM, _FEELING = (constant(i) for i in range(9, 17))
_N_FEATURES, _N_DIMENSIONS = len(FEATURES), len(DIMENSIONS)
_DETAIL = DIMENSIONS.index("detail")

MANNER = np.dtype(
    [
        ("tone", "<f8", (_N_DIMENSIONS,)),  # -1 to 1
        ("confidence", "<f8", (_N_DIMENSIONS,)),  # 0 to 1: n / (n + n0)
        ("z", "<f8", (_N_FEATURES,)),  # of the writing; 0 where there is none
    ]
)
if WRITING[:2] != ("texts", "words") or len(WRITING) != 17:
    raise TypeError("profile.manner reads row['writing'] by place")


@inner
def ratio(w: Record, above: int, below: int) -> float:
    """Counters ``above`` per ``below``; NaN where there are none of those."""
    return float(w[above] / w[below]) if w[below] > 0.0 else math.nan


@inner
def rate_of(w: Record, k: int) -> float:
    """The ``k``-th of ``FEATURES`` of these counters; NaN where they do not say."""
    if k == 0:
        return log1p(ratio(w, _WORDS, _SENTENCES))
    if k == 1:
        return log1p(ratio(w, _SENTENCES, _TEXTS))
    if k == 2:
        return ratio(w, _LETTERS, _WORDS)
    if k == 3:
        return ratio(w, _QUESTIONS, _SENTENCES)
    if k == 4:
        return ratio(w, _LIVELY, _SENTENCES)
    if k == 5:
        return ratio(w, _FIGURES, _SENTENCES)
    return lexical_rate(w, k) if w[_KNOWN] > 0.0 else math.nan


@inner
def lexical_rate(w: Record, k: int) -> float:
    """Those that need the words of a language."""
    if k == 6:
        return ratio(w, _IMPERATIVES, _SENTENCES)
    if k == 7:
        return ratio(w, _GREETINGS, _TEXTS)
    if k == 8:
        return ratio(w, _BOUND, _KNOWN) - ratio(w, _LOOSE, _KNOWN)
    if k == 9:
        return ratio(w, _FORMAL, _KNOWN) - ratio(w, _FAMILIAR, _KNOWN)
    if k == 10:
        return ratio(w, _URGENT, _KNOWN) - ratio(w, _CALM, _KNOWN)
    return ratio(w, _FEELING, _KNOWN)


@inner
def start_z(w: Record, k: int) -> float:
    """z-score against the norms that we start with; NaN where nothing is known."""
    z = (rate_of(w, k) - MEANS[k]) / SPREADS[k]
    return float(min(max(z, -2.0 * MOST_Z), 2.0 * MOST_Z)) if z == z else math.nan


@kernel
def look_at_manner(row: Record, now_ms: int, tables: Tables, manner: Record) -> None:
    """Fill MANNER: tone and confidence per dimension, as of ``now_ms``."""
    settings, fade = tables.settings[0], decayed(1.0, wide(row["style_as_of_ms"]), now_ms, HALF_LIFE_MS)
    words, read = fade * row["writing"][_WORDS], fade * row["read_n"]
    for k in range(_N_FEATURES):
        z = (start_z(row["writing"], k) - settings["style_mean"][k]) / settings["style_spread"][k]
        manner["z"][k] = min(max(z, -MOST_Z), MOST_Z) if z == z else 0.0
    cohort = cohort_place(row, now_ms, tables)
    for d in range(_N_DIMENSIONS):
        n, sum_ = words, words * tone_of_writing(manner["z"], d)
        n += fade * NOTE_WORDS * row["noted_n"][d]
        sum_ += fade * NOTE_WORDS * row["noted"][d]
        if d == _DETAIL and read > 0.0:
            share = (row["read_share"] / row["read_n"] - READ_MEAN) / READ_SPREAD
            n += READING_WORDS * read
            sum_ += READING_WORDS * read * min(max(0.5 * share, -1.0), 1.0)
        usual = settings["style_tone"][cohort, d] if cohort >= 0 else 0.0
        manner["tone"][d] = (sum_ + N0 * usual) / (n + N0)
        manner["confidence"][d] = n / (n + N0)


@inner
def tone_of_writing(z: Record, d: int) -> float:
    """One dimension from z-scores: two standard deviations are the end of the scale."""
    sum_ = 0.0
    for k in range(_N_FEATURES):
        sum_ += WEIGHTS[d, k] * z[k]
    return min(max(0.5 * sum_, -1.0), 1.0)


@inner
def cohort_place(row: Record, now_ms: int, tables: Tables) -> int:
    """Index of their cohort among those whose tone the learner knows, -1 = it knows none of it."""
    settings = tables.settings[0]
    if settings["n_style_cohorts"] == 0:
        return -1
    name = cohort_of(row, now_ms, tables)
    for i in range(settings["n_style_cohorts"]):
        if settings["style_cohorts"][i] == name:
            return i
    return -1
