"""Named tuples of arrays that kernels get as one pointer: which they are.

Said without numba, which takes longer to load than an emergency stop may take: a policy is compiled to such a tuple, also where
no kernel ever sees it. ``by_reference_types`` tells numba, before or afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: By name of the field: dtype, dimensions.
Arrays = Mapping[str, tuple[Any, int]]
_DECLARED: dict[type[tuple[Any, ...]], Arrays] = {}
_TOLD: list[Callable[[type[tuple[Any, ...]], Arrays], None]] = []


def by_reference(cls: type[tuple[Any, ...]], arrays: Arrays) -> None:
    """Let kernels take instances of the named tuple ``cls`` as one pointer.

    Parameters
    ----------
    arrays : mapping of field name to (dtype, dimensions)
        In the order of the tuple's fields. An instance with another dtype is refused at the call.

    Raises
    ------
    TypeError
        They are not the tuple's fields, or in another order.
    """
    fields = tuple(cls._fields)  # type: ignore[attr-defined]
    if tuple(arrays) != fields:
        raise TypeError(f"{cls.__name__}: arrays must be named in the order of its fields, {fields}")
    _DECLARED[cls] = arrays
    for told in _TOLD:
        told(cls, arrays)


def tell(told: Callable[[type[tuple[Any, ...]], Arrays], None]) -> None:
    """Call ``told`` with every class and its arrays: those that were declared so far, and each later one at once."""
    for cls, arrays in _DECLARED.items():
        told(cls, arrays)
    _TOLD.append(told)
