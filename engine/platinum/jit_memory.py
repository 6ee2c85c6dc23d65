"""What numba computes again and again while it compiles, remembered or left out; what it compiles stays the same.

Each of these was found in a profile of compiling all kernels; docs/decisions/0007 has the figures. All of them replace something below
numba's documented interface: tests/unit/test_jit_memory.py fails when a new numba no longer asks there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from numba.core import event, ir, types, utils
from numba.core.compiler import Flags
from numba.core.types.functions import BaseFunction


def _same_flags(one: Flags, other: object) -> Any:
    """Equality of compiler flags, from what was set where that suffices."""
    if not isinstance(other, Flags):
        return NotImplemented
    set_alike = one._values == other._values
    return set_alike or bool(one.values() == other.values())


def _hash_of_flags(_one: Flags) -> int:
    """One for all, as numba's own is: that hashes the names of the options, not their values."""
    return 0


_resolve = BaseFunction.get_call_type
_SCALARS = (types.Integer, types.Float, types.Boolean)
_answers: dict[int, tuple[Any, dict[Any, Any]]] = {}


def _call_type(function: Any, context: Any, args: tuple[Any, ...], kws: dict[str, Any]) -> Any:
    """The signature of a built-in function or operator for these scalars, asked for once.

    numba tries every template that was ever registered for ``+`` at each ``+``, and the constraints of a function several times.
    """
    if kws or not all(isinstance(arg, _SCALARS) for arg in args):
        return _resolve(function, context, args, kws)
    # Beside the type, not in it: types are pickled into the cache with all that they hold.
    known = _answers.setdefault(id(function), (function, {}))[1]
    signature = known.get((context, args))
    if signature is None:
        signature = known[context, args] = _resolve(function, context, args, kws)
    return signature


#: What to do with an operand of this class: nothing, take it, ask it, or go through it.
_NOTHING, _TAKE, _ASK, _ITEMS, _VALUES = range(5)
_todo: dict[type, int] = {}


def _todo_of(cls: type) -> int:
    for base, todo in ((ir.Var, _TAKE), (ir.Inst, _ASK), ((list, tuple), _ITEMS), (dict, _VALUES)):
        if issubclass(cls, base):
            return todo
    return _NOTHING


def _variables(instruction: Any, operand: Any) -> list[Any]:
    """Variables in ``operand``; numba asks for every instruction's after every pass, and told classes apart with ``isinstance``."""
    cls = operand.__class__
    todo = _todo.get(cls)
    if todo is None:
        todo = _todo[cls] = _todo_of(cls)
    if todo == _NOTHING:
        return []
    if todo == _TAKE:
        return [operand]
    if todo == _ASK:
        listed: list[Any] = operand.list_vars()
        return listed
    found = []
    for item in operand if todo == _ITEMS else operand.values():
        if _todo.get(item.__class__) != _NOTHING:
            found += _variables(instruction, item)
    return found


_name_of_record = types.Record.__repr__
_names: dict[int, tuple[Any, str]] = {}


def _name_once(record: Any) -> str:
    """A record type's name for messages and events: kilobytes long, and asked for in every pass of every kernel."""
    named = _names.get(id(record))
    if named is None:
        named = _names[id(record)] = (record, _name_of_record(record))
    return named[1]


#: Of a function that implements something built in; asked for at each use of it. The cache keeps what is never thrown away anyway.
_signature_of = cache(utils.pysignature)

_start_event, _end_event = event.start_event, event.end_event


def _start_if_heard(kind: str, data: Any = None) -> None:
    """Two events per call of LLVM are made, mostly for nobody."""
    if event._registered.get(kind):
        _start_event(kind, data)


def _end_if_heard(kind: str, data: Any = None, exc_details: Any = None) -> None:
    if event._registered.get(kind):
        _end_event(kind, data, exc_details)


@contextmanager
def _no_timer(_kind: str, _callback: Any) -> Iterator[None]:
    """numba times the compilation of each kernel, and of all that it calls once more: each of those events went to every caller."""
    yield None


Flags.__eq__, Flags.__hash__ = _same_flags, _hash_of_flags
BaseFunction.get_call_type = _call_type  # type: ignore[method-assign, assignment]
ir.Inst._rec_list_vars = _variables
utils.pysignature = _signature_of
types.Record.__repr__ = _name_once  # type: ignore[method-assign]
event.start_event, event.end_event, event.install_timer = _start_if_heard, _end_if_heard, _no_timer
