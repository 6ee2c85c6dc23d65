"""Events as columns and rows folded from them, with defaults."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from platinum.events.columns import EVENT, ITEM
from platinum.hashing import hash64, name_hash
from platinum.ids import stream_ref
from platinum.jit import kernel
from platinum.policy.tables import Tables
from platinum.profile.entries import MORE
from platinum.profile.fields import field_value
from platinum.profile.fold import fold
from platinum.profile.row import ROW
from platinum.vocabulary.codes import Kind
from tests.builders.tables import some_tables

#: 2024-01-10 12:00 UTC.
NOON = 1_704_888_000_000

_NAMES = ("name_a", "name_b", "channel", "language", "timezone", "country")
_offsets = count(1)

Made = dict[str, Any]


def an_event(kind: Kind, at_ms: int = NOON, **members: Any) -> Made:
    """One event; names may be given as text ("" = none), ``message`` as text, ``items`` as (name, amount[, value]) tuples.

    Its record time is its own time unless ``record_ms`` is given.
    """
    made: Made = {"kind": kind, "occurred_ms": at_ms, "record_ms": at_ms, "offset": next(_offsets), "items": ()} | members
    for name in _NAMES:
        if isinstance(made.get(name), str):
            made[name] = name_hash(made[name]) if made[name] else 0
    if isinstance(made.get("message"), str):
        made["message"] = hash64(made["message"].encode())
    return made


def an_order(at_ms: int = NOON, amount: float = 10.0, items: Sequence[tuple[Any, ...]] = (), **members: Any) -> Made:
    """A completed order."""
    return an_event(Kind.ORDER_COMPLETED, at_ms, amount=amount, items=items, **members)


def a_ref(n: int = 1) -> int:
    """Reference of the n-th decision of some partition."""
    return stream_ref(1, 0, n, 0)


def _hash(name: str | int) -> int:
    return name_hash(name) if isinstance(name, str) else name


def columns_of(events: Sequence[Made]) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """EVENT[B] and ITEM[*] of events made here."""
    columns = np.zeros(len(events), EVENT)
    items: list[tuple[float, int, int]] = []
    for i, event in enumerate(events):
        for member, value in event.items():
            if member != "items":
                columns[i][member] = value
        columns[i]["item_start"], columns[i]["item_count"] = len(items), len(event["items"])
        items += [(amount, _hash(name), _hash(value[0]) if value else 0) for name, amount, *value in event["items"]]
    return columns, np.array(items, ITEM)


@kernel
def fold_with(rows: Any, slots: Any, events: Any, items: Any, tables: Any, more: Any, became: Any) -> None:
    """Fold ``events[i]`` into ``rows[slots[i]]``; ``became[i]`` is what ``fold`` returned."""
    for i in range(events.shape[0]):
        became[i] = fold(rows[slots[i]], events[i], items, tables, more)


def fold_all(rows: Any, slots: Any, events: Any, items: Any, tables: Any, became: Any) -> None:
    """``fold_with`` room for many second rows."""
    fold_with(rows, slots, events, items, tables, some_more(), became)


def some_more(pages: int = 3) -> NDArray[np.void]:
    """MORE with room for so many second rows."""
    more = np.zeros(1 + pages, MORE)
    more[0]["n"] = 1
    return more


@kernel
def read_field(field: int, name: int, row: Any, trigger: Any, tables: Any) -> float:
    """``profile.fields.field_value``, callable from tests."""
    return field_value(field, name, row, trigger, tables)


def new_rows(n: int = 1) -> NDArray[np.void]:
    """Rows of customers nobody has heard of."""
    return np.zeros(n, ROW)


def fold_into(rows: NDArray[np.void], events: Sequence[Made], tables: Tables | None = None, slots: Sequence[int] = ()) -> list[int]:
    """Fold events into ``rows`` (the first one unless ``slots`` says otherwise); what ``fold`` returned for each."""
    columns, items = columns_of(events)
    became = np.zeros(len(events), np.int64)
    at = np.array(slots or [0] * len(events), np.int64)
    fold_all(rows, at, columns, items, tables or some_tables(), became)
    returned: list[int] = became.tolist()
    return returned


def folded(*events: Made, tables: Tables | None = None) -> Any:
    """The row of one customer after these events, in this order of arrival."""
    rows = new_rows()
    fold_into(rows, events, tables)
    return rows[0]
