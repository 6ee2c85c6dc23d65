"""What an offer's terms say, said or not, and how clearly (treatment-formulas 3.5)."""

from __future__ import annotations

from collections.abc import Mapping

from platinum.policy.readability import grade

#: What terms that do not speak of it say all the same: the customer reads that there is none, not nothing.
UNSAID: Mapping[str, object] = {"fees": "none", "length": "none", "renewal": "none", "personal_price": False}
#: Everything that a customer must know beforehand.
REQUIRED = ("total_cost", "fees", "length", "renewal", "cancel", "data_use", "ends", "personal_price")
#: Where the terms are shown → how much of them is seen.
SHOWN = {"in_message": 1.0, "one_click": 0.7, "elsewhere": 0.0}
#: A text for so many years of school is as clear as can be asked for.
CLEAR_GRADE = 9.0
_NO_TEXT = ("ends", "personal_price", "shown")


def whole_terms(terms: Mapping[str, object]) -> dict[str, object]:
    """Terms as a decision tells them: as written, and what was left unsaid."""
    said = {name: value for name, value in terms.items() if name != "shown"}
    return said | {name: value for name, value in UNSAID.items() if name not in said}


def missing(terms: Mapping[str, object] | None) -> int:
    """How many of the required are not there; an offer with any is never made."""
    return len(REQUIRED) if terms is None else sum(name not in terms and name not in UNSAID for name in REQUIRED)


def clarity(terms: Mapping[str, object] | None, language: str) -> float:
    """TT: share of the required that is present × min(1, 9 / grade) × how much of it is seen; from 0 to 1."""
    if terms is None:
        return 0.0
    text = ". ".join(str(value).rstrip(".") for name, value in terms.items() if name not in _NO_TEXT)
    years = grade(text + ".", language)
    present = (len(REQUIRED) - missing(terms)) / len(REQUIRED)
    return present * (min(1.0, CLEAR_GRADE / years) if years > 0 else 1.0) * SHOWN[str(terms.get("shown", "in_message"))]
