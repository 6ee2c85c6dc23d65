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
        self._groups: dict[str, _Group] = {}
        self.made = 0  # events so far

    def matches(self, row: Row) -> bool:
        """Whether the rule's ``where`` holds; raises ``BadCell``."""
        return self._test(row)

    def take(self, row: Row, number: int) -> tuple[int, Line] | None:
        """Add a row that matches; gives (order, event) when the rule does not group. Raises ``BadCell``, with nothing added."""
        time_ms = self._time(row)
        amounts = [(name, amount(row)) for name, amount in self._amounts]
        lines = [(name, line(row)) for name, line in self._lines]
        identity = "\x1f".join([text(row[at]) for at in self._identity]) or f"{self._file}\x1f{number}"
        group = self._groups.get(identity) if self.rule.group_by else None
        if group is None:
            group = self._open(row, number, time_ms, identity)
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

    def _open(self, row: Row, number: int, time_ms: int, identity: str) -> _Group:
        customer = text(row[self._customer])
        if not customer:
            raise BadCell(f"{self.rule.customer} is empty")
        fields = {name: value for name, field in self._fields if (value := field(row)) is not None}
        context = {name: value for name, field in self._context if (value := field(row)) is not None}
        group = _Group(time_ms, number, identity, customer, fields, context, {}, {})
        if self.rule.group_by:
            self._groups[identity] = group
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
