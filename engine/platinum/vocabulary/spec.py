"""How the vocabulary table is written: one ``EventSpec`` per standard event, one ``Property`` per property it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from platinum.vocabulary.codes import Kind
from platinum.vocabulary.limits import MAX_ID, MAX_MONEY, MAX_NAME, MAX_NUMBER

#: Property types: what JSON carries.
#: ``name`` text that is hashed, ``""`` = none · ``id`` text of at least one character · ``text`` a customer's words ·
#: ``number`` · ``flag`` true or false · ``time`` RFC 3339 · ``clock`` HH:MM · ``choice`` one of ``choices`` ·
#: ``products`` list of order lines · ``traits`` object of attributes.
TYPES = ("name", "id", "text", "number", "flag", "time", "clock", "choice", "products", "traits")


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an event.

    Attributes
    ----------
    type : str
        One of ``TYPES``.
    required : bool
        Must be present and not null. An optional property that is null counts as absent.
    register : str
        Member of ``events.columns.EVENT`` that it fills, or ``items``; ``""`` = see ``EventSpec.fills``.
    how : str
        ``name_hash``, ``folded_hash`` (the name in lower case),
        ``customer`` (the hash of their key), ``hash64``, ``decision_ref``, ``number``, ``sign`` (true = ``choices["true"]``), ``epoch_ms``,
        ``choice`` (its number in ``choices``), ``currency`` (fills nothing; must be the policy's) ...
    minimum, maximum : float or None
        Inclusive limits of a number.
    max_length : int
        In characters; entries for ``products`` and ``traits``.
    choices : mapping
        Allowed words → number stored.
    pattern : str
        Of a text, "" = any: it says which are free of control characters.
    """

    name: str
    type: str
    doc: str
    required: bool = False
    register: str = ""
    how: str = ""
    minimum: float | None = None
    maximum: float | None = None
    max_length: int = MAX_NAME
    choices: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    pattern: str = ""

    @property
    def min_length(self) -> int:
        """Least number of characters: an optional name may be empty, which says "none"."""
        return 1 if self.type in ("id", "text") or (self.type == "name" and self.required) else 0

    @property
    def wanted(self) -> str:
        """What a value must be, in words."""
        if self.type == "number":
            return f"a number from {self.minimum:g} to {self.maximum:g}"
        if self.type == "choice":
            return "one of " + ", ".join(self.choices)
        if self.type in ("name", "id", "text"):
            return f"text of {self.min_length} to {self.max_length} characters" + (", free of control characters" if self.pattern else "")
        return {
            "flag": "true or false",
            "time": "an RFC 3339 date-time",
            "clock": "HH:MM from 00:00 to 24:00",
            "products": f"a list of at most {self.max_length} objects",
            "traits": f"an object of at most {self.max_length} members",
        }[self.type]


@dataclass(frozen=True, slots=True)
class EventSpec:
    """One standard event.

    Attributes
    ----------
    name : str
        As sent in ``event`` of a track call; for other calls their ``type``.
    type : str
        ``track``, ``identify``, ``page``, ``screen``, ``group`` or ``alias``.
    shape : str
        Which filler of ``events.fill`` turns it into a record: ``plain`` reads the properties' ``register`` and ``how``.
    fills : mapping
        Register → words, for registers that are computed from several properties.
    one_of : tuple of tuple of str
        At least one of these groups of properties must be present as a whole.
    required_when : (str, mapping)
        A choice property and, per choice, the properties that it makes required.
    only_when : (str, mapping)
        A property and, per choice of ``required_when``, the only names that it may be, in any case.
    constants : mapping
        Register → value that every event of this name gets.
    """

    name: str
    type: str
    kind: Kind
    doc: str
    properties: tuple[Property, ...] = ()
    shape: str = "plain"
    fills: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    one_of: tuple[tuple[str, ...], ...] = ()
    required_when: tuple[str, Mapping[str, tuple[str, ...]]] | None = None
    only_when: tuple[str, Mapping[str, tuple[str, ...]]] | None = None
    constants: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def snake(self) -> str:
        """The name as policies and stories write it: ``order_completed``."""
        return self.kind.name.lower()

    def property(self, name: str) -> Property | None:
        """The property called ``name``, if this event uses it."""
        return next((p for p in self.properties if p.name == name), None)


def name(of: str, doc: str, register: str, *, required: bool = False, pattern: str = "") -> Property:
    """A text that is stored as its ``name_hash``."""
    return Property(of, "name", doc, required, register, "name_hash", pattern=pattern)


def identifier(of: str, doc: str, *, required: bool = False, how: str = "hash64", pattern: str = "") -> Property:
    """An id, stored in ``ref``."""
    return Property(of, "id", doc, required, "ref", how, max_length=MAX_ID, pattern=pattern)


def money(of: str, doc: str, register: str = "amount", *, required: bool = False) -> Property:
    """An amount in the policy's currency."""
    return Property(of, "number", doc, required, register, "number", -MAX_MONEY, MAX_MONEY)


def number(
    of: str, doc: str, register: str, minimum: float = -MAX_NUMBER, maximum: float = MAX_NUMBER, *, required: bool = False
) -> Property:
    """A plain number."""
    return Property(of, "number", doc, required, register, "number", minimum, maximum)


def instant(of: str, doc: str, register: str, *, required: bool = False) -> Property:
    """An RFC 3339 date-time, stored as epoch milliseconds."""
    return Property(of, "time", doc, required, register, "epoch_ms", max_length=40)


def choice(of: str, doc: str, register: str, choices: Mapping[str, float], *, required: bool = False) -> Property:
    """One of a few words, stored as its number."""
    return Property(of, "choice", doc, required, register, "choice", choices=MappingProxyType(dict(choices)))
