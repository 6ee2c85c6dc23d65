"""How numba passes the named tuples of ``platinum.by_reference``: as one pointer.

By itself it passes a named tuple of arrays by value: every array is seven machine words, so each call between kernels that
takes the 21 arrays of ``Tables`` moved 147 of them; what compiling that cost is in docs/decisions/0007. The kernels'
source is the same either way: ``tables.actions[a]["value"]``.

The tuple's arrays are read out of the Python object once per call from Python, into the caller's frame, where they
outlive the call. Where a call is short and the arrays stay the same, that is most of it: ``pinned`` reads them out once.
With the JIT off kernels see the tuples themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, intrinsic, models, register_model, typeof_impl, unbox
from numba.np.numpy_support import from_dtype

from platinum.by_reference import Arrays, tell

#: Of each class that was declared.
_KINDS: dict[type, ReferenceType] = {}


class ReferenceType(types.Type):
    """A named tuple of C-contiguous arrays, by reference.

    Parameters
    ----------
    name : str
        Of the tuple's class.
    fields : tuple of (name, dtype, dimensions)
    """

    def __init__(self, name: str, fields: tuple[tuple[str, Any, int], ...]) -> None:
        self.fields = tuple((field, types.Array(from_dtype(np.dtype(dtype)), n, "C")) for field, dtype, n in fields)
        self.index = {field: i for i, (field, _) in enumerate(self.fields)}
        super().__init__(name=f"Reference({name})")


@register_model(ReferenceType)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: ReferenceType) -> None:
        super().__init__(manager, kind, ir.IntType(8).as_pointer())


@infer_getattr
class _Attributes(AttributeTemplate):
    key = ReferenceType

    def generic_resolve(self, kind: ReferenceType, attr: str) -> types.Type | None:
        """Type of one array."""
        at = kind.index.get(attr)
        return None if at is None else kind.fields[at][1]


def _layout(context: Any, kind: ReferenceType) -> ir.LiteralStructType:
    return ir.LiteralStructType([context.get_value_type(array) for _, array in kind.fields])


@lower_getattr_generic(ReferenceType)
def _getattr(context: Any, builder: Any, kind: ReferenceType, value: Any, attr: str) -> Any:
    at = kind.index[attr]
    pointer = builder.bitcast(value, _layout(context, kind).as_pointer())
    loaded = builder.load(cgutils.gep_inbounds(builder, pointer, 0, at))
    return impl_ret_borrowed(context, builder, kind.fields[at][1], loaded)


@unbox(ReferenceType)
def _unbox(kind: ReferenceType, obj: Any, c: Any) -> NativeValue:
    builder = c.builder
    frame = cgutils.alloca_once(builder, _layout(c.context, kind))
    failed = cgutils.alloca_once_value(builder, cgutils.false_bit)
    for at, (_, array) in enumerate(kind.fields):
        item = c.pyapi.tuple_getitem(obj, at)  # borrowed
        native = c.unbox(array, item)
        builder.store(native.value, cgutils.gep_inbounds(builder, frame, 0, at))
        builder.store(builder.or_(builder.load(failed), native.is_error), failed)
    return NativeValue(builder.bitcast(frame, ir.IntType(8).as_pointer()), is_error=builder.load(failed))


def _register(cls: type[tuple[Any, ...]], arrays: Arrays) -> None:
    kind = ReferenceType(cls.__name__, tuple((name, *shape) for name, shape in arrays.items()))
    typeof_impl.register(cls)(lambda _value, _context: kind)
    _KINDS[cls] = kind


def pinned(instance: Any) -> Any:
    """The words that kernels read of ``instance`` (int64[*]), for a kernel that takes it by ``unpinned``.

    Its arrays must outlive the words, and stay where they are. 58 arrays that are read out anew, after other programs have
    used the caches, take 35 µs.

    Raises
    ------
    TypeError
        An array has another dtype or number of dimensions than ``by_reference`` was told, or is not C-contiguous.
    """
    if numba.config.DISABLE_JIT:
        return instance
    words: list[int] = []
    for (name, kind), array in zip(_KINDS[type(instance)].fields, instance, strict=True):
        if (from_dtype(array.dtype), array.ndim) != (kind.dtype, kind.ndim) or not array.flags.c_contiguous:
            raise TypeError(f"{type(instance).__name__}.{name}: {kind} is wanted")
        # As numba lays an array out; who owns it (the first two) is not looked at without reference counting.
        words += [0, 0, array.size, array.itemsize, array.ctypes.data, *array.shape, *array.strides]
    return np.array(words, np.int64)


def unpinned(cls: type[tuple[Any, ...]]) -> Any:
    """For kernels: a function that gives the instance of ``cls`` of which ``pinned`` made the words."""
    if numba.config.DISABLE_JIT:
        return _itself
    kind = _KINDS[cls]

    @intrinsic
    def instance_of(_context: Any, words: Any) -> tuple[Any, Callable[..., Any]]:
        def built(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, arguments[0])
            return builder.bitcast(array.data, ir.IntType(8).as_pointer())

        return kind(words), built

    return instance_of


def _itself(instance: Any) -> Any:
    return instance


tell(_register)
