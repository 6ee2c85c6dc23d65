"""Fields of an event from cells: every expression of a map becomes one function of a row."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from platinum.ops.importing.cells import BadCell, Cell, Row, day_end_reader, number_reader, rfc3339, text, time_reader, yes_no
from platinum.ops.importing.mapfile import Expression, ImportMap

#: A row → one value; ``None`` = the field is left out.
Field = Callable[[Row], object]

#: Money is written with at most so many decimals: sums of cents in binary would show their rounding.
_DIGITS = 4


def compile_field(expression: Expression, wanted: ImportMap, index: Mapping[str, int]) -> Field:
    """The function of one expression, for any form but ``sum`` and ``lines`` (see ``groups``)."""
    form = expression.form
    if form == "value":
        return lambda _: expression.value
    if form == "flags":
        return _flags(expression, index)
    column = expression.columns[0]
    at = index[column]
    if form == "text":
        return lambda row: text(row[at]) or None
    if form == "look":
        return lambda row: expression.table.get(text(row[at]), expression.value)
    if form == "yes_no":
        return lambda row: yes_no(row[at])
    if form == "time":
        instant = time_reader(column, wanted.timestamp, wanted.timezone)
        return lambda row: rfc3339(instant(row[at])) if text(row[at]) else None
    if form == "day_end":
        last = day_end_reader(column, wanted.timestamp, wanted.timezone)
        return lambda row: rfc3339(last(row[at])) if text(row[at]) else None
    return _number(column, at, wanted.decimal, whole=form == "whole")


def _number(column: str, at: int, decimal: str, whole: bool) -> Field:
    read = number_reader(column, decimal)

    def field(row: Row) -> object:
        cell: Cell = row[at]
        if cell is None or cell == "":
            return None
        value = read(cell)
        if not whole:
            return value
        if not value.is_integer():
            raise BadCell(f"{column} is not a whole number")
        return int(value)

    return field


def _flags(expression: Expression, index: Mapping[str, int]) -> Field:
    flags = [(index[column], category) for column, category in expression.table.items()]
    return lambda row: [{"category": category} for at, category in flags if yes_no(row[at])] or None


def compile_line(parts: Mapping[str, Expression], wanted: ImportMap, index: Mapping[str, int]) -> Callable[[Row], dict[str, object]]:
    """One line of an order, from one row; fields without a value are left out."""
    fields = [(name, compile_field(part, wanted, index)) for name, part in parts.items()]

    def line(row: Row) -> dict[str, object]:
        return {name: value for name, field in fields if (value := field(row)) is not None}

    return line


def compile_amount(expression: Expression, wanted: ImportMap, index: Mapping[str, int]) -> Callable[[Row], float]:
    """The product of a line's numbers, such as quantity × price."""
    factors = [(index[column], number_reader(column, wanted.decimal)) for column in expression.columns]
    sign = float(expression.sign)

    def amount(row: Row) -> float:
        product = sign
        for at, read in factors:
            product *= read(row[at])
        return product

    return amount


def total(amounts: list[float]) -> float:
    """Exact sum of a group's amounts, rounded to ten-thousandths; any order of lines gives the same."""
    return round(math.fsum(amounts), _DIGITS)
