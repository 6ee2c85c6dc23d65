"""How a rule is broken on purpose: functions are replaced wherever they are named, cells of the matrix are turned over.

Kernels can be replaced only while they are plain functions, with the JIT off (``NUMBA_DISABLE_JIT=1``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.policy.matrix import matrix
from platinum.vocabulary.codes import Gate, Lane


@dataclass(frozen=True, slots=True)
class Break:
    """One way to break a rule.

    Attributes
    ----------
    rule : str
        File of the stories, without its suffix.
    what : str
        What the code would do, in words.
    replaced : sequence of (function, function), or of constants
        What stands in whose place.
    cells : sequence of (Gate, Lane, bool)
        Cells of the matrix, and what they say now.
    """

    rule: str
    what: str
    replaced: Sequence[tuple[Any, Any]] = ()
    cells: Sequence[tuple[Gate, Lane, bool]] = ()

    @contextmanager
    def done(self) -> Iterator[None]:
        """The code is broken inside, and whole again afterwards."""
        replaced = [*self.replaced, *([(matrix, self._matrix)] if self.cells else [])]
        undo: list[tuple[Any, str, Any]] = []
        try:
            for old, new in replaced:
                undo += _replace(old, new)
            yield
        finally:
            for place, name, old in undo:
                setattr(place, name, old)

    def _matrix(self) -> NDArray[np.uint8]:
        applies = matrix()
        for gate, lane, yes in self.cells:
            applies[gate, lane] = yes
        return applies


def _replace(old: Any, new: Any) -> list[tuple[Any, str, Any]]:
    """Put ``new`` wherever a module of Platinum, or a class of it, names ``old``."""
    found = []
    for module in [module for name, module in sys.modules.items() if name.split(".")[0] == "platinum"]:
        places = [module, *(one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__)]
        for place in places:
            for name in [name for name, value in vars(place).items() if value is old]:
                setattr(place, name, new)
                found.append((place, name, old))
    if not found:
        raise LookupError(f"{old} is named nowhere: it was moved, and this break breaks nothing")
    return found
