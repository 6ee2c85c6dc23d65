"""Rows brought near before they are needed: those of 20,000 customers lie far outside the nearest cache.

Waiting for the first bytes of a row took a tenth of the batch kernel's time.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from platinum.profile.row import ROW

#: What a processor fetches at once.
_LINE_BYTES = 64


def _place(name: str) -> int:
    if ROW.fields is None:
        raise TypeError("ROW must be a structured dtype")
    return ROW.fields[name][1]


#: What every event looks at: counts and fixed sections, which lie in front of the lists, and the messages seen lately. All
#: 60 lines of a row took longer than they saved.
_LINES = (*range(0, _place("consents"), _LINE_BYTES), *range(_place("recent"), _place("reached"), _LINE_BYTES))


def _fetch(_context: Any, rows: Any, _slot: Any) -> Any:
    def fetch(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.mul(arguments[1], ir.Constant(ir.IntType(64), ROW.itemsize))
        row = builder.gep(builder.bitcast(array.data, byte), [place])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, word, word, word]))
        for at in _LINES:
            # To be read, kept in the second nearest cache, no code.
            builder.call(prefetch, [builder.gep(row, [ir.Constant(ir.IntType(64), at)]), word(0), word(2), word(1)])
        return context.get_dummy_value()

    return types.void(rows, types.int64), fetch


def _nothing(rows: NDArray[Any], slot: int) -> None:
    """Interpreted, there is nothing to gain."""


#: ``bring_near(rows, slot)``: a hint that ``rows[slot]`` (ROW[N], or its bytes) is about to be needed; changes nothing.
bring_near = _nothing if numba.config.DISABLE_JIT else intrinsic(_fetch)
