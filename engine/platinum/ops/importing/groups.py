"""Rows of one rule → events. A group opens with its first row; its time is its earliest row's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import orjson

from platinum.ops.importing.cells import BadCell, Row, rfc3339, text, time_reader
from platinum.ops.importing.conditions import all_of
from platinum.ops.importing.expressions import compile_amount, compile_field, compile_line, total
from platinum.ops.importing.mapfile import EventRule, ImportMap
from platinum.ops.line import Line
from platinum.vocabulary.table import BY_NAME


@dataclass(slots=True)
class _Group:
    """An event in the making."""

    time_ms: int
    order: int  # number of its first row: the tie-break between events of one instant
    identity: str
    customer: str
    fields: dict[str, object]
    context: dict[str, object]
    amounts: dict[str, list[float]]
    lines: dict[str, list[dict[str, object]]]


class RuleRun:
    """One rule at work on one file."""

    def __init__(self, rule: EventRule, wanted: ImportMap, index: Mapping[str, int], file_stem: str) -> None:
        self.rule = rule
        self._source = f"{wanted.name}\x1f{rule.name}\x1f"
        self._file = file_stem
        self._test = all_of(rule.where, index, wanted.decimal)
        self._customer = index[rule.customer]
        self._identity = [index[c] for c in ((rule.group_by,) if rule.group_by else rule.identity)]
        self._time = _time(rule, wanted, index)
        single = {n: e for n, e in rule.fields.items() if e.form not in ("sum", "lines")}
        self._fields = [(n, compile_field(e, wanted, index)) for n, e in single.items()]
        self._context = [(n, compile_field(e, wanted, index)) for n, e in rule.context.items()]
        self._amounts = [(n, compile_amount(e, wanted, index)) for n, e in rule.fields.items() if e.form == "sum"]
        self._lines = [(n, compile_line(e.parts, wanted, index)) for n, e in rule.fields.items() if e.form == "lines"]
        self._groups: dict[tuple[str, str], _Group] = {}  # by identity and customer
        self._newest: dict[str, str] = {}  # identity → customer of the group that it opened last
        self._needed = _needed(rule)
        self.made = 0  # events so far

    def matches(self, row: Row) -> bool:
        """Whether the rule's ``where`` holds; raises ``BadCell``."""
        return self._test(row)

    def take(self, row: Row, number: int) -> tuple[int, Line] | None:
        """Add a row that matches; gives (order, event) when the rule does not group. Raises ``BadCell``, with nothing added."""
        time_ms = self._time(row)
        amounts = [(name, amount(row)) for name, amount in self._amounts]
        lines = [(name, line(row)) for name, line in self._lines]
        identity, customer = self._who(row, number)
        group = self._groups.get((identity, customer)) if self.rule.group_by else None
        if group is None:
            group = self._open(row, number, time_ms, identity, customer)
        elif time_ms < group.time_ms:
            group.time_ms = time_ms
        for name, value in amounts:
            group.amounts.setdefault(name, []).append(value)
        for name, line in lines:
            group.lines.setdefault(name, []).append(line)
        return None if self.rule.group_by else (number, self._event(group))

    def finish(self) -> Iterator[tuple[int, Line]]:
        """Events of the groups, as (order, event); memory of a group is given back once it is encoded."""
        while self._groups:
            group = self._groups.pop(next(iter(self._groups)))
            yield group.order, self._event(group)

    def _who(self, row: Row, number: int) -> tuple[str, str]:
        """What names the event, and whose it is. Two customers under one order number are two orders, and never one.

        A line that leaves the customer out belongs to the order that was opened last under its number: some exports say who
        it was on the first line only.
        """
        identity = "\x1f".join([text(row[at]) for at in self._identity])
        customer = text(row[self._customer])
        if self.rule.group_by:
            if not identity:
                raise BadCell(f"{self.rule.group_by} is empty")
            customer = customer or self._newest.get(identity, "")
        if not customer:
            raise BadCell(f"{self.rule.customer} is empty")
        return identity or f"{self._file}\x1f{number}", customer

    def _open(self, row: Row, number: int, time_ms: int, identity: str, customer: str) -> _Group:
        fields = {name: value for name, field in self._fields if (value := field(row)) is not None}
        context = {name: value for name, field in self._context if (value := field(row)) is not None}
        for name, column in self._needed:
            if name not in fields:
                raise BadCell(f"{column} is empty")
        # The first order under a number keeps the id that it had when customers did not count.
        named = identity if identity not in self._newest else f"{identity}\x1f{customer}"
        group = _Group(time_ms, number, named, customer, fields, context, {}, {})
        if self.rule.group_by:
            self._groups[identity, customer] = group
            self._newest[identity] = customer
        return group

    def _event(self, group: _Group) -> Line:
        self.made += 1
        fields: dict[str, object] = dict(group.fields)
        fields.update({name: total(values) for name, values in group.amounts.items()})
        fields.update(group.lines)
        # The id is a hash of where the event came from: a second import of the same file repeats no event.
        message = hashlib.blake2b((self._source + group.identity).encode(), digest_size=12).hexdigest()
        event: dict[str, object] = {"type": self.rule.type}
        if self.rule.event:
            event["event"] = self.rule.event
        event |= {"messageId": f"i-{message}", "userId": group.customer, "timestamp": rfc3339(group.time_ms)}
        event["traits" if self.rule.type == "identify" else "properties"] = fields
        if group.context:
            event["context"] = _nest(group.context)
        return Line(group.time_ms, group.customer, orjson.dumps(event))


def _needed(rule: EventRule) -> tuple[tuple[str, str], ...]:
    """(property, column) of what the standard event cannot be without: such an event would become a dead letter later."""
    spec = BY_NAME.get(rule.event)
    required = {prop.name for prop in spec.properties if prop.required} if spec else set()
    single = {name: field for name, field in rule.fields.items() if field.form not in ("sum", "lines") and field.columns}
    return tuple((name, field.columns[0]) for name, field in single.items() if name in required)


def _time(rule: EventRule, wanted: ImportMap, index: Mapping[str, int]) -> Callable[[Row], int]:
    if rule.time.form == "value":
        constant = time_reader("time", "iso", wanted.timezone)(rule.time.value)
        return lambda _: constant
    column = rule.time.columns[0]
    read = time_reader(column, wanted.timestamp, wanted.timezone)
    at = index[column]
    return lambda row: read(row[at])


def _nest(flat: Mapping[str, object]) -> dict[str, object]:
    """``{"location.country": "GB"}`` → ``{"location": {"country": "GB"}}``."""
    nested: dict[str, object] = {}
    for name, value in flat.items():
        *outer, last = name.split(".")
        place = nested
        for step in outer:
            inner = place.setdefault(step, {})
            if isinstance(inner, dict):
                place = inner
        place[last] = value
    return nested
