"""How a rule is broken on purpose: functions are replaced wherever they are named, cells of the matrix are turned over.

Kernels can be replaced only while they are plain functions, with the JIT off (``NUMBA_DISABLE_JIT=1``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.policy import compile as compiling
from platinum.policy.matrix import matrix
from platinum.vocabulary.codes import Gate, Lane

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Break:
    """One way to break a rule.

    Attributes
    ----------
    rule : str
        File of the stories, without its suffix.
    what : str
        What the code would do, in words.
    replaced : sequence of (function, function)
        What stands in whose place.
    cells : sequence of (Gate, Lane, bool)
        Cells of the matrix, and what they say now.
    """

    rule: str
    what: str
    replaced: Sequence[tuple[Function, Function]] = ()
    cells: Sequence[tuple[Gate, Lane, bool]] = ()

    @contextmanager
    def done(self) -> Iterator[None]:
        """The code is broken inside, and whole again afterwards."""
        replaced = [*self.replaced, *([(compiling.matrix, self._matrix)] if self.cells else [])]
        undo = [change for old, new in replaced for change in _replace(old, new)]
        try:
            yield
        finally:
            for module, name, old in undo:
                setattr(module, name, old)

    def _matrix(self) -> NDArray[np.uint8]:
        applies = matrix()
        for gate, lane, yes in self.cells:
            applies[gate, lane] = yes
        return applies


def _replace(old: Function, new: Function) -> Iterator[tuple[Any, str, Function]]:
    """Put ``new`` wherever a module of Platinum, or a class of it, names ``old``."""
    found = 0
    for module in [module for name, module in sys.modules.items() if name.split(".")[0] == "platinum"]:
        places = [module, *(one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__)]
        for place in places:
            for name in [name for name, value in vars(place).items() if value is old]:
                setattr(place, name, new)
                found += 1
                yield place, name, old
    if not found:
        raise LookupError(f"{old} is named nowhere: it was moved, and this break breaks nothing")
