"""Packed rows: round trip, layouts, damage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platinum.errors import Inconsistent
from platinum.hashing import name_hash
from platinum.profile.codec import MAX_PACKED_BYTES, has_section, largest_packed_bytes, pack_rows, unpack_rows
from platinum.profile.entries import MAX_CONTACTS
from platinum.profile.row import LAYOUT, ROW, SECTIONS
from platinum.profile.timers import next_due_ms, reach
from platinum.vocabulary.codes import Kind, Preference, Purpose
from tests.builders.rows import NOON, an_event, an_order, fold_into, new_rows
from tests.builders.tables import DAY, some_tables

GOLDEN = Path(__file__).parents[2] / "golden"
ONE = np.zeros(1, np.int64)
TABLES = some_tables()
EVENTS = [
    an_order(NOON - 40 * DAY, 20.0, [("candles", 20.0)], message="m-1", offset=11),
    an_order(NOON - 30 * DAY, 30.0, [("garden", 25.0), ("toys", 5.0)], message="m-2", language="de", timezone="Europe/Berlin", offset=12),
    an_event(Kind.CONSENT_CHANGED, NOON - 29 * DAY, code=Purpose.PROMOTION, name_b="email", low=1, offset=13),
    an_event(Kind.PREFERENCE_STATED, NOON - 28 * DAY, code=Preference.QUIET_HOURS, low=1320, high=480, amount=1.0, offset=14),
    an_event(Kind.IDENTIFY, NOON - 27 * DAY, items=[("loyalty_card", 1.0), ("region", 0.0, "north")], offset=15),
    an_event(Kind.PRODUCT_VIEWED, NOON - 11 * DAY, name_a="candles", message="m-3", offset=16),
]


def packed(row: Any, layout: int = LAYOUT) -> bytes:
    rows = new_rows()
    rows[0] = row
    return pack_rows(rows, ONE, layout)[0]


def unpacked(blob: bytes) -> Any:
    rows = new_rows()
    unpack_rows([blob], rows, ONE)
    return rows[0]


def a_customer() -> Any:
    """A row with most sections in use, one rule reached; ``profile_row_layout_1.hex`` was written from it."""
    rows = new_rows()
    fold_into(rows, EVENTS, TABLES)
    row = rows[0]
    assert reach(row, 0, TABLES, NOON - 10 * DAY) == 1
    row["timer_due_ms"] = next_due_ms(row, TABLES, NOON - 10 * DAY)
    return row


def interest_as_then(row: Any) -> None:
    """Interest as builds up to layout 6 counted it: an order's points were shared among its lines."""
    then = unpacked(bytes.fromhex((GOLDEN / "profile_row_layout_1.hex").read_text()))
    assert then["affinities"]["name"].tolist() == row["affinities"]["name"].tolist()
    row["affinities"]["sum"] = then["affinities"]["sum"]


def forget_since(row: Any, layout: int) -> None:
    """Empty the sections that this layout and later ones brought."""
    for _, since, count, fields in SECTIONS:
        for name in (*((count,) if count else ()), *(name for name, _ in fields)) if since >= layout else ():
            row[name] = np.zeros((), ROW[name])


