"""The bytes of a batch, and how kernels look at them: one or eight at a time, without the questions that indexing asks.

An array's index may be negative, so numba compares and adds for every byte that it reads; here it must lie inside. That, and
eight bytes at once, is what makes reading cheap.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from platinum.by_reference import by_reference
from platinum.jit import uint64

#: Zero bytes that must follow a text, so that the last look at eight bytes stays inside.
PADDING = 16


class Raw(NamedTuple):
    """Records of a batch as they came."""

    text: NDArray[np.uint8]  # the values, whatever lies between them, and PADDING
    starts: NDArray[np.int64]  # of each value, [B]
    lengths: NDArray[np.int64]  # of each value, [B]
    offsets: NDArray[np.int64]  # [B]
    record_ms: NDArray[np.int64]  # [B]
    flags: NDArray[np.int64]  # of EVENT; -1 = not to be read here, [B]
    keys: NDArray[np.uint8]  # the keys, and whatever lies between them
    key_starts: NDArray[np.int64]  # of each key, [B]
    key_lengths: NDArray[np.int64]  # of each key, -1 = there is none, [B]


by_reference(
    Raw,
    {
        "text": (np.uint8, 1),
        "starts": (np.int64, 1),
        "lengths": (np.int64, 1),
        "offsets": (np.int64, 1),
        "record_ms": (np.int64, 1),
        "flags": (np.int64, 1),
        "keys": (np.uint8, 1),
        "key_starts": (np.int64, 1),
        "key_lengths": (np.int64, 1),
    },
)


def _load(bits: int, result: Any) -> Any:
    def typed(_context: Any, text: Any, at: Any) -> Any:
        def load(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, arguments[0])
            place = builder.bitcast(builder.gep(array.data, [arguments[1]]), ir.IntType(bits).as_pointer())
            return builder.zext(builder.load(place, align=1), ir.IntType(64))

        return result(text, types.int64), load

    return intrinsic(typed)


def _byte(text: NDArray[np.uint8], at: int) -> int:
    """The byte at ``at``."""
    return int(text[at])


def _word(text: NDArray[np.uint8], at: int) -> uint64:
    """The eight bytes from ``at`` on as one little-endian integer."""
    return text[at : at + 8].view(np.uint64)[0]


def _count(_context: Any, marks: Any) -> Any:
    def count(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        zeros = builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))
        return builder.lshr(zeros, ir.Constant(ir.IntType(64), 3))

    return types.int64(marks), count


def _first(marks: uint64) -> int:
    """Which byte of ``marks``, not all of which are 0, is the first that is not 0."""
    return ((int(marks) & -int(marks)).bit_length() - 1) // 8


if numba.config.DISABLE_JIT:
    byte_at, word_at, first_byte = _byte, _word, _first
else:
    byte_at, word_at, first_byte = _load(8, types.int64), _load(64, types.uint64), intrinsic(_count)
