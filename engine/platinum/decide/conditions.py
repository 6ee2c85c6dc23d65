"""Conditions of the policy: leaves compare one field of the row, postfix programs combine them.

A field that is unknown (NaN) makes every comparison false, ``not_equal`` too: nothing is concluded from
ignorance. Only ``known`` asks about it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.jit import inner, kernel
from platinum.policy.tables import AND, NOT, OP_AT_LEAST, OP_AT_MOST, OP_BETWEEN, OP_EQUAL, OP_KNOWN, OR
from platinum.profile.fields import field_value

Record = Any


@inner
def compare(op: int, value: float, a: float, b: float) -> bool:
    """Truth of one comparison; ``value`` is NaN where the field is unknown."""
    if op == OP_KNOWN:
        return (value == value) == (a != 0.0)  # NaN is the only number that differs from itself
    if value != value:
        return False
    if op == OP_AT_LEAST:
        return value >= a
    if op == OP_AT_MOST:
        return value <= a
    if op == OP_BETWEEN:
        return a <= value <= b
    if op == OP_EQUAL:
        return value == a
    return value != a


@inner
def try_leaves(row: Record, trigger: Record, tables: Any, leaf: NDArray[np.uint8]) -> None:
    """Truth of every comparison into ``leaf`` (uint8[L], overwritten); policies share a leaf between actions."""
    for i in range(tables.leaves.shape[0]):
        test = tables.leaves[i]
        value = field_value(test["field"], test["name"], row, trigger, tables)
        leaf[i] = 1 if compare(test["op"], value, test["a"], test["b"]) else 0


@kernel
def leaf_values(rows: Any, triggers: Any, tables: Any, values: NDArray[np.float64]) -> None:
    """What every comparison looks at, for whoever tells why: ``values`` (float64[N, L], overwritten), NaN where it is not known.

    ``triggers``: TRIGGER[N], one per row.
    """
    for n in range(rows.shape[0]):
        for i in range(tables.leaves.shape[0]):
            test = tables.leaves[i]
            values[n, i] = field_value(test["field"], test["name"], rows[n], triggers[n], tables)


@inner
def holds(action: Record, program: NDArray[np.int32], leaf: NDArray[np.uint8]) -> bool:
    """Whether the action's condition is true for this person; no condition is true.

    The stack is one integer, a bit per entry: ``policy.tables.MAX_STACK`` is 32.
    """
    start, length = action["program_start"], action["program_len"]
    stack = 1 if length == 0 else 0
    for at in range(start, start + length):
        code = program[at]
        if code >= 0:
            stack = stack << 1 | (1 if leaf[code] != 0 else 0)
        elif code == AND:
            stack = stack >> 1 & (stack | -2)
        elif code == OR:
            stack = stack >> 1 | stack & 1
        elif code == NOT:
            stack ^= 1
        else:  # TRUE
            stack = stack << 1 | 1
    return stack & 1 == 1
