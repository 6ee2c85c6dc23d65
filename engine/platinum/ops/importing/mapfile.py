"""What a map says, as values: which rows stay out, which become events, and where each field comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: A constant in a map.
Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one cell.

    Attributes
    ----------
    column : str
        Source column or derived name.
    operator : str
        A key of ``conditions.OPERATORS``.
    value : scalar or tuple of scalars
    """

    column: str
    operator: str
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """Where one field of an event comes from.

    Attributes
    ----------
    form : str
        ``text``, ``number``, ``whole``, ``yes_no``, ``time``, ``day_end``, ``value``, ``look``, ``sum``, ``lines`` or ``flags``.
    columns : tuple of str
        What it reads; ``sum`` multiplies them within a line and adds over the lines of a group.
    value : scalar
        The constant of ``value``; what ``look`` gives for a cell that its table does not have.
    table : mapping
        ``look``: cell → value. ``flags``: column → category.
    sign : int
        ``sum`` only: -1 turns a negative total of returned goods into the amount given back.
    parts : mapping
        ``lines``: the fields of each line.
    """

    form: str
    columns: tuple[str, ...] = ()
    value: Scalar = None
    table: Mapping[str, Scalar] = field(default_factory=dict)
    sign: int = 1
    parts: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A second file that gives a cell for a key: ``column`` of the row → ``key`` there → ``value`` there."""

    file: str
    column: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Category:
    """A name found by words in a text; the first name with a word in it wins, in the map's order."""

    column: str
    words: Mapping[str, tuple[str, ...]]
    otherwise: str | None


@dataclass(frozen=True, slots=True)
class EventRule:
    """One kind of event that rows (or groups of rows) become.

    Attributes
    ----------
    type : str
        ``track`` or ``identify``.
    event : str
        Event name; ``""`` for identify.
    group_by : str
        Column whose equal cells make one event, ``""`` = each row is one.
    identity : tuple of str
        Columns that name an event of a source without groups; () = its row number in the file.
    fields : mapping
        Properties, or traits of an identify.
    context : mapping
        Dotted names below ``context``.
    """

    name: str
    type: str
    event: str
    customer: str
    time: Expression
    group_by: str
    identity: tuple[str, ...]
    where: tuple[Condition, ...]
    fields: Mapping[str, Expression]
    context: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A map, read and checked.

    Attributes
    ----------
    timestamp : str
        ``iso``, ``epoch_s``, ``epoch_ms`` or a strptime format.
    leave_out : tuple of (reason, conditions)
        A row for which all conditions of a reason hold stays out and is counted under it; first one wins.
    """

    name: str
    folder: str  # where the map lies
    format: str  # csv, jsonl, parquet, "" = by the file's name
    delimiter: str
    decimal: str
    timezone: str
    timestamp: str
    lookups: Mapping[str, Lookup]
    categories: Mapping[str, Category]
    leave_out: tuple[tuple[str, tuple[Condition, ...]], ...]
    rules: tuple[EventRule, ...]

    def columns(self) -> tuple[str, ...]:
        """Source columns that the map reads, in order of first mention, without derived names."""
        names: dict[str, None] = {}
        for _, conditions in self.leave_out:
            names.update(dict.fromkeys(c.column for c in conditions))
        for rule in self.rules:
            names.update(dict.fromkeys(_rule_columns(rule)))
        for category in self.categories.values():
            names[category.column] = None
        for lookup in self.lookups.values():
            names[lookup.column] = None
        derived = self.lookups.keys() | self.categories.keys()
        return tuple(name for name in names if name not in derived)


def _rule_columns(rule: EventRule) -> list[str]:
    columns = [c.column for c in rule.where] + [rule.customer, *rule.identity]
    if rule.group_by:
        columns.append(rule.group_by)
    for expression in (rule.time, *rule.fields.values(), *rule.context.values()):
        columns += expression.columns
        for part in expression.parts.values():
            columns += part.columns
    return columns
