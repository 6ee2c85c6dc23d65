"""What stands in the place of a function while a rule about tone or presentation is broken."""

from __future__ import annotations

from typing import Any

from platinum.decide import presenting, tone
from platinum.decide.record import N_HINTS

Record = Any

_look_at_presentation, _tone_of = presenting.look_at_presentation, tone.tone_of


def one_tone_for_all(tones: int, person: Record, tables: Any) -> tuple[int, int]:
    return tone.chosen_of(tones, int(tables.settings[0]["default_tone"]), -1), 0


def how_they_write_is_what_they_want(tones: int, person: Record, tables: Any) -> tuple[int, int]:
    default = tone.chosen_of(tones, int(tables.settings[0]["default_tone"]), -1)
    return (tone.best_match(tones, default, person["manner"], tables), 3) if person["style_known"] > 0.3 else (default, 0)


def a_word_is_enough(tones: int, person: Record, tables: Any) -> tuple[int, int]:
    default = tone.chosen_of(tones, int(tables.settings[0]["default_tone"]), -1)
    known = person["style_known"] > 0.0
    return (tone.best_match(tones, default, person["manner"], tables), 3) if known else _tone_of(tones, person, tables)


def nobody_is_told(person: Record, out: Record) -> None:
    out["hints"][:N_HINTS] = -1


def nobody_wishes_anything(row: Record, person: Record) -> None:
    _look_at_presentation(row, person)
    person["wishes"] = [wish if wish in (3, 4) else 0 for wish in person["wishes"].tolist()]


def reading_says_nothing(row: Record, person: Record) -> None:
    _look_at_presentation(row, person)
    person["wishes"] = [wish if wish in (1, 2) else 0 for wish in person["wishes"].tolist()]


def once_is_always(row: Record, person: Record) -> None:
    person["manner"]["confidence"][person["manner"]["confidence"] > 0.0] = 1.0
    person["manner"]["tone"] *= 10.0
    _look_at_presentation(row, person)
