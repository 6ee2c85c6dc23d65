"""In which words: after the candidate the language is chosen, then the tone, among those the action has words in."""

from __future__ import annotations

from typing import Any

from platinum.jit import inner, int64, uint64

Record = Any

_ONE = uint64(1)
_NONE = uint64(0)


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
def tone_of(tones: int, person: Record, settings: Record) -> int:
    """Index of the tone among ``tones``, those of the language (bit mask): stated, else the policy's default, else the first."""
    return chosen_of(tones, int64(person["tone"]), int64(settings["default_tone"]))


@inner
def language_of(action: Record, person: Record, settings: Record) -> int:
    """Index of the language: stated or observed, else the policy's default, else any; -1 = no words."""
    return chosen_of(action["languages"], int64(person["language"]), int64(settings["default_language"]))


@inner
def speaks(action: Record, person: Record) -> bool:
    """Whether there are words in a language the person stated; without words, or without a statement, there are."""
    return bool(action["languages"] == _NONE or (action["languages"] & person["languages"]) != _NONE)
