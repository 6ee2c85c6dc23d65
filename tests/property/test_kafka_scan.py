"""The compiled reading of Kafka's record batches gives what aiokafka's own parser gives, or refuses; never anything else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from aiokafka import errors
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.errors import Unavailable
from platinum.events.fast.raw import PADDING
from platinum.events.record_columns import RecordColumns
from platinum.jit import kernel
from platinum.logs.kafka_crc import crc32c, crc_by_table
from platinum.logs.kafka_records import records_from
from platinum.logs.kafka_scan import AFTER, OTHER, scan
from platinum.ports import Fetched
from tests.builders.batches import PLACE, a_batch, sealed

BYTES = st.binary(max_size=40)
HEADERS = st.lists(st.tuples(st.text(max_size=4), BYTES), max_size=3).map(tuple)
MS = st.integers(0, 1 << 42)
GZIP = 1


@st.composite
def batches(draw: st.DrawFn) -> tuple[bytes, list[Fetched]]:
    """A few batches, with holes between and inside them, and their records."""
    offset, data, every = draw(st.integers(0, 1 << 40)), b"", list[Fetched]()
    for _ in range(draw(st.integers(1, 4))):
        some = []
        for _ in range(draw(st.integers(1, 5))):
            some.append(Fetched(offset, draw(st.none() | BYTES), draw(BYTES), draw(MS), draw(HEADERS)))
            offset += draw(st.sampled_from((1, 1, 1, 70)))
        data += a_batch(some)
        every += some
    return data, every


def oracle(data: bytes, offset: int) -> list[Fetched]:
    records = PartitionRecords(PLACE, MemoryRecords(data), None, offset, None, None, True, READ_COMMITTED)
    found = [Fetched(r.offset, r.key, r.value or b"", r.timestamp, r.headers) for r in records]
    return [r for r in found if r.offset >= offset]  # it begins anew with each batch


def oracle_or_nothing(data: bytes, offset: int) -> list[Fetched] | None:
    try:
        return oracle(data, offset)
    except (errors.KafkaError, ValueError, ArithmeticError, LookupError, MemoryError, AssertionError, RuntimeError):
        return None


def ours_or_nothing(data: bytes, offset: int) -> list[Fetched] | None:
    try:
        return list(records_from(PLACE, data, offset, None)[0])
    except Unavailable:
        return None


def is_part_of(some: Sequence[Fetched], every: Sequence[Fetched]) -> bool:
    return list(some) == list(every)[: len(some)]


@settings(max_examples=100, deadline=None)
@given(batches(), st.data())
def test_what_was_written_is_read_from_any_offset_on(written: tuple[bytes, list[Fetched]], draw: st.DataObject) -> None:
    data, every = written
    wanted = draw.draw(st.integers(every[0].offset - 1, every[-1].offset + 2))

    found, after = records_from(PLACE, data, wanted, None)

    assert isinstance(found, RecordColumns)
    assert list(found) == [r for r in every if r.offset >= wanted] == oracle(data, wanted)
    assert after == max(every[-1].offset + 1, wanted)


@settings(max_examples=200, deadline=None)
@given(batches(), st.data())
def test_an_answer_that_is_cut_off_ends_with_its_last_whole_batch(written: tuple[bytes, list[Fetched]], draw: st.DataObject) -> None:
    data, every = written
    cut = data[: draw.draw(st.integers(0, len(data)))]

    ours = ours_or_nothing(cut, 0)

    assert is_part_of(ours or [], every)
    assert ours == oracle(cut, 0) or ours is None


@settings(max_examples=200, deadline=None)
@given(batches(), st.data())
def test_flipped_bits_give_what_was_written_or_nothing(written: tuple[bytes, list[Fetched]], draw: st.DataObject) -> None:
    data, every = written
    changed = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 3))):
        changed[draw.draw(st.integers(0, len(data) - 1))] ^= 1 << draw.draw(st.integers(0, 7))

    ours = ours_or_nothing(bytes(changed), 0)

    # No checksum covers a batch's first offset: the stream's contiguity does. What is behind it is what was written, or refused.
    assert ours is None or all(one[1:] in [r[1:] for r in every] for one in ours)
    theirs = oracle_or_nothing(bytes(changed), 0)
    assert ours is None or theirs is None or is_part_of(ours, theirs)


@settings(max_examples=200, deadline=None)
@given(batches(), st.data())
def test_nonsense_with_a_checksum_that_fits_is_read_alike_or_refused(written: tuple[bytes, list[Fetched]], draw: st.DataObject) -> None:
    some = written[1][:3]
    changed = bytearray(a_batch(some))
    for _ in range(draw.draw(st.integers(1, 4))):
        changed[draw.draw(st.integers(57, len(changed) - 1))] = draw.draw(st.integers(0, 255))
    data = sealed(changed)

    ours, theirs = ours_or_nothing(data, 0), oracle_or_nothing(data, 0)

    if theirs is not None:  # names of headers that are not UTF-8 stop aiokafka, not us
        assert ours is None or ours == theirs
    text = np.frombuffer(data + bytes(PADDING), np.uint8)
    found, _ = records_from(PLACE, data, 0, None) if ours is not None else ((), 0)
    if isinstance(found, RecordColumns) and len(found):
        starts, lengths = found.spans[2::2], np.maximum(found.spans[3::2], 0)
        assert starts.min() >= 0
        assert (starts + lengths).max() <= len(text) - PADDING


def test_compressed_and_transactional_batches_are_unpacked_first() -> None:
    some = [Fetched(7, b"k", b"v" * 100, 5, (("h", b"x"),)), Fetched(8, None, b"", 6, ())]

    for data in (a_batch(some, compression=GZIP), a_batch(some) + a_batch([Fetched(9, b"k", b"w", 7, ())], transactional=True)):
        state = np.zeros(3, np.int64)
        assert scan(np.frombuffer(data + bytes(PADDING), np.uint8), len(data), state) == OTHER
        found, after = records_from(PLACE, data, 8, None)
        assert list(found) == oracle(data, 8)
        assert after == found[-1].offset + 1


def test_an_aborted_transaction_is_left_out_and_passed_by() -> None:
    data = a_batch([Fetched(3, b"k", b"v", 5, ())], transactional=True)

    assert records_from(PLACE, data, 3, [(1, 3)]) == ([], 4)
    assert len(records_from(PLACE, data, 3, None)[0]) == 1


def test_times_of_the_broker_replace_those_of_the_producer() -> None:
    data = a_batch([Fetched(0, b"k", b"v", 5, ()), Fetched(1, b"k", b"v", 9, ())], append_time=True)

    assert [r.time_ms for r in records_from(PLACE, data, 0, None)[0]] == [9, 9] == [r.time_ms for r in oracle(data, 0)]


def test_a_name_of_a_header_that_is_no_text_does_not_stop_the_partition() -> None:
    data = bytearray(a_batch([Fetched(0, b"k", b"v", 5, (("name", b"x"),))]))
    data[data.index(b"name")] = 0xFF

    ((_, _, value, _, headers),) = records_from(PLACE, sealed(data), 0, None)[0]

    assert (value, headers) == (b"v", (("\ufffdame", b"x"),))


def test_damage_behind_a_good_batch_costs_only_what_is_behind_it() -> None:
    data = a_batch([Fetched(0, b"k", b"v", 5, ())]) + a_batch([Fetched(1, b"k", b"w", 5, ())])[:-1] + b"\xff"

    found, after = records_from(PLACE, data, 0, None)

    assert ([r.offset for r in found], after) == ([0], 1)
    with pytest.raises(Unavailable, match=r"partition 0.*offset 1 "):
        records_from(PLACE, data[len(data) // 2 :], 1, None)


def test_a_batch_that_compaction_has_emptied_is_passed_by() -> None:
    data = bytearray(a_batch([Fetched(4, b"k", b"v", 5, ()), Fetched(5, b"k", b"v", 5, ())])[:61])
    data[8:12] = (61 - 12).to_bytes(4, "big")
    data[57:61] = bytes(4)
    state = np.zeros(3, np.int64)

    found, after = records_from(PLACE, sealed(data), 4, None)

    assert (len(found), after) == (0, 6)
    scan(np.frombuffer(sealed(data) + bytes(PADDING), np.uint8), len(data), state)
    assert state[AFTER] == 6


@kernel
def _both_ways(text: np.ndarray[tuple[int], np.dtype[np.uint8]], n_bytes: int, out: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> None:
    out[0], out[1] = crc32c(text, 0, n_bytes), crc_by_table(text, 0, n_bytes)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=70))
def test_both_checksums_are_kafka_s(data: bytes) -> None:
    out = np.zeros(2, np.uint64)

    _both_ways(np.frombuffer(data + bytes(PADDING), np.uint8), len(data), out)

    assert out.tolist() == [calc_crc32c(data)] * 2
