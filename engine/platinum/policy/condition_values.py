"""What a condition speaks about, and what it compares with."""

from __future__ import annotations

import re
from typing import NamedTuple

from platinum.hashing import name_hash
from platinum.policy import yaml_tree as y
from platinum.policy.declared import Declared, Names
from platinum.policy.fields import FIELDS, SYNONYMS
from platinum.policy.problems import Problems, listing, nearest
from platinum.policy.shapes import LARGEST, WRONG, Flag, number_meant, number_of
from platinum.policy.synonyms import meant
from platinum.policy.yaml_tree import Node, Path
from platinum.vocabulary.bonds import PARTIES
from platinum.vocabulary.codes import TIMED_KINDS, Field, Kind
from platinum.vocabulary.manner import DETAIL, ORDER, PACE
from platinum.vocabulary.table import SNAKE

#: What people write first → operator.
OPERATOR_SYNONYMS = {
    "eq": "is",
    "equals": "is",
    "==": "is",
    "=": "is",
    "in": "is",
    "one_of": "is",
    **meant(
        at_least="min minimum gte ge >= > gt more_than above from",
        at_most="max maximum lte le <= < lt less_than below up_to",
        is_not="not ne != not_in",
        between="range within",
        known="exists present set",
    ),
}
#: Kind of word → the only ones that there are.
_WORDS = {"party": PARTIES, "detail": DETAIL, "order": ORDER, "pace": PACE}
_CONSENT = {"granted": 1.0, "unknown": 0.0, "denied": -1.0}
_CONSENT_SYNONYMS = meant(granted="yes true given", denied="no false revoked", unknown="none")
_COUNTRIES = meant(GB="uk england", DE="germany", US="usa", FR="france", AT="austria")


class Subject(NamedTuple):
    """A field, with what stands after its dot."""

    name: str  # as written
    field: int
    of: int  # name hash of the category, trait or channel; 0 = none
    compares: str
    unit: str
    values: tuple[str, ...] = ()  # of a one_of trait

    @property
    def numeric(self) -> bool:
        """Whether it can be more or less."""
        return self.compares == "number"


class Test(NamedTuple):
    """One comparison as read; several values of ``is`` mean any of them."""

    operator: str
    values: tuple[float, ...]


def subject_of(name: str, at: Path, declared: Declared, problems: Problems) -> Subject | None:
    """The field that ``name`` means: a field, a field with what follows its dot, or a trait of the policy."""
    word, dot, argument = name.partition(".")
    if name in declared.traits and name not in FIELDS:
        word, argument = "trait", name
    if name in FIELDS:  # of some, the dot is part of the name
        word, dot, argument = name, "", ""
    field = FIELDS.get(word)
    if field is None:
        _unknown_field(name, at, declared, problems)
        return None
    if not field.of:
        if dot:
            problems.add(at, f"{word} takes no name after a dot", word, key=True)
            return None
        return Subject(name, field.field, 0, field.compares, field.unit)
    choices = {"category": declared.categories, "trait": tuple(declared.traits), "channel": declared.channel_names, "goal": declared.goals}[
        field.of
    ]
    if not argument and field.of_optional:
        return Subject(name, field.field, 0, field.compares, field.unit)
    if argument not in choices:
        near = nearest(argument, choices) if argument else (choices[0] if choices else "")
        said = f"there is no {field.of} {argument!r}" if argument else f"{word} needs a {field.of} after a dot"
        problems.add(at, f"{said}; there are: {listing(choices)}", f"{word}.{near}" if near else "", key=True)
        return None
    if field.field is Field.TRAIT:
        trait = declared.traits[argument]
        compares = {"yes_no": "flag", "one_of": "value"}.get(trait.kind, "number")
        unit = {"yes_no": "yes or no", "one_of": f"one of {listing(trait.values)}", "number": "a number"}[trait.kind]
        return Subject(name, field.field, name_hash(argument), compares, unit, trait.values)
    return Subject(name, field.field, name_hash(argument), field.compares, field.unit)


def _unknown_field(name: str, at: Path, declared: Declared, problems: Problems) -> None:
    word, dot, argument = name.partition(".")
    names = [*FIELDS, *declared.traits]
    near = nearest(word, names, SYNONYMS)
    if not near and dot:
        near = nearest(argument, names, SYNONYMS)
    elif near and dot and near in FIELDS and FIELDS[near].of:
        near += f".{argument}"
    elif not near and word in declared.categories:
        near = f"affinity.{word}"
    problems.add(
        at, f"there is no field {name!r}, and no trait of that name; fields are listed in docs/reference/policy.md", near, key=True
    )


class WordReader:
    """Reads what a field is compared with: numbers, names (as their hash), yes and no."""

    def __init__(self, declared: Declared, names: Names, problems: Problems) -> None:
        self._declared = declared
        self._names = names
        self._problems = problems

    def flag(self, node: Node, at: Path) -> bool | None:
        """Yes or no."""
        value = Flag().read(node, at, self._problems)
        return None if value is WRONG else bool(value)

    def value(self, subject: Subject, node: Node, at: Path) -> float | None:
        """The number that the leaf compares with, or ``None`` after noting the mistake."""
        if subject.numeric:
            number = number_of(node)
            if number is not None and abs(number) <= LARGEST:
                return number
            meant = number_meant(node.text) if isinstance(node, y.Scalar) else ""
            self._problems.add(at, f"must be a number ({subject.unit}) from {-LARGEST:,.0f} to {LARGEST:,.0f}", meant)
            return None
        if subject.compares == "flag":
            flag = self.flag(node, at)
            return None if flag is None else float(flag)
        if not isinstance(node, y.Scalar) or node.empty:
            self._problems.add(at, f"must be {subject.unit}")
            return None
        return self._word(subject, node.text, at)

    def _word(self, subject: Subject, text: str, at: Path) -> float | None:
        kind = subject.compares
        if kind == "consent":
            return self._known(text, _CONSENT, _CONSENT_SYNONYMS, "state of consent", at)
        if kind == "event":
            events = {kind.name.lower(): float(kind) for kind in (*(Kind[snake.upper()] for snake in SNAKE), *TIMED_KINDS)}
            return self._known(text, events, {}, "event", at)
        if kind in ("category", "value", "tier", "tone", *_WORDS):
            declared = {"category": self._declared.categories, "tier": self._declared.tiers, "tone": tuple(self._declared.tones)}
            known = (declared | _WORDS).get(kind, subject.values)
            what = kind if kind != "value" else f"value of {subject.name}"
            return self._known(text, {name: float(self._names.add(name, at)) for name in known}, {}, what, at)
        if kind == "role":
            return float(self._names.add(text, at))
        wanted, pattern = ("a language code such as de", "[a-z]{2,3}") if kind == "language" else ("a country code such as GB", "[A-Z]{2}")
        if re.fullmatch(pattern, text) is None:
            tidy = text.split("-", maxsplit=1)[0].lower() if kind == "language" else _COUNTRIES.get(text.lower(), text.upper())
            self._problems.add(at, f"must be {wanted}", tidy if re.fullmatch(pattern, tidy) else "")
            return None
        return float(self._names.add(text, at))

    def _known(self, text: str, values: dict[str, float], synonyms: dict[str, str], what: str, at: Path) -> float | None:
        if text in values:
            return values[text]
        self._problems.add(at, f"there is no {what} {text!r}; there are: {listing(values)}", nearest(text, values, synonyms))
        return None
