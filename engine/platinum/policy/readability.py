"""How hard a text is to read, as a school grade, by a measure that fits its language (treatment-formulas 3.5).

English: Flesch-Kincaid grade (Kincaid et al. 1975). German: first Wiener Sachtextformel (Bamberger and Vanecek 1984). Other languages:
LIX (Björnsson 1968), which counts letters and not syllables, in grades after Anderson (1983). Syllables are counted as groups of
vowels, which is what the formulas' own authors counted by hand to within a few percent.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:[''-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?;:]+(?=\s|$)|\n+")
_VOWELS = {"en": re.compile(r"[aeiouy]+"), "de": re.compile(r"[aeiouyäöü]+")}
#: LIX up to which a grade reads it.
_LIX_GRADES = (10, 15, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56)


def grade(text: str, language: str) -> float:
    """School grade that reads a text; 0 for one without words."""
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return 0.0
    sentences = max(1, len([part for part in _SENTENCE.split(text) if part and part.strip()]))
    if language == "en":
        found = 0.39 * len(words) / sentences + 11.8 * sum(syllables(word, "en") for word in words) / len(words) - 15.59
    elif language == "de":
        found = _wiener(words, len(words) / sentences)
    else:
        lix = len(words) / sentences + 100.0 * sum(len(word) > 6 for word in words) / len(words)
        found = float(1 + sum(lix > limit for limit in _LIX_GRADES))
    return max(1.0, found)


def _wiener(words: list[str], per_sentence: float) -> float:
    counts = [syllables(word, "de") for word in words]
    many = 100.0 * sum(count >= 3 for count in counts) / len(words)
    single = 100.0 * sum(count == 1 for count in counts) / len(words)
    long = 100.0 * sum(len(word) > 6 for word in words) / len(words)
    return 0.1935 * many + 0.1672 * per_sentence + 0.1297 * long - 0.0327 * single - 0.875


def syllables(word: str, language: str) -> int:
    """Groups of vowels; in English a final e that is not heard is none."""
    found = len(_VOWELS[language].findall(word))
    if language == "en" and re.search(r"[^aeiouyl]e$", word) and found > 1:
        found -= 1
    return max(1, found)
