"""What is usual in how people write, before the learner has read any: where the z-scores of treatment-formulas 3.2 start.

Means and spreads are assumed, for short messages to a shop; the learner replaces them by what it measures among a firm's own customers
(``learn.writing``). Which feature speaks for which dimension is assumed too, with these sources for the direction: formality by function
words, Heylighen and Dewaele 2002 (articles and prepositions against pronouns, verbs and adverbs); telling against asking and feeling
against control, Merrill and Reid 1981. ``tests/proof/prove_tone.py`` measures what comes of it among simulated people.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.vocabulary.manner import DIMENSIONS

#: Feature → (usual value, spread between people); words of a sentence and sentences of a text are logarithms, the others are per
#: sentence, text or word.
_START = {
    "sentence_length": (2.56, 0.40),
    "text_length": (1.6, 0.4),
    "word_length": (4.3, 0.4),
    "questions": (0.15, 0.15),
    "lively": (0.10, 0.20),
    "figures": (0.08, 0.12),
    "imperatives": (0.08, 0.10),
    "greetings": (0.5, 0.4),
    "bound": (-0.15, 0.10),
    "formal": (0.01, 0.03),
    "urgent": (0.01, 0.02),
    "feeling": (0.02, 0.02),
}
FEATURES = tuple(_START)
#: Dimension → features that speak for its upper end (or, below 0, its lower), and how much.
_EVIDENCE = {
    "assertive": {"questions": -1.0, "imperatives": 1.0},
    "responsive": {"lively": 1.0, "feeling": 1.0},
    "formality": {"formal": 1.0, "greetings": 0.5, "bound": 0.5, "word_length": 0.25, "lively": -0.25},
    "detail": {"text_length": 1.0, "figures": 0.5},
    "pace": {"urgent": 1.0, "sentence_length": -0.25},
}
MEANS: NDArray[np.float64] = np.array([mean for mean, _ in _START.values()])
SPREADS: NDArray[np.float64] = np.array([spread for _, spread in _START.values()])


def _weights() -> NDArray[np.float64]:
    """Weights [dimension, feature], scaled so that independent z-scores sum to one with spread 1."""
    weights = np.zeros((len(DIMENSIONS), len(FEATURES)))
    for d, dimension in enumerate(DIMENSIONS):
        for feature, weight in _EVIDENCE[dimension].items():
            weights[d, FEATURES.index(feature)] = weight
    scaled: NDArray[np.float64] = weights / np.sqrt((weights**2).sum(axis=1, keepdims=True))
    return scaled


WEIGHTS: NDArray[np.float64] = _weights()
#: Cohorts whose usual tone the tables have room for.
MOST_STYLE_COHORTS = 16
