"""Conditions and expressions of a map, read from YAML."""

from __future__ import annotations

from platinum.ops.importing.conditions import OPERATORS
from platinum.ops.importing.mapfile import Condition, Expression, Scalar
from platinum.ops.importing.mapyaml import Entry

#: Forms that read one column.
_ONE_COLUMN = ("text", "number", "whole", "yes_no", "time", "day_end")
_FORMS = (*_ONE_COLUMN, "value", "look", "sum", "lines", "flags")
#: What else may stand beside a form.
_BESIDE = {"look": ("in", "otherwise"), "sum": ("sign",)}


def conditions(entry: Entry) -> tuple[Condition, ...]:
    """``{Quantity: {above: 0}, InvoiceNo: {not_starts_with: C}}``; all must hold."""
    found = []
    for column, tests in entry.children().items():
        for operator, value in tests.children(OPERATORS).items():
            read = _value(value, OPERATORS[operator])
            if read is not None:
                found.append(Condition(column, operator, read))
    if entry.is_mapping() and not entry.children():
        entry.problem("must have at least one condition, such as {Quantity: {above: 0}}")
    return tuple(found)


def _value(entry: Entry, want: str) -> Scalar | tuple[Scalar, ...]:
    if want in ("list", "numbers"):
        values = tuple(item.scalar() for item in entry.items())
        if want == "numbers" and (len(values) != 2 or not all(_is_number(v) for v in values)):
            entry.problem("must be two numbers, such as [1, 10]")
            return None
        return values
    value = entry.scalar()
    if want == "number" and not _is_number(value):
        entry.problem("must be a number")
        return None
    if want == "yes_no" and not isinstance(value, bool):
        entry.problem("must be true or false")
        return None
    return str(value) if want == "text" and value is not None else value


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def expression(entry: Entry, per_line: bool = False) -> Expression | None:
    """One field: a column's name, or ``{form: ...}``; ``None`` after noting a mistake.

    ``per_line`` is set for the fields of an order line, where sums and lines make no sense.
    """
    if not entry.is_mapping():
        column = entry.text()
        return Expression("text", (column,)) if column else None
    names = [form for form in _FORMS if not (per_line and form in ("sum", "lines"))]
    known = [*names, *(name for form in names for name in _BESIDE.get(form, ()))]
    children = entry.children(known)
    forms = [name for name in children if name in names]
    if len(forms) != 1:
        if children:
            entry.problem(f"must have exactly one of {', '.join(names)}")
        return None
    form = forms[0]
    for name in children.keys() - {form, *_BESIDE.get(form, ())}:
        children[name].problem(f"does not go with {form}")
    return _of_form(form, children)


def _of_form(form: str, children: dict[str, Entry]) -> Expression | None:
    entry = children[form]
    if form in _ONE_COLUMN:
        return Expression(form, (entry.text(),))
    if form == "value":
        return Expression(form, value=entry.scalar())
    if form == "look":
        return _look(children)
    if form == "flags":
        table = {column: category.text() for column, category in entry.children().items()}
        return Expression(form, tuple(table), table=dict(table))
    if form == "lines":
        parts = {name: part for name, child in entry.children().items() if (part := expression(child, per_line=True))}
        return Expression(form, parts=parts)
    columns = tuple(item.text() for item in entry.items())
    sign = children["sign"].scalar() if "sign" in children else 1
    if sign not in (1, -1):
        children["sign"].problem("must be 1 or -1")
    return Expression(form, columns, sign=-1 if sign == -1 else 1)


def _look(children: dict[str, Entry]) -> Expression | None:
    if "in" not in children:
        children["look"].problem("needs a table beside it, such as in: {United Kingdom: GB}")
        return None
    table = {cell: value.scalar() for cell, value in children["in"].children().items()}
    otherwise = children["otherwise"].scalar() if "otherwise" in children else None
    return Expression("look", (children["look"].text(),), otherwise, table)
