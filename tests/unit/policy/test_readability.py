"""How hard terms are to read, by the measure of their language."""

from __future__ import annotations

import pytest

from platinum.policy.readability import grade, syllables

PLAIN = {
    "en": "You pay ten pounds a month. You can stop on any day. We send you a note first.",
    "de": "Sie zahlen zehn Euro im Monat. Sie können an jedem Tag aufhören. Wir schreiben Ihnen vorher.",
    "fr": "Vous payez dix euros par mois. Vous pouvez arrêter quand vous voulez. Nous vous écrivons avant.",
}
HARD = {
    "en": "Notwithstanding any antecedent contractual stipulations, the aforementioned remuneration shall be automatically perpetuated "
    "indefinitely unless terminated in accordance with the applicable cancellation provisions.",
    "de": "Ungeachtet vorhergehender vertraglicher Vereinbarungen verlängert sich die vorgenannte Vergütungsverpflichtung automatisch "
    "auf unbestimmte Zeit, sofern keine ordnungsgemäße Kündigung entsprechend den Kündigungsbestimmungen erfolgt.",
    "fr": "Nonobstant toute stipulation contractuelle antérieure, la rémunération susmentionnée sera automatiquement reconduite "
    "indéfiniment, sauf résiliation conformément aux dispositions applicables.",
}


@pytest.mark.parametrize("language", PLAIN)
def test_plain_words_are_read_by_children_and_lawyers_words_by_few(language: str) -> None:
    assert grade(PLAIN[language], language) <= 6
    assert grade(HARD[language], language) >= 13


def test_the_english_grade_is_that_of_the_formula() -> None:
    # 10 words, 2 sentences, 12 syllables: 0.39 * 5 + 11.8 * 1.2 - 15.59 = 0.52, and no grade is below the first.
    assert grade("The cat sat on the mat. She ate a mouse quickly then", "en") == 1.0
    assert grade("Cancellation is possible annually.", "en") == pytest.approx(0.39 * 4 + 11.8 * (4 + 1 + 3 + 3) / 4 - 15.59)


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [("cancellation", "en", 4), ("price", "en", 1), ("table", "en", 2), ("the", "en", 1), ("kündigung", "de", 3), ("preis", "de", 1)],
)
def test_syllables_are_groups_of_vowels(word: str, language: str, count: int) -> None:
    assert syllables(word, language) == count


def test_a_text_without_words_is_no_grade() -> None:
    assert grade("12.50 %", "en") == 0.0
