"""What is remembered while numba compiles: each hook is still where numba asks, and answers what numba would."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pytest
from numba.core import config, event, ir, types, utils
from numba.core.caching import NullCache
from numba.core.compiler import Flags
from numba.core.registry import cpu_target
from numba.core.types.functions import BaseFunction

from platinum import jit_memory
from platinum.jit import kernel

compiles = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")


def test_compiler_flags_are_equal_by_their_values() -> None:
    one, same, other = Flags(), Flags(), Flags()
    one.nrt, other.nrt = False, True  # unset, ``nrt`` is off

    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "flags"


def compiled(body: Any) -> Any:
    """What it gives; compiled here and now, not found where an earlier run of the tests left it."""
    entry: Any = kernel(body)
    entry._cache = NullCache()
    return entry(np.int64(3), np.float64(2.0))


@compiles
def test_numba_asks_for_operators_variables_signatures_and_events_where_they_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()

    def heard(name: str, function: Any) -> Any:
        def ask(*args: Any, **named: Any) -> Any:
            asked.add(name)
            return function(*args, **named)

        return ask

    assert BaseFunction.get_call_type is jit_memory._call_type
    assert ir.Inst._rec_list_vars is jit_memory._variables
    assert utils.pysignature is jit_memory._signature_of
    monkeypatch.setattr(BaseFunction, "get_call_type", heard("operator", BaseFunction.get_call_type))
    monkeypatch.setattr(ir.Inst, "_rec_list_vars", heard("variables", ir.Inst._rec_list_vars))
    monkeypatch.setattr(utils, "pysignature", heard("signature", utils.pysignature))
    monkeypatch.setattr(event, "start_event", heard("start", event.start_event))
    monkeypatch.setattr(event, "end_event", heard("end", event.end_event))
    monkeypatch.setattr(event, "install_timer", heard("timer", event.install_timer))

    assert compiled(lambda n, x: n + x) == 5.0
    assert asked == {"operator", "variables", "signature", "start", "end", "timer"}


@compiles
@pytest.mark.parametrize("args", [(types.int64, types.int64), (types.int32, types.float64), (types.IntegerLiteral(1), types.uint8)])
def test_an_operator_has_the_signature_that_numba_finds(args: tuple[Any, ...]) -> None:
    context = cpu_target.typing_context
    context.refresh()
    plus: Any = context.resolve_value_type(np.add)

    for _ in range(2):
        assert jit_memory._call_type(plus, context, args, {}) == jit_memory._resolve(plus, context, args, {})


def test_variables_of_an_instruction_are_those_that_numba_lists() -> None:
    scope, where = ir.Scope(None, ir.Loc("here", 1)), ir.Loc("here", 1)
    a, b, c = (ir.Var(scope, name, where) for name in "abc")
    call = ir.Expr.call(a, (b,), (("k", c),), where)

    assert set(ir.Assign(call, a, where).list_vars()) == {a, b, c}
    assert ir.Jump(3, where).list_vars() == []
    assert ir.Expr.build_map([(a, b)], 1, {}, {}, where).list_vars() == [a, b]


def test_a_record_is_named_as_numba_names_it() -> None:
    record: Any = numba.from_dtype(np.dtype([("a", "<i8"), ("b", [("c", "<f4")], (3,))]))

    assert repr(record) == repr(record) == jit_memory._name_of_record(record)


@compiles
def test_who_listens_to_events_hears_them() -> None:
    with event.install_recorder("numba:compile") as heard:
        compiled(lambda n, x: n * x)

    assert [what.is_start for _, what in heard.buffer] == [True, False]