@st.composite
def rows_of_any_content(draw: st.DrawFn) -> Any:
    """Rows whose lists are filled to random counts with random bytes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows = new_rows()
    for _, _, count, fields in SECTIONS:
        if draw(st.booleans()):
            for name, _ in fields:
                raw = rng.integers(0, 256, ROW[name].itemsize, np.uint8)
                if count:
                    n = draw(st.integers(0, ROW[name].shape[0]))
                    rows[0][count] = n
                    raw[n * ROW[name].base.itemsize :] = 0
                rows[0][name] = raw.view(ROW[name].base).reshape(ROW[name].shape)[()]
    return rows[0]


def test_every_section_has_a_bit() -> None:
    assert sum(layout <= 4 for _, layout, _, _ in SECTIONS) == 32  # the narrow bitmap of those layouts is full
    assert len(SECTIONS) <= 63  # one more needs a layout with a wider bitmap


@given(rows_of_any_content())
def test_a_row_survives_packing_byte_for_byte(row: Any) -> None:
    blob = packed(row)

    assert unpacked(blob).tobytes() == row.tobytes()
    assert packed(unpacked(blob)) == blob


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20))
def test_each_row_of_a_batch_lands_in_its_slot(slots: list[int]) -> None:
    rows, again = new_rows(10), new_rows(10)
    rows["spend"] = np.arange(10) + 0.5

    blobs = pack_rows(rows, np.array(slots, np.int64))
    unpack_rows(blobs, again, np.array(slots, np.int64))

    assert again["spend"][slots].tolist() == rows["spend"][slots].tolist()


def test_nothing_is_left_of_what_stood_in_the_slot_before() -> None:
    rows = new_rows()
    rows[0] = a_customer()

    unpack_rows([packed(new_rows()[0])], rows, ONE)

    assert rows.tobytes() == new_rows().tobytes()


def test_an_unknown_customer_takes_nine_bytes_and_the_fullest_stays_below_eight_kib() -> None:
    assert len(packed(new_rows()[0])) == 9
    assert largest_packed_bytes() <= MAX_PACKED_BYTES


def test_entries_behind_the_count_do_not_show() -> None:
    row = a_customer()
    before = packed(row)

    row["contacts"][MAX_CONTACTS - 1]["at_ms"] = NOON

    assert packed(row) == before


def test_a_row_of_layout_1_is_read_and_its_elapsed_rules_do_not_fire_again() -> None:
    blob = bytes.fromhex((GOLDEN / "profile_row_layout_1.hex").read_text())
    wanted = a_customer()
    interest_as_then(wanted)
    wanted["n_reached"] = wanted["rules_due_ms"] = 0
    wanted["reached"] = 0
    forget_since(wanted, 5)

    row = unpacked(blob)
    upgraded = row.tobytes()
    fired = [reach(row, rule, TABLES, NOON + 31 * DAY) for rule in (0, 1)]

    assert blob[0] == 1
    assert upgraded == wanted.tobytes()
    assert fired == [0, 1]


def test_the_older_layout_can_still_be_written_while_it_is_in_force() -> None:
    row = a_customer()
    interest_as_then(row)

    blob = packed(row, layout=1)

    assert blob[0] == 1
    assert blob == bytes.fromhex((GOLDEN / "profile_row_layout_1.hex").read_text())
    assert packed(row)[0] == LAYOUT == 7
    assert unpacked(packed(row))["n_reached"] == 1


def test_a_row_of_layout_2_is_read_as_it_is_and_knows_no_more_than_its_contacts() -> None:
    row = a_customer()
    row["n_given"] = 1
    row["given"][0]["action"], row["given"][0]["at_ms"] = name_hash("thanks"), NOON

    blob = packed(row, layout=2)
    back = unpacked(blob)

    assert (blob[0], back["n_given"], back["n_reached"]) == (2, 0, 1)
    assert unpacked(packed(row)).tobytes() == row.tobytes()


def test_a_row_of_layout_4_has_the_narrow_bitmap_and_loses_nothing_that_the_layout_had() -> None:
    row = a_customer()
    forget_since(row, 5)

    blob = packed(row, layout=4)

    assert (blob[0], len(packed(row)) - len(blob)) == (4, 4)
    assert unpacked(blob).tobytes() == row.tobytes()
    assert has_section(blob, "given") == has_section(packed(row), "given")
    assert has_section(blob, "contacts") == has_section(packed(row), "contacts")
    assert has_section(blob, "value")
    assert has_section(packed(row), "value")


def test_a_row_of_layout_5_is_read_as_it_is_and_knows_no_roles() -> None:
    row = a_customer()
    row["tier"] = name_hash("top")
    row["n_roles"], row["n_elsewhere"] = 1, 1
    row["roles"][0]["account"], row["owed_elsewhere"][0]["ref"] = name_hash("firm"), 7

    blob = packed(row, layout=5)
    back = unpacked(blob)

    assert (blob[0], back["n_roles"], back["n_elsewhere"], back["tier"]) == (5, 0, 0, name_hash("top"))
    assert unpacked(packed(row)).tobytes() == row.tobytes()
    assert packed(back)[1:] == blob[1:]


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_row_that_ends_within_its_bitmap_is_damaged(cut: int) -> None:
    with pytest.raises(Inconsistent, match="damaged"):
        unpacked(packed(a_customer())[:cut])


def test_a_row_of_a_newer_build_is_refused_with_the_remedy() -> None:
    blob = bytes([LAYOUT + 1]) + packed(a_customer())[1:]

    with pytest.raises(Inconsistent, match="run the newer build"):
        unpacked(blob)


@given(st.data())
def test_a_damaged_row_is_refused_or_read_but_never_breaks_out(data: st.DataObject) -> None:
    blob = bytearray(packed(a_customer()))
    cut = data.draw(st.integers(0, len(blob)))
    at = data.draw(st.integers(0, len(blob) - 1))
    blob[at] = data.draw(st.integers(0, 255))
    damaged = bytes(blob[:cut] if data.draw(st.booleans()) else blob)

    try:
        row = unpacked(damaged)
    except Inconsistent:
        return
    assert all(0 <= row[count] <= ROW[fields[0][0]].shape[0] for _, _, count, fields in SECTIONS if count)


def test_a_row_cut_short_is_refused_with_the_remedy() -> None:
    with pytest.raises(Inconsistent, match="move <data>/valkey away"):
        unpacked(packed(a_customer())[:-1])


@pytest.mark.parametrize("change", [lambda blob: blob + b"\0", lambda blob: blob[:4] + bytes([blob[4] | 0x80]) + blob[5:], lambda _: b"{}"])
def test_a_row_with_more_than_its_sections_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Inconsistent, match="damaged"):
        unpacked(change(packed(a_customer())))


def test_a_section_of_a_later_layout_in_an_older_row_is_refused() -> None:
    row = a_customer()
    blob = bytes([1]) + packed(row)[1:]

    with pytest.raises(Inconsistent):
        unpacked(blob)
