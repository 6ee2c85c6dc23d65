"""Tables whose words are read out once: kernels see the same arrays, and a wrong one is refused where it is pinned."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from platinum.by_reference import by_reference
from platinum.by_reference_types import pinned, unpinned
from platinum.jit import kernel

PAIR = np.dtype([("a", "<i4"), ("b", "<f8")])


class Shelf(NamedTuple):
    """A table and a matrix."""

    pairs: NDArray[np.void]
    cells: NDArray[np.float32]


by_reference(Shelf, {"pairs": (PAIR, 1), "cells": (np.float32, 2)})
_shelf_of = unpinned(Shelf)


@kernel
def doubled(words: Any, out: Any) -> None:
    """Write what is in the shelf into ``out`` and double its cells."""
    shelf = _shelf_of(words)
    for i in range(shelf.pairs.shape[0]):
        out[i] = shelf.pairs[i]["b"]
    for i in range(shelf.cells.shape[0]):
        for j in range(shelf.cells.shape[1]):
            shelf.cells[i, j] *= 2.0


def a_shelf() -> Shelf:
    """Three pairs, two by four cells."""
    pairs = np.zeros(3, PAIR)
    pairs["b"] = [0.5, 1.5, 2.5]
    return Shelf(pairs, np.arange(8, dtype=np.float32).reshape(2, 4))


def test_a_kernel_reads_and_writes_the_arrays_that_were_pinned() -> None:
    shelf = a_shelf()
    words, out = pinned(shelf), np.zeros(3)
    doubled(words, out)
    shelf.pairs["b"] = 7.0  # the words lead to the arrays, not to what was in them
    doubled(words, out)
    assert out.tolist() == [7.0] * 3
    assert shelf.cells.tolist() == (4 * a_shelf().cells).tolist()


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="Python looks for itself")
@pytest.mark.parametrize(
    ("name", "array"),
    [("cells", np.zeros((2, 4))), ("cells", np.zeros(8, np.float32)), ("cells", np.zeros((4, 2), np.float32).T), ("pairs", np.zeros(3))],
)
def test_an_array_that_kernels_would_misread_is_refused(name: str, array: NDArray[Any]) -> None:
    with pytest.raises(TypeError, match=f"Shelf.{name}"):
        pinned(a_shelf()._replace(**{name: array}))
