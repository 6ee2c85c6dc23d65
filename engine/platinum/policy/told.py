"""Conditions of a compiled policy in words, for whoever explains: ``orders at least 2``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.policy.fields import FIELDS, ConditionField
from platinum.policy.policy import Policy
from platinum.policy.tables import AND, NOT, OP_AT_LEAST, OP_AT_MOST, OP_BETWEEN, OP_EQUAL, OP_KNOWN, OR, TRUE
from platinum.vocabulary.codes import Kind

_BY_FIELD = {int(one.field): one for one in FIELDS.values()}
_CONSENT = {1: "granted", 0: "unknown", -1: "denied"}
#: ``TRAIT_SPEC.kind``.
_YES_NO = 0
_WORDS = {OP_AT_LEAST: "at least", OP_AT_MOST: "at most", OP_EQUAL: "is"}


def subject(leaf: Any, policy: Policy) -> str:
    """What a comparison (LEAF) is about, as a policy writes it: ``affinity.candles``."""
    one = _BY_FIELD[int(leaf["field"])]
    about = policy.names.get(int(leaf["name"])) if leaf["name"] else None
    return about if one.of == "trait" and about else f"{one.name}.{about}" if about else one.name


def value_of(leaf: Any, value: float, policy: Policy) -> str | float | None:
    """What a field holds: a number, a word of the policy, None where it is not known; other people's words are ``another``."""
    if math.isnan(value):
        return None
    one = _BY_FIELD[int(leaf["field"])]
    if one.compares == "event":
        return Kind(int(value)).name.lower()
    if one.compares == "consent":
        return _CONSENT.get(int(value), f"{value:g}")
    if _is_word(one, leaf, policy):
        return policy.names.get(int(value), "another")
    if one.compares == "trait" and _YES_NO in policy.tables.traits["kind"][policy.tables.traits["name"] == leaf["name"]]:
        return "yes" if value else "no"
    return float(f"{value:.6g}")


def _is_word(one: ConditionField, leaf: Any, policy: Policy) -> bool:
    if one.compares == "trait":
        return bool(policy.traits.get(policy.names.get(int(leaf["name"]), ""), ()))
    return one.compares not in ("number", "event", "consent")


def test(leaf: Any, policy: Policy) -> str:
    """A comparison in words."""
    name, op = subject(leaf, policy), int(leaf["op"])
    if op == OP_KNOWN:
        return f"{name} {'known' if leaf['a'] else 'not known'}"
    a, b = (_threshold(leaf, float(leaf[member]), policy) for member in ("a", "b"))
    if op == OP_BETWEEN:
        return f"{name} from {a} to {b}"
    return f"{name} {_WORDS.get(op, 'is not')} {a}"


def _threshold(leaf: Any, value: float, policy: Policy) -> str:
    said = value_of(leaf, value, policy)
    return f"{said:g}" if isinstance(said, float) else str(said)


class Part(NamedTuple):
    """One of the conditions that must all hold: its postfix code, and in words."""

    code: tuple[int, ...]
    words: str


def parts(action: int, policy: Policy) -> list[Part]:
    """The conditions of an action (index) that must all hold, in the order of the policy; [] = everybody."""
    record = policy.tables.actions[action]
    start, length = int(record["program_start"]), int(record["program_len"])
    if length == 0:
        return []
    return [Part(code, _said(code, policy)) for code in _conjuncts(policy.tables.program[start : start + length].tolist())]


def _conjuncts(code: Sequence[int]) -> list[tuple[int, ...]]:
    """What the outermost ANDs of a postfix program join."""
    stack: list[list[tuple[int, ...]]] = []
    for step in code:
        if step == NOT:
            inner = stack.pop()
            stack.append([(*_joined(inner), NOT)])
        elif step in (AND, OR):
            right, left = stack.pop(), stack.pop()
            stack.append(left + right if step == AND else [(*_joined(left), *_joined(right), OR)])
        else:
            stack.append([(step,)])
    return [part for part in stack[-1] if part != (TRUE,)]


def _joined(some: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    code = some[0]
    for other in some[1:]:
        code = (*code, *other, AND)
    return code


def _said(code: Sequence[int], policy: Policy) -> str:
    stack: list[tuple[str, bool]] = []  # words, and whether they hold together without brackets
    for step in code:
        if step in (AND, OR):
            right, left = stack.pop(), stack.pop()
            word = " and " if step == AND else " or "
            stack.append((word.join(text if whole or word in text else f"({text})" for text, whole in (left, right)), False))
        elif step == NOT:
            text, whole = stack.pop()
            stack.append((f"not {text}" if whole else f"not ({text})", True))
        else:
            stack.append(("always" if step == TRUE else test(policy.tables.leaves[step], policy), True))
    return stack[-1][0]


def holds(code: Sequence[int], truths: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a condition is true: bool[N] from the truths of every comparison, bool[N, L]."""
    stack: list[NDArray[np.bool_]] = []
    for step in code:
        if step in (AND, OR):
            right, left = stack.pop(), stack.pop()
            stack.append(left & right if step == AND else left | right)
        elif step == NOT:
            stack.append(~stack.pop())
        else:
            stack.append(np.ones(len(truths), np.bool_) if step == TRUE else truths[:, step])
    return stack[-1]


def truths(leaves: NDArray[np.void], values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Truth of comparisons, bool[N, L], of what they look at, float64[N, L]; as ``decide.conditions.compare``."""
    a, b, op = leaves["a"], leaves["b"], leaves["op"]
    known = ~np.isnan(values)
    said = (values >= a, values <= a, (values >= a) & (values <= b), values == a)
    found: NDArray[np.bool_] = np.select([op == i for i in range(4)], said, values != a) & known
    return np.where(op == OP_KNOWN, known == (a != 0), found)
