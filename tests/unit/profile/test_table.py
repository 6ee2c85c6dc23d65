"""The cache of rows: slots, limit, eviction."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from platinum.profile.codec import pack_rows
from platinum.profile.row import ROW
from platinum.profile.table import RowTable
from tests.builders.rows import an_order, folded, new_rows

ROOM = ROW.itemsize + 200


def keys(*numbers: int) -> list[bytes]:
    return [b"c-%d" % n for n in numbers]


def a_blob(orders: int) -> bytes:
    rows = new_rows()
    rows[0] = folded(*(an_order() for _ in range(orders)))
    return pack_rows(rows, np.zeros(1, np.int64))[0]


def test_equal_keys_share_a_slot_and_missing_ones_are_named_once() -> None:
    table = RowTable(100 * ROOM)

    slots, missing = table.slots_for(keys(1, 2, 1))

    assert slots[0] == slots[2] != slots[1]
    assert missing == keys(1, 2)
    assert table.slots_for(keys(1, 2))[1] == []


def test_filled_rows_are_those_that_were_stored_and_unknown_customers_start_empty() -> None:
    table = RowTable(100 * ROOM)
    slots, missing = table.slots_for(keys(1, 2))

    table.fill(missing, [a_blob(3), None])

    assert table.rows["orders"][slots].tolist() == [3, 0]
    assert table.keys_of(slots) == keys(1, 2)
    assert table.slots_of(keys(2, 1)).tolist() == slots[::-1].tolist()


def test_a_slot_used_again_starts_empty() -> None:
    table = RowTable(ROOM)
    slots, _ = table.slots_for(keys(1))
    table.rows[slots[0]]["orders"] = 9

    slots, _ = table.slots_for(keys(2))

    assert table.rows["orders"][slots].tolist() == [0]


def test_the_table_grows_by_doubling_and_keeps_what_it_holds() -> None:
    table = RowTable(1000 * ROOM)
    first, _ = table.slots_for(keys(0))
    table.rows[first[0]]["orders"] = 7

    table.slots_for(keys(*range(200)))

    assert len(table.rows) == 256
    assert table.rows["orders"][table.slots_of(keys(0))].tolist() == [7]


def test_over_the_limit_the_least_recently_used_leave() -> None:
    table = RowTable(64 * ROOM)
    table.slots_for(keys(*range(64)))
    table.slots_for(keys(*range(1, 64)))

    table.slots_for(keys(100))

    assert len(table.rows) == 64
    assert table.slots_for(keys(0))[1] == keys(0)


def test_rows_of_the_batch_in_hand_are_never_evicted() -> None:
    table = RowTable(4 * ROOM)
    table.slots_for(keys(1, 2, 3, 4))

    slots, missing = table.slots_for(keys(3, 5, 6, 7, 8, 9))

    assert len(set(slots.tolist())) == 6
    assert missing == keys(5, 6, 7, 8, 9)
    assert len(table.rows) == 6


def test_dropped_and_cleared_customers_are_missing_again() -> None:
    table = RowTable(100 * ROOM)
    table.slots_for(keys(1, 2, 3))

    table.drop(keys(2, 99))
    assert table.slots_for(keys(1, 2, 3))[1] == keys(2)
    table.clear()
    assert len(table) == 0
    assert table.slots_for(keys(1))[1] == keys(1)


@given(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=12), max_size=30), st.integers(1, 20))
def test_a_row_is_either_missing_or_what_was_last_written(batches: list[list[int]], limit: int) -> None:
    table = RowTable(limit * ROOM)
    written: dict[bytes, int] = {}
    largest = 0

    for n, batch in enumerate(batches):
        slots, missing = table.slots_for(keys(*batch))
        for key in missing:
            table.rows[table.slots_of([key])[0]]["orders"] = written.get(key, 0)
        assert table.rows["orders"][slots].tolist() == [written.get(key, 0) for key in keys(*batch)]
        table.rows["orders"][slots] = n + 1
        written.update(dict.fromkeys(keys(*batch), n + 1))
        largest = max(largest, len(set(batch)))
        assert len(table) <= max(limit, largest)
