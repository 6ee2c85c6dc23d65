"""Filters of a map: field, operator, value. A closed list; nothing in a map is code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from platinum.ops.importing.cells import Row, number_reader, text
from platinum.ops.importing.mapfile import Condition

Test = Callable[[Row], bool]

#: Operator → what its value must be: ``text``, ``number``, ``numbers`` (two), ``list`` or ``yes_no``.
OPERATORS: Mapping[str, str] = {
    "equals": "text",
    "not": "text",
    "one_of": "list",
    "not_one_of": "list",
    "starts_with": "text",
    "not_starts_with": "text",
    "contains": "text",
    "empty": "yes_no",
    "above": "number",
    "at_least": "number",
    "below": "number",
    "at_most": "number",
    "between": "numbers",
}


def all_of(conditions: Sequence[Condition], index: Mapping[str, int], decimal: str) -> Test:
    """A function that is true for rows where every condition holds; number tests raise ``BadCell``."""
    tests = [_one(condition, index[condition.column], decimal) for condition in conditions]

    def test(row: Row) -> bool:
        for t in tests:  # all() with a generator costs twice as much on every row
            if not t(row):
                return False
        return True

    return test


def _one(condition: Condition, at: int, decimal: str) -> Test:
    want = OPERATORS[condition.operator]
    if want in ("number", "numbers"):
        return _number_test(condition, at, decimal)
    return _text_test(condition, at)


def _number_test(condition: Condition, at: int, decimal: str) -> Test:
    read = number_reader(condition.column, decimal)
    low, high = _bounds(condition)
    if condition.operator == "above":
        return lambda row: read(row[at]) > low
    if condition.operator == "below":
        return lambda row: read(row[at]) < high
    return lambda row: low <= read(row[at]) <= high


def _bounds(condition: Condition) -> tuple[float, float]:
    if isinstance(condition.value, tuple):
        return float(str(condition.value[0])), float(str(condition.value[1]))
    bound = float(str(condition.value))
    return (float("-inf"), bound) if condition.operator in ("below", "at_most") else (bound, float("inf"))


def _text_test(condition: Condition, at: int) -> Test:
    operator, value = condition.operator, condition.value
    if operator == "empty":
        return lambda row: (not text(row[at])) is value
    if isinstance(value, tuple):
        wanted = frozenset(text(v) for v in value)
        return (lambda row: text(row[at]) in wanted) if operator == "one_of" else lambda row: text(row[at]) not in wanted
    word = text(value)
    tests: dict[str, Test] = {
        "equals": lambda row: text(row[at]) == word,
        "not": lambda row: text(row[at]) != word,
        "starts_with": lambda row: text(row[at]).startswith(word),
        "not_starts_with": lambda row: not text(row[at]).startswith(word),
        "contains": lambda row: word in text(row[at]),
    }
    return tests[operator]
