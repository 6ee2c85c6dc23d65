"""What may stand at a place of the file: one object reads it, describes it to editors and to the reference page.

A shape's ``read`` gives the value, or ``WRONG`` after noting the mistake; it never raises. The file is read once by
``language.POLICY``; later passes see plain values and name places by path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from platinum.policy import yaml_tree as y
from platinum.policy.problems import Problems, listing, nearest
from platinum.policy.yaml_tree import Node, Path

Json = dict[str, Any]


class _Wrong:
    """The value of a place that holds a mistake."""

    def __repr__(self) -> str:
        return "WRONG"


WRONG: Final = _Wrong()
#: Numbers of a policy are not larger than this, nor smaller than its negative.
LARGEST = 1e12
_AROUND_A_NUMBER = re.compile(
    r"(?:[A-Za-z]{1,4}|[^\w\s.,+-])?\s*([-+]?(?:\d{1,15}(?:[.,]\d{0,15})?|[.,]\d{1,15}))\s*(%|[^\W\d_]*|[^\w\s.,+-])"
)
_YES, _NO = ("true", "yes", "on"), ("false", "no", "off")


class Shape(Protocol):
    """What may stand at a place."""

    @property
    def wanted(self) -> str:
        """In words, after "must be": ``a number from 0 to 1``."""

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """The value, or ``WRONG``."""

    def schema(self) -> Json:
        """JSON Schema (draft-07)."""


def _text(node: Node, at: Path, problems: Problems, wanted: str) -> str | None:
    """Text of a scalar; a list, a mapping or nothing at all is a mistake."""
    if isinstance(node, y.Scalar) and not node.empty:
        return node.text
    found = "a list" if isinstance(node, y.Sequence) else "a mapping" if isinstance(node, y.Mapping) else "nothing"
    problems.add(at, f"must be {wanted}, not {found}")
    return None


@dataclass(frozen=True, slots=True)
class Text:
    """Any text; numbers and yes/no stand for themselves."""

    wanted: str = "text"
    pattern: str = ""
    longest: int = 256
    number: bool = True  # an unquoted 12 is the text "12"
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        text = _text(node, at, problems, self.wanted)
        if text is None:
            return WRONG
        if self.pattern and re.fullmatch(self.pattern, text, re.ASCII) is None:
            problems.add(at, f"must be {self.wanted}", self._like(text))
            return WRONG
        if not text.strip() or len(text) > self.longest:
            problems.add(at, f"must be {self.wanted}, of 1 to {self.longest} characters")
            return WRONG
        return text

    def _like(self, text: str) -> str:
        """The text written as it should be, if that is only a matter of spelling."""
        tidy = re.sub(r"[\s_.]+", "-", text.strip().lower())
        for form in (self.synonyms.get(text.strip().lower(), ""), tidy, tidy.replace("-", "_"), tidy.upper(), re.split(r"[-_]", tidy)[0]):
            if form and re.fullmatch(self.pattern, form, re.ASCII):
                return form
        return ""

    def schema(self) -> Json:
        """See ``Shape``."""
        text: Json = {"type": ["string", "number", "boolean"] if self.number else "string", "minLength": 1, "maxLength": self.longest}
        return {**text, "pattern": f"^(?:{self.pattern})$"} if self.pattern else text


@dataclass(frozen=True, slots=True)
class Number:
    """A number; ``above`` and ``below`` are limits that are not reached themselves."""

    lowest: float | None = None
    highest: float | None = None
    above: float | None = None
    below: float | None = None
    whole: bool = False

    @property
    def wanted(self) -> str:
        """See ``Shape``."""
        text = "a whole number" if self.whole else "a number"
        if self.above is not None:
            text += f" above {_shown(self.above)}"
        if self.below is not None:
            text += f"{' and' if self.above is not None else ''} below {_shown(self.below)}"
        if self.lowest is not None and self.highest is not None:
            return f"{text} from {_shown(self.lowest)} to {_shown(self.highest)}"
        if self.lowest is not None:
            text += f" of at least {_shown(self.lowest)}"
        return text if self.highest is None else f"{text}{',' if self.above is not None else ' of'} at most {_shown(self.highest)}"

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        text = _text(node, at, problems, self.wanted)
        if text is None:
            return WRONG
        number = number_of(node)
        if number is None:
            quoted = isinstance(node, y.Scalar) and not node.typed and _is_number(text)
            meant = text if quoted else number_meant(text)
            fits = bool(meant) and self._fits(float(meant))
            problems.add(at, f"must be {self.wanted}{', without quotes' if quoted else ''}", meant if fits else "")
            return WRONG
        if not self._fits(number):
            problems.add(at, f"must be {self.wanted}")
            return WRONG
        return int(number) if self.whole else number

    def _fits(self, number: float) -> bool:
        return (
            (self.lowest is None or number >= self.lowest)
            and (self.highest is None or number <= self.highest)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
            and (not self.whole or number == int(number))
            and abs(number) <= LARGEST
        )

    def schema(self) -> Json:
        """See ``Shape``."""
        names = {"minimum": self.lowest, "maximum": self.highest, "exclusiveMinimum": self.above, "exclusiveMaximum": self.below}
        limits = {name: limit for name, limit in names.items() if limit is not None}
        return {"type": "integer" if self.whole else "number", **limits}


def number_meant(text: str) -> str:
    """``4.20`` for "4,20" or "£4.20", ``0.03`` for "3 %", ``20`` for "20 days"; ``""`` when there is no telling.

    No digit is left out: "1e400" is not 1400, and whether "1,000" is a thousand or one nobody knows.
    """
    match = _AROUND_A_NUMBER.fullmatch(text.strip())
    if match is None or re.fullmatch(r"[-+]?\d{1,3},\d{3}", match[1]):
        return ""
    bare = match[1].replace(",", ".")
    return f"{float(bare) / 100:g}" if match[2] == "%" else bare


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:g}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?", text, re.ASCII) is not None


def number_of(node: Node) -> float | None:
    """The number that an unquoted scalar is, else ``None``."""
    if isinstance(node, y.Scalar) and node.typed and _is_number(node.text):
        number = float(node.text)
        return number if abs(number) < 1e300 else None
    return None


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    wanted: str = "yes or no"

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        text = _text(node, at, problems, self.wanted)
        if text is None:
            return WRONG
        word = text.lower()
        if word not in _YES + _NO:
            problems.add(
                at,
                f"must be {self.wanted}",
                {"y": "yes", "1": "yes", "n": "no", "0": "no", "none": "no"}.get(word, nearest(word, ("yes", "no"))),
            )
            return WRONG
        return word in _YES

    def schema(self) -> Json:
        """See ``Shape``."""
        return {"enum": [True, False, "yes", "no", "on", "off"]}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    of: Sequence[str]
    what: str = "one of"
    synonyms: Mapping[str, str] = field(default_factory=dict)
    accepts: Mapping[str, str] = field(default_factory=dict)  # other spellings → word

    @property
    def wanted(self) -> str:
        """See ``Shape``."""
        return f"{self.what} {listing(self.of)}"

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        text = _text(node, at, problems, self.wanted)
        if text is None:
            return WRONG
        if text in self.of or text in self.accepts:
            return self.accepts.get(text, text)
        problems.add(at, f"must be {self.wanted}", nearest(text, self.of, self.synonyms))
        return WRONG

    def schema(self) -> Json:
        """See ``Shape``."""
        return {"enum": [*self.of, *self.accepts]}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text with a form of its own, such as ``7d``; ``parse`` raises ValueError with what is wanted."""

    parse: Callable[[str], Any]
    wanted: str
    pattern: str
    suggest: Callable[[str], str] | None = None

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        text = _text(node, at, problems, self.wanted)
        if text is None:
            return WRONG
        try:
            return self.parse(text)
        except ValueError as error:
            problems.add(at, f"must be {error}", self.suggest(text) if self.suggest else "")
            return WRONG

    def schema(self) -> Json:
        """See ``Shape``."""
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"} if self.pattern else {"type": "string"}


@dataclass(frozen=True, slots=True)
class Plain:
    """A single value of any kind, kept as written: text, number, yes (true) or no (false)."""

    wanted: str = "a single value"

    def read(self, node: Node, at: Path, problems: Problems) -> Any:
        """See ``Shape``."""
        text = _text(node, at, problems, self.wanted)
        if text is None:
            return WRONG
        if isinstance(node, y.Scalar) and node.typed and text in ("true", "false"):
            return text == "true"
        number = number_of(node)
        if number is None or re.fullmatch(r"[-+]?0\d+", text):
            return text
        return int(text) if re.fullmatch(r"[-+]?\d{1,15}", text) else number

    def schema(self) -> Json:
        """See ``Shape``."""
        return {"type": ["string", "number", "boolean"]}
