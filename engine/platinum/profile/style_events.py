"""Events that show how somebody likes to be spoken to: their own words, an employee's note, how far they read."""

from __future__ import annotations

from platinum.jit import inner
from platinum.numeric import decay
from platinum.policy.tables import Tables
from platinum.profile.entries import WRITING
from platinum.profile.row import Record, wide
from platinum.profile.style import HALF_LIFE_MS, add_note, add_text, age_style, may_look_at_style
from platinum.profile.writing_fact import tell_writing
from platinum.vocabulary.codes import Kind

_MESSAGE, _NOTED = int(Kind.MESSAGE_RECEIVED), int(Kind.STYLE_NOTED)
_WORDS = WRITING.index("words")


@inner
def fold_style(row: Record, event: Record, items: Record, tables: Tables, more: Record) -> None:
    """Fold a message, a note or a reading; nothing of who objects to it."""
    if not may_look_at_style(row):
        return
    kind, at_ms, before_ms = event["kind"], wide(event["occurred_ms"]), wide(row["style_as_of_ms"])
    age_style(row, at_ms)
    fade = decay(float(wide(row["style_as_of_ms"]) - at_ms), HALF_LIFE_MS)
    if kind == _MESSAGE:
        words_before = float(row["writing"][_WORDS])
        add_text(row, event, items, fade)
        tell_writing(row, more, words_before, before_ms, at_ms, tables)
    elif kind == _NOTED:
        add_note(row, wide(event["low"]), fade)
    else:
        row["read_n"] += fade
        row["read_share"] += fade * min(max(event["low"], 0.0), 1.0)
