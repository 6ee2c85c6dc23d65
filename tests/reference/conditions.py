"""Slow twin of conditions: evaluates ``when`` as it is written, without leaves, programs or hashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Value = float | str | bool | None


def true_of(condition: Any, customer: Mapping[str, Value]) -> bool:
    """Whether a condition (as loaded from YAML) is true of a customer; ``None`` = not known."""
    if isinstance(condition, list):
        return all(true_of(one, customer) for one in condition)
    return all(_holds(name, test, customer) for name, test in condition.items())


def _holds(name: str, test: Any, customer: Mapping[str, Value]) -> bool:
    listed = test if isinstance(test, list) else [test]
    if name == "all":
        return all(true_of(one, customer) for one in listed)
    if name == "any":
        return any(true_of(one, customer) for one in listed)
    if name == "none":
        return not any(true_of(one, customer) for one in listed)
    value = customer.get(name)
    tests = test if isinstance(test, dict) else {"is": test}
    return all(_compares(operator, against, value) for operator, against in tests.items())


def _compares(operator: str, against: Any, value: Value) -> bool:
    if operator == "known":
        return (value is not None) == bool(against)
    if value is None:
        return False
    if operator == "is":
        return value in (against if isinstance(against, list) else [against])
    if operator == "is_not":
        return value not in (against if isinstance(against, list) else [against])
    assert not isinstance(value, str)
    if operator == "between":
        return bool(against[0] <= value <= against[1])
    return bool(value >= against if operator == "at_least" else value <= against)
