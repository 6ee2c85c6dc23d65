"""A customer's own words to style counters; the words themselves go no further (treatment-formulas 3.2).

One pass of one expression that cannot backtrack, over at most ``MAX_READ`` characters, so the time is bounded whatever is sent.
Function words, imperatives and greetings are counted in English and German; the other counters need no language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from platinum.events.manner_words import MARKED, MARKS
from platinum.events.style_words import CATEGORIES, LEXICONS, Lexicon

#: Characters of a text that are read; style shows long before.
MAX_READ = 16_384
#: What is counted of one text, which itself is dropped: ``name`` of an item of its event is the place in here, ``amount`` the count.
#: Sentences that ask or exclaim, those that open with a bare verb or ask with please, 1 if the text opens with a greeting; words of the
#: function-word categories, out of ``known_words`` in languages that have a lexicon.
COUNTERS = (
    *("words", "sentences", "letters", "questions", "exclamations", "emoji", "greetings", "imperatives", "figures", "known_words"),
    *(f"{category}_words" for category in CATEGORIES),
    *(f"{mark}_marks" for mark in MARKS),
)

# Every alternative begins with another class of characters, and none can fail once begun.
_TOKEN = re.compile(
    r"(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<figure>\d+(?:[.,:]\d+)*)"
    r"|(?P<stop>[.!?…]+)"
    r"|(?P<line>\n+)"
    r"|(?P<emoji>[\U0001F300-\U0001FAFF\u2600-\u27BF]|[:;]-?[()DP])"
)
_NO_LEXICON = Lexicon({}, frozenset(), {})
_AUXILIARY = CATEGORIES.index("auxiliary")
_NEGATION = CATEGORIES.index("negation")
_SHORT_VERBS = frozenset(("m", "re", "ve", "ll", "d"))
_AFTER_STOP = frozenset(" \n\t\r\"'”»)")


class _Counting:
    """Counters of one text while it is read."""

    __slots__ = (
        *("emoji", "exclamations", "figures", "greetings", "imperatives", "letters"),
        *("lexicon", "marked", "marks", "questions", "sentence", "sentences", "words"),
    )

    def __init__(self, lexicon: Lexicon, marked: Mapping[str, tuple[int, ...]]) -> None:
        self.lexicon, self.marked = lexicon, marked
        self.words, self.marks = [0] * len(CATEGORIES), [0] * len(MARKS)
        self.letters = self.sentences = self.questions = self.exclamations = self.emoji = self.greetings = self.imperatives = 0
        self.figures = 0
        self.sentence = ""  # first word of the sentence being read

    def word(self, word: str) -> None:
        """Count one word by its categories and marks; English contractions are two."""
        for index in self.marked.get(word, ()):
            self.marks[index] += 1
        stem, _, ending = word.partition("'")
        if ending == "t" and stem.endswith("n"):
            self.words[_AUXILIARY] += 1
            self.words[_NEGATION] += 1
            return
        for index in self.lexicon.categories.get(stem, ()):
            self.words[index] += 1
        if ending in _SHORT_VERBS:
            self.words[_AUXILIARY] += 1

    def end_sentence(self, stop: str) -> None:
        """Close the sentence being read, if there is one."""
        if not self.sentence:
            return
        self.sentences += 1
        asked = "?" in stop
        self.questions += asked
        self.exclamations += "!" in stop
        self.imperatives += not asked and self.sentence in self.lexicon.imperatives
        self.sentence = ""


def count_style(text: str, language: str) -> tuple[int, ...]:
    """Counters of ``text`` in the order of ``COUNTERS``.

    Parameters
    ----------
    text : str
        Read up to ``MAX_READ`` characters.
    language : str
        Tag or locale such as ``de-AT``; ``""`` = unknown.
    """
    primary = language[:2].lower() if len(language) == 2 or language[2:3] in ("-", "_") else ""
    lexicon = LEXICONS.get(primary, _NO_LEXICON)
    counting = _Counting(lexicon, MARKED.get(primary, {}))
    read = text[:MAX_READ]
    words = 0
    first_words: list[str] = []
    for token in _TOKEN.finditer(read):
        kind, found = token.lastgroup, token[0]
        if kind == "word":
            word = found.lower().replace("’", "'")
            words += 1
            counting.letters += len(found)
            counting.sentence = counting.sentence or word
            if lexicon is not _NO_LEXICON:
                counting.word(word)
            if words <= 2:
                first_words.append(word)
        elif kind == "emoji":
            counting.emoji += 1
        elif kind == "figure":
            counting.figures += 1
        elif kind == "line" or token.end() == len(read) or read[token.end()] in _AFTER_STOP:
            counting.end_sentence(found)
    counting.end_sentence("")
    c = counting
    c.greetings = _greets(first_words, lexicon)
    known = 0 if lexicon is _NO_LEXICON else words
    head = (words, c.sentences, c.letters, c.questions, c.exclamations, c.emoji, c.greetings, c.imperatives, c.figures, known)
    return (*head, *c.words, *c.marks)


def _greets(first_words: list[str], lexicon: Lexicon) -> int:
    if not first_words or first_words[0] not in lexicon.greetings:
        return 0
    followers = lexicon.greetings[first_words[0]]
    return int(not followers or first_words[-1] in followers)
