"""Slow twin of ``profile.style`` and ``profile.manner``: how somebody likes to be spoken to, from the list of what was heard of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from platinum.hashing import name_hash
from platinum.profile.entries import WRITING

DAY = 86_400_000
DIMENSIONS = ("assertive", "responsive", "formality", "detail", "pace")
#: Feature → usual value and spread (policy.style_norms, "start").
NORMS = {
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
EVIDENCE = {
    "assertive": {"questions": -1.0, "imperatives": 1.0},
    "responsive": {"lively": 1.0, "feeling": 1.0},
    "formality": {"formal": 1.0, "greetings": 0.5, "bound": 0.5, "word_length": 0.25, "lively": -0.25},
    "detail": {"text_length": 1.0, "figures": 0.5},
    "pace": {"urgent": 1.0, "sentence_length": -0.25},
}


@dataclass
class Heard:
    """What was heard: (when, counters by name), (when, dimension, ±1), (when, share)."""

    texts: list[tuple[int, Mapping[str, float]]] = field(default_factory=list)
    notes: list[tuple[int, str, int]] = field(default_factory=list)
    readings: list[tuple[int, float]] = field(default_factory=list)


def weight(at_ms: int, now_ms: int) -> float:
    return math.pow(0.5, max(0, now_ms - at_ms) / (90 * DAY))


@dataclass
class Known:
    """What is left of it at an instant: counters by name, (sum, how many) of the notes per dimension, (shares, how many) of readings."""

    counted: dict[str, float]
    noted: dict[str, tuple[float, float]]
    read: tuple[float, float]


def known_from(heard: Heard, now_ms: int) -> Known:
    """Every text, note and reading, each with what time has left of it."""

    def total(*names: str) -> float:
        return math.fsum(weight(at, now_ms) * counted.get(name, 0.0) for at, counted in heard.texts for name in names)

    names = ("words", "sentences", "letters", "questions", "greetings", "imperatives", "figures", "known_words")
    counted = {name: total(name) for name in (*names, *(f"{mark}_marks" for mark in ("formal", "familiar", "urgent", "calm", "feeling")))}
    counted |= {"texts": math.fsum(weight(at, now_ms) for at, _ in heard.texts), "lively": total("exclamations", "emoji")}
    counted["bound_words"] = total("article_words", "preposition_words")
    counted["loose_words"] = total("personal_pronoun_words", "impersonal_pronoun_words", "auxiliary_words", "adverb_words")
    noted = {}
    for dimension in DIMENSIONS:
        mine = [(weight(at, now_ms), sign) for at, of, sign in heard.notes if of == dimension]
        noted[dimension] = (math.fsum(w * sign for w, sign in mine), math.fsum(w for w, _ in mine))
    read = [(weight(at, now_ms), share) for at, share in heard.readings]
    return Known(counted, noted, (math.fsum(w * share for w, share in read), math.fsum(w for w, _ in read)))


def known_of_row(row: Any, now_ms: int) -> Known:
    """The same, of a row."""
    w = weight(int(row["style_as_of_ms"]), now_ms)
    counted = {name: w * float(x) for name, x in zip(WRITING, row["writing"], strict=True)}
    noted = {name: (w * float(row["noted"][d]), w * float(row["noted_n"][d])) for d, name in enumerate(DIMENSIONS)}
    return Known(counted, noted, (w * float(row["read_share"]), w * float(row["read_n"])))


def rates(c: Mapping[str, float]) -> dict[str, float]:
    """Each feature that the counters say something about."""
    found: dict[str, float] = {}
    if c["sentences"] > 0:
        found |= {"sentence_length": math.log(1 + c["words"] / c["sentences"])}
        found |= {name: c[name] / c["sentences"] for name in ("questions", "lively", "figures")}
    if c["texts"] > 0:
        found["text_length"] = math.log(1 + c["sentences"] / c["texts"])
    if c["words"] > 0:
        found["word_length"] = c["letters"] / c["words"]
    known = c["known_words"]
    if known > 0:
        found |= {"bound": (c["bound_words"] - c["loose_words"]) / known, "feeling": c["feeling_marks"] / known}
        found["formal"] = (c["formal_marks"] - c["familiar_marks"]) / known
        found["urgent"] = (c["urgent_marks"] - c["calm_marks"]) / known
        found["greetings"] = c["greetings"] / c["texts"]
        if c["sentences"] > 0:
            found["imperatives"] = c["imperatives"] / c["sentences"]
    return found


def between(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


def manner(
    known: Known, usual: Mapping[str, float] | None = None, norms: Mapping[str, tuple[float, float]] | None = None
) -> dict[str, tuple[float, float]]:
    """(tone, confidence) of each dimension; ``usual`` is the tone of their cohort, ``norms`` mean and spread of z-scores as learned."""
    words, z = known.counted["words"], {}
    for name, rate in rates(known.counted).items():
        mean, spread = (norms or {}).get(name, (0.0, 1.0))
        start = between((rate - NORMS[name][0]) / NORMS[name][1], -6, 6)
        z[name] = between((start - mean) / spread, -3, 3)
    found = {}
    for dimension in DIMENSIONS:
        evidence = EVIDENCE[dimension]
        size = math.sqrt(sum(w * w for w in evidence.values()))
        score = sum(w * z.get(name, 0.0) for name, w in evidence.items()) / size
        signs, notes = known.noted[dimension]
        n, sum_ = words + 75 * notes, words * between(score / 2, -1, 1) + 75 * signs
        shares, read = known.read
        if dimension == "detail" and read > 0:
            n += 40 * read
            sum_ += 40 * read * between((shares / read - 0.5) / 0.25 / 2, -1, 1)
        found[dimension] = ((sum_ + 150 * (usual or {}).get(dimension, 0.0)) / (n + 150), n / (n + 150))
    return found


def match(known: Mapping[str, tuple[float, float]], vector: Sequence[float]) -> float:
    """TM of treatment-formulas 3.2; what is known for certain weighs most."""
    size = math.sqrt(sum(c * c for _, c in known.values()))
    if size == 0:
        return 0.5
    away = math.sqrt(sum(c * c * (a - b) ** 2 for (a, c), b in zip(known.values(), vector, strict=True)))
    return 1.0 - away / (2.0 * size)


def tone(vectors: Sequence[Sequence[float]], spoken: Sequence[int], stated: int, default: int, known: Any) -> tuple[int, int]:
    """Tone among those ``spoken`` and why: 0 default, 1 stated, 2 nearest to the stated one, 3 inferred; the default wins ties."""
    if not spoken:
        return -1, 0
    usual = default if default in spoken else spoken[0]
    first = sorted(spoken, key=lambda i: (i != usual, i))
    if stated in spoken:
        return stated, 1
    if stated >= 0:
        return min(first, key=lambda i: sum((float(a) - float(b)) ** 2 for a, b in zip(vectors[i], vectors[stated], strict=True))), 2
    if max(c for _, c in known.values()) < 0.3:
        return usual, 0
    return max(first, key=lambda i: match(known, [float(x) for x in vectors[i]])), 3


def hints(known: Mapping[str, tuple[float, float]]) -> list[int]:
    """The three strongest tendencies that are known, in the numbering of ``vocabulary.manner.HINTS``."""
    strong = [(-abs(tone), d, tone) for d, (tone, c) in enumerate(known.values()) if abs(tone) > 0.35 and c >= 0.3]
    return [2 * d + (tone <= 0) for _, d, tone in sorted(strong)[:3]]


def presentation(stated: Mapping[str, str], known: Mapping[str, tuple[float, float]], presents: int) -> int:
    """Wishes about detail, order and pace packed to the base of 5: 0 as written, 1 and 2 stated, 3 and 4 inferred."""
    packed = 0
    words = {"detail": ("brief", "full"), "order": ("facts_first", "people_first"), "pace": ("quick", "calm")}
    leads = {"detail": ("detail", -1), "order": ("responsive", -1), "pace": ("pace", 1)}
    for i, wish in enumerate(words):
        if not presents >> i & 1:
            continue
        dimension, sign = leads[wish]
        tends, c = known[dimension][0] * sign, known[dimension][1]
        inferred = (3 if tends > 0.35 else 4 if tends < -0.35 else 0) if c >= 0.3 else 0
        packed += 5**i * (1 + words[wish].index(stated[wish]) if wish in stated else inferred)
    return packed


def known_in(row: Any, now_ms: int, tables: Any) -> dict[str, tuple[float, float]]:
    """How the person of a row likes to be spoken to."""
    settings = tables.settings[0]
    norms = {name: (float(settings["style_mean"][k]), float(settings["style_spread"][k])) for k, name in enumerate(NORMS)}
    return manner(known_of_row(row, now_ms), None, norms)


def stated_wishes(row: Any) -> dict[str, str]:
    """Standing wishes about the presentation."""
    words = {name_hash(word): word for word in ("brief", "full", "facts_first", "people_first", "quick", "calm")}
    kinds = {9: "detail", 10: "order", 11: "pace"}
    standing = [entry for entry in row["preferences"][: int(row["n_preferences"])] if entry["on"] and int(entry["kind"]) in kinds]
    return {kinds[int(entry["kind"])]: words[int(entry["name"])] for entry in standing}
