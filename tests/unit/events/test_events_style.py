"""Style counters of texts in English, German and languages nobody taught us."""

from __future__ import annotations

import time

import pytest

from platinum.events.style import COUNTERS, MAX_READ, count_style


def counted(text: str, language: str = "en-GB") -> dict[str, int]:
    return dict(zip(COUNTERS, count_style(text, language), strict=True))


def test_an_english_text_is_counted() -> None:
    style = counted("Hi there! I can't find my order. Please send me the candles. Where is it? 😀 It weighs 3.5 kg")

    assert style["known_words"] == style["words"]
    assert (style["sentences"], style["questions"], style["exclamations"]) == (5, 1, 1)
    assert (style["greetings"], style["imperatives"], style["emoji"]) == (1, 1, 1)
    assert (style["personal_pronoun_words"], style["impersonal_pronoun_words"], style["article_words"]) == (3, 2, 1)
    assert (style["negation_words"], style["auxiliary_words"]) == (1, 2)


def test_a_german_text_is_counted() -> None:
    style = counted("Sehr geehrte Damen und Herren, ich warte seit zwei Wochen. Schicken Sie mir bitte die Kerzen!", "de_AT")

    assert style["known_words"] == style["words"]
    assert (style["words"], style["sentences"], style["greetings"], style["imperatives"]) == (16, 2, 1, 1)
    assert (style["personal_pronoun_words"], style["conjunction_words"], style["preposition_words"]) == (3, 2, 1)


@pytest.mark.parametrize("language", ["fr-FR", "", "*", "english"])
def test_other_languages_are_counted_without_words(language: str) -> None:
    style = counted("Dear Jo! Send it, will you?", language)

    assert (style["known_words"], style["formal_marks"]) == (0, 0)
    assert (style["words"], style["sentences"], style["letters"], style["questions"], style["exclamations"]) == (6, 2, 19, 1, 1)
    assert (style["greetings"], style["imperatives"], sum(v for name, v in style.items() if name.endswith("_pronoun_words"))) == (0, 0, 0)


def test_a_question_is_no_imperative() -> None:
    assert counted("Send me a card?")["imperatives"] == 0
    assert counted("Please send me a card.")["imperatives"] == 1


def test_a_text_without_words_is_empty() -> None:
    assert set(counted("... !! \n ").values()) == {0}


def test_marks_of_manner_and_figures_are_counted() -> None:
    formal = counted("Dear Sir or Madam, I would be grateful for a reply. Kind regards, J. Doe")
    quick = counted("hey, need it asap!! today pls, 2 pieces at 12.50, order 4711")

    assert (formal["formal_marks"], formal["familiar_marks"], formal["urgent_marks"]) == (6, 0, 0)
    assert (quick["formal_marks"], quick["familiar_marks"], quick["urgent_marks"], quick["figures"]) == (0, 2, 2, 3)


@pytest.mark.parametrize(
    "evil", ["." * 65_536 + "x", "a'" * 32_768, ":" * 65_536, "!a" * 32_768, "n't" * 21_845, "\n" * 65_536, "ä" * 65_536]
)
def test_no_text_takes_long(evil: str) -> None:
    started = time.process_time()
    counted(evil)

    assert time.process_time() - started < 0.5


def test_what_lies_beyond_the_limit_is_not_read() -> None:
    text = "word " * 4_000

    assert counted(text) == counted(text[:MAX_READ])
