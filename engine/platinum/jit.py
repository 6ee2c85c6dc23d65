"""How a kernel is compiled: nopython, GIL released, cached beside no other version's code.

numba's on-disk cache looks at one file only: a kernel that calls a kernel in another file would keep
yesterday's callee after an edit. The cache folder is therefore named by a hash of every source file that can
hold a kernel or a number frozen into one, set here, before the first decorator runs. fastmath and parallel stay off: the same log
must give the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np
from numba.core import types
from numba.core.registry import CPUDispatcher

from platinum import by_reference_types, jit_memory  # noqa: F401 - before the first kernel is compiled
from platinum.jit_linked import InnerCompiler, OutermostCompiler

F = TypeVar("F", bound=Callable[..., Any])


#: Where kernels live, and the dtypes and constants that they freeze: the stages and what lies below them; a parser.
_SOURCES = (
    *("*.py", "vocabulary/*.py", "events/**/*.py", "profile/*.py", "scoring/*.py", "decide/*.py"),
    *("policy/tables.py", "policy/style_norms.py", "policy/arranging.py", "policy/content_schema.py", "policy/goal_keys.py"),
    *("emit/*.py", "learn/*.py", "pipeline/*.py", "stores/written.py", "logs/kafka_scan.py", "logs/kafka_crc.py"),
)


def source_hash() -> str:
    """Hash of every source file that may reach a kernel, and of numba's version (16 hex digits)."""
    digest = hashlib.blake2b(numba.__version__.encode(), digest_size=8)
    root = Path(__file__).parent
    for path in sorted(path for pattern in _SOURCES for path in root.glob(pattern)):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Where compiled kernels of exactly these sources are kept."""
    base = os.environ.get("PLATINUM_KERNEL_CACHE") or os.environ.get("XDG_CACHE_HOME")
    root = Path(base) if base else Path.home() / ".cache"
    return root / "platinum" / "kernels" / source_hash()


numba.config.CACHE_DIR = str(cache_folder())


# Without numba's reference counting (``_nrt``): every call between kernels that passes the 21 arrays of ``Tables``
# would count each of them up and down, atomically; a fold took 2.1 µs, now 0.2. The price is that a kernel cannot
# allocate (a compile error says so) and must not return an array; the callers' arrays outlive every call anyway.
_HOW = {"nogil": True, "cache": True, "_nrt": False, "no_cfunc_wrapper": True}


def shared(function: F) -> F:
    """Compile a large kernel to machine code of its own, which Python enters and other kernels link as it is.

    For what several outermost kernels contain: it is optimised once.
    """
    compiled: F = numba.njit(**_HOW, pipeline_class=OutermostCompiler)(function)
    return compiled


def inner(function: F) -> F:
    """Compile a kernel that only other kernels call; called from Python it raises ``TypeError``.

    Tests reach it through a kernel, or with the JIT off.
    """
    compiled: F = numba.njit(**(_HOW | {"cache": False}), no_cpython_wrapper=True, pipeline_class=InnerCompiler)(function)
    return compiled


class _Entry(CPUDispatcher):
    """What Python calls; kernels that name it get ``inside`` instead."""

    inside: Any

    @property
    def _numba_type_(self) -> Any:
        return types.Dispatcher(self.inside)


def kernel(function: F) -> F:
    """Compile ``function`` with numba on first call (``nogil``, cached on disk); it cannot allocate arrays.

    Kernels that call it link it as an ``inner`` one: the way in from Python, with arrays to take out of their objects, and
    machine code of its own exist only once Python calls it.
    """
    compiled: Any = numba.njit(**_HOW, pipeline_class=OutermostCompiler)(function)
    if isinstance(compiled, CPUDispatcher):  # with the JIT off it is the function itself
        compiled.__class__ = _Entry
        compiled.inside = inner(function)
    entry: F = compiled
    return entry


def constant(value: int) -> Any:
    """An integer that kernels hand to other kernels.

    numba gives a plain int a type of its own (``Literal[int](5)``) and compiles the callee anew for each one.
    """
    return np.int64(value)


#: The 64-bit integers of kernels. numba reads them as numpy's; mypy, to which those are no ``int``, lets them pass.
int64: Any = np.int64
uint64: Any = np.uint64
