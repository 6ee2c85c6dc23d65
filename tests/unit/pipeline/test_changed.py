"""Rows that a batch changed: each once, bucket by bucket."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from platinum.pieces import Pad
from platinum.pipeline.changed import group_rows

K = 5


@given(st.lists(st.integers(0, 40), max_size=80))
def test_every_row_stands_once_in_its_bucket_in_order_of_first_appearance(touched: list[int]) -> None:
    """Against dictionaries: ``dict.fromkeys`` keeps first appearances."""
    slots = np.array(touched, np.int64)
    seen, ends, grouped = np.zeros(41, np.bool_), np.full(K, -7, np.int64), np.full(len(touched), -7, np.int64)

    total = group_rows(slots, slots % K, seen, ends, grouped)

    wanted: dict[int, list[int]] = {k: [] for k in range(K)}
    for slot in dict.fromkeys(touched):
        wanted[slot % K].append(slot)
    assert [grouped[a:z].tolist() for a, z in pairwise([0, *ends.tolist()])] == list(wanted.values())
    assert total == len(set(touched))
    assert not seen.any()


@given(st.lists(st.binary(max_size=700), max_size=30), st.binary(max_size=9))
def test_pieces_come_back_as_they_were_joined(pieces: list[bytes], rest: bytes) -> None:
    """What lies behind the last piece belongs to none, and a pad may be written again."""
    text, ends = b"".join(pieces) + rest, np.cumsum([len(piece) for piece in pieces], dtype=np.int64)
    pad = Pad(len(text))

    for _ in range(2):
        pad.text[:] = np.frombuffer(text, np.uint8)
        assert pad.pieces(ends) == pieces
