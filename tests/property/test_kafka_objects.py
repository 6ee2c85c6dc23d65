"""A command that reads a few records sees what a worker sees in the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.errors import Unavailable
from platinum.logs.kafka_objects import few_records_from
from platinum.logs.kafka_records import records_from
from platinum.ports import Fetched
from tests.builders.batches import PLACE, a_batch, sealed

TEXT = st.binary(max_size=30)
HEADERS = st.lists(st.tuples(st.text(st.characters(codec="utf-8"), max_size=5), TEXT), max_size=2).map(tuple)
RECORDS = st.lists(st.builds(Fetched, st.just(0), TEXT | st.none(), TEXT, st.integers(0, 2**41), HEADERS), min_size=1, max_size=12)


def _in_order(records: Sequence[Fetched]) -> list[Fetched]:
    return [record._replace(offset=i) for i, record in enumerate(records)]


@settings(deadline=None)
@given(RECORDS, st.integers(1, 5), st.integers(0, 11), st.integers(0, 60))
def test_a_few_records_are_read_as_many_are(records: list[Fetched], per_batch: int, offset: int, cut: int) -> None:
    """From any offset on, with a last batch that is cut off."""
    given_ = _in_order(records)
    batches = [a_batch(given_[at : at + per_batch]) for at in range(0, len(given_), per_batch)]
    data = b"".join([*batches, a_batch(given_)[:cut]])
    offset %= len(given_)

    few, many = few_records_from(PLACE, data, offset, None), records_from(PLACE, data, offset, None)

    assert [tuple(record) for record in few[0]] == [tuple(record) for record in many[0]]
    assert few[1] == many[1]


def test_what_aiokafka_cannot_read_is_read_as_a_worker_reads_it() -> None:
    data = a_batch([Fetched(7, b"k", b"v", 5, (("XX", b"x"),)), Fetched(8, b"k", b"w", 5, ())]).replace(b"XX", b"\xff\xfe")
    whole = a_batch([Fetched(7, b"k", b"v", 5, ())])

    assert [record.value for record in few_records_from(PLACE, sealed(data), 7, None)[0]] == [b"v", b"w"]
    with pytest.raises(Unavailable, match="checksum"):
        few_records_from(PLACE, whole[:-1] + b"x", 7, None)
    with pytest.raises(Unavailable, match="no whole batch"):
        few_records_from(PLACE, whole[:-1], 7, None)
