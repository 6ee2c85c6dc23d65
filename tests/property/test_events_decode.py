"""The fast decoder against its slow twin, and against batch cuts."""

from __future__ import annotations

from random import Random

import numpy as np

from platinum.events.columns import EVENT, Columns
from platinum.events.decode import Decoding, decode
from tests.builders.events import a_record, draw_event
from tests.reference.events import decode_slowly
from tests.reference.validity import Record

N_EVENTS = 6_000


def drawn(count: int, seed: int) -> list[Record]:
    random = Random(seed)
    return [a_record(draw_event(random), offset=i) for i in range(count)]


def items_of(columns: Columns, row: int) -> list[tuple[float, int, int]]:
    start, count = int(columns.events["item_start"][row]), int(columns.events["item_count"][row])
    found: list[tuple[float, int, int]] = columns.items[start : start + count].tolist()
    return found


def test_registers_items_and_keys_equal_those_of_the_slow_twin() -> None:
    records = drawn(N_EVENTS, seed=1)

    columns, rejections = decode(records, Decoding())

    assert rejections == []
    for row, record in enumerate(records):
        registers, items, key = decode_slowly(record)
        expected = {name: registers.get(name, 0) for name in EVENT.names or () if name not in ("item_start", "item_count")}
        got = {name: columns.events[name][row].item() for name in expected}
        assert got == expected, record
        assert items_of(columns, row) == items, record
        assert columns.keys[row] == key


def test_where_a_batch_is_cut_changes_nothing() -> None:
    records = drawn(500, seed=2)
    whole, _ = decode(records, Decoding())

    cut = [decode(records[at : at + 7], Decoding())[0] for at in range(0, len(records), 7)]

    names = [name for name in EVENT.names or () if name != "item_start"]
    assert np.concatenate([c.events for c in cut])[names].tolist() == whole.events[names].tolist()
    assert np.concatenate([c.items for c in cut]).tobytes() == whole.items.tobytes()
    assert [key for c in cut for key in c.keys] == whole.keys
