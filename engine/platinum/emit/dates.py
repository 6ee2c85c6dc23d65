"""Days as people write them, per language: the months, and what stands between day, month and year."""

from __future__ import annotations

from typing import NamedTuple


class DateForm(NamedTuple):
    """``<day><behind_day><month><behind_month><year>``; the first of a month may have a form of its own."""

    months: tuple[str, ...]
    behind_day: str = " "
    behind_month: str = " "
    behind_first: str = " "


def _months(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: Languages that are not here get the ISO date, which nobody misreads.
DATE_FORMS = {
    "en": DateForm(_months("January February March April May June July August September October November December")),
    "de": DateForm(_months("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"), ". ", " ", ". "),
    "fr": DateForm(_months("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"), behind_first="er "),
    "es": DateForm(
        _months("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"), " de ", " de ", " de "
    ),
    "it": DateForm(_months("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre")),
    "nl": DateForm(_months("januari februari maart april mei juni juli augustus september oktober november december")),
}
