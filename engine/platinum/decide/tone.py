"""In which words: after the candidate the language is chosen, then the tone, among those the action has words in.

A stated tone wins. Where an action has no words in it, the nearest to it. Else the one that matches how the person likes to be spoken to,
as far as that is known; else the one that people like them take oftener (``decide.their_like``), or the policy's default, neutral and
respectful (treatment-formulas 3.2). The tone changes no number that a decision rests on: it is chosen last, and every tone of an action
says the same facts (``policy.facts``).
"""

from __future__ import annotations

import math
from typing import Any

from platinum.decide.record import N_HINTS
from platinum.jit import constant, inner, int64, uint64
from platinum.profile.manner import look_at_manner
from platinum.vocabulary.manner import DIMENSIONS

Record = Any

_ONE = uint64(1)
_NONE = uint64(0)
_N_DIMENSIONS = len(DIMENSIONS)
#: Known less well than this, how they like to be spoken to decides nothing (treatment-formulas 3.2).
LEAST_CONFIDENCE = 0.3
#: A dimension below this is no tendency: nobody is hinted at it, nothing is arranged by it (start).
TENDENCY = 0.35
#: ``DECISION.tone_source``.
DEFAULT, STATED, NEAREST, INFERRED = constant(0), constant(1), constant(2), constant(3)
LEARNED, TRIED = constant(4), constant(5)
#: Another tone has to be taken oftener than the default by so much, or people would be spoken to otherwise with every snapshot.
BETTER = 1.05


@inner
def has(mask: int, index: int) -> bool:
    """Whether bit ``index`` is set; a negative index is not."""
    return index >= 0 and (mask >> uint64(index)) & _ONE == _ONE


@inner
def lowest(mask: int) -> int:
    """Index of the lowest bit that is set, -1 when none is."""
    for i in range(64):
        if has(mask, i):
            return i
    return -1


@inner
def chosen_of(mask: int, first: int, second: int) -> int:
    """``first`` if the mask has it, else ``second``, else the lowest; -1 for an empty mask."""
    if mask == _NONE:
        return -1
    if has(mask, first):
        return first
    return second if has(mask, second) else lowest(mask)


@inner
def look_at_style(row: Record, now_ms: int, tables: Any, person: Record) -> None:
    """Fill how they like to be spoken to; nothing at all is known of most."""
    known = 0.0
    if row["style_as_of_ms"] > 0 or tables.settings[0]["n_style_cohorts"] > 0:
        look_at_manner(row, now_ms, tables, person["manner"])
        for d in range(_N_DIMENSIONS):
            known = max(known, person["manner"]["confidence"][d])
    else:
        for d in range(_N_DIMENSIONS):
            person["manner"]["tone"][d], person["manner"]["confidence"][d] = 0.0, 0.0
    person["style_known"] = known


@inner
def tone_of(tones: int, person: Record, tables: Any) -> tuple[int, int]:
    """Index of the tone among ``tones``, those of the language (bit mask), and why it; -1 for an empty mask."""
    default = chosen_of(tones, int64(tables.settings[0]["default_tone"]), -1)
    stated = int64(person["tone"])
    if default < 0:
        return default, DEFAULT
    if stated >= 0:
        return (stated, STATED) if has(tones, stated) else (nearest(tones, default, tables.tones[stated]["vector"], tables), NEAREST)
    if person["style_known"] < LEAST_CONFIDENCE:
        return usual(tones, default, person, tables)
    return best_match(tones, default, person["manner"], tables), INFERRED


@inner
def usual(tones: int, default: int, person: Record, tables: Any) -> tuple[int, int]:
    """The tone for somebody of whom it is not known how they like to be spoken to."""
    if person["tone_draw"] >= 0.0:
        return drawn(tones, default, person["tone_draw"], tables)
    at, best = int64(person["tone_lifts"]), default
    if at < 0:
        return default, DEFAULT
    settings = tables.settings[0]
    most = BETTER * settings["tone_lift"][at, default]
    for i in range(tables.tones.shape[0]):
        if has(tones, i) and settings["tone_lift"][at, i] > most:
            best, most = int64(i), settings["tone_lift"][at, i]
    return best, LEARNED if best != default else DEFAULT


@inner
def drawn(tones: int, default: int, u: float, tables: Any) -> tuple[int, int]:
    """One of the tones, all as likely; ``u`` in [0, 1)."""
    n = 0
    for i in range(tables.tones.shape[0]):
        n += 1 if has(tones, i) else 0
    if n < 2:
        return default, DEFAULT
    left = int64(u * n)
    for i in range(tables.tones.shape[0]):
        if has(tones, i):
            if left == 0:
                return int64(i), TRIED
            left -= 1
    return default, DEFAULT


@inner
def nearest(tones: int, default: int, vector: Record, tables: Any) -> int:
    """The tone nearest to a vector; of several the default, else the first."""
    best, least = default, math.inf
    for i in range(tables.tones.shape[0]):
        if has(tones, i):
            away = 0.0
            for d in range(_N_DIMENSIONS):
                away += (float(tables.tones[i]["vector"][d]) - float(vector[d])) ** 2
            if away < least or (away == least and i == default):
                best, least = i, away
    return best


@inner
def best_match(tones: int, default: int, manner: Record, tables: Any) -> int:
    """The tone with the largest TM; of several the default, else the first."""
    best, most = default, -math.inf
    for i in range(tables.tones.shape[0]):
        if has(tones, i):
            match = match_of(manner, tables.tones[i]["vector"])
            if match > most or (match == most and i == default):
                best, most = i, match
    return best


@inner
def match_of(manner: Record, vector: Record) -> float:
    """TM of treatment-formulas 3.2, 0 to 1; what is known for certain weighs most. Slow twin: ``tests/reference/manner.py``."""
    away, size = 0.0, 0.0
    for d in range(_N_DIMENSIONS):
        weight = manner["confidence"][d] ** 2
        away += weight * (manner["tone"][d] - float(vector[d])) ** 2
        size += weight
    return 1.0 - math.sqrt(away) / (2.0 * math.sqrt(size)) if size > 0.0 else 0.5


@inner
def give_hints(person: Record, out: Record) -> None:
    """The strongest tendencies that are known well enough, at most ``N_HINTS``: index into ``vocabulary.manner.HINTS``, -1 = none."""
    manner = person["manner"]
    for h in range(N_HINTS):
        best, most = -1, TENDENCY
        for d in range(_N_DIMENSIONS):
            strength = abs(manner["tone"][d])
            given = False
            for before in range(h):
                given |= out["hints"][before] >> 1 == d
            if strength > most and manner["confidence"][d] >= LEAST_CONFIDENCE and not given:
                best, most = 2 * d + (0 if manner["tone"][d] > 0.0 else 1), strength
        out["hints"][h] = best


@inner
def language_of(action: Record, person: Record, settings: Record) -> int:
    """Index of the language: stated or observed, else the policy's default, else any; -1 = no words."""
    return chosen_of(action["languages"], int64(person["language"]), int64(settings["default_language"]))


@inner
def speaks(action: Record, person: Record) -> bool:
    """Whether there are words in a language the person stated; without words, or without a statement, there are."""
    return bool(action["languages"] == _NONE or (action["languages"] & person["languages"]) != _NONE)
