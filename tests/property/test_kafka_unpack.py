"""Compressed and transactional batches are read as plain ones are, with whatever name a header has, or the reason why not is told."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest
from aiokafka import codec
from aiokafka.record.control_record import ABORT_MARKER, COMMIT_MARKER, ControlRecord
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.errors import Inconsistent, Unavailable
from platinum.logs import kafka_unpack
from platinum.logs.kafka_records import records_from
from platinum.ports import Fetched
from tests.builders.batches import PLACE, a_batch, sealed

PACK = {1: codec.gzip_encode, 2: codec.snappy_encode, 3: codec.lz4_encode, 4: codec.zstd_encode}
SOME = [Fetched(7, b"k", b"v" * 100, 5, (("XX", b"x"), ("nothing", None))), Fetched(8, None, b"", 6, ())]  # type: ignore[arg-type]
ODD = b"\xff\xfe"
CONTROL = 0x30


def packed(records: Sequence[Fetched], kind: int, name: bytes = b"XX") -> bytes:
    """A batch compressed as any client may do it, with a header's name replaced."""
    plain = a_batch(records).replace(b"XX", name)
    data = bytearray(plain[:61]) + PACK[kind](plain[61:])
    struct.pack_into(">i", data, 8, len(data) - 12)
    data[22] |= kind
    return sealed(data)


def a_marker(offset: int, kind: ControlRecord) -> bytes:
    """The end of producer 1's transaction."""
    data = bytearray(a_batch([Fetched(offset, struct.pack(">hh", 0, kind.type_), bytes(6), 5, ())], transactional=True))
    data[22] |= CONTROL
    return sealed(data)


@pytest.mark.parametrize("kind", sorted(PACK))
def test_every_compression_is_undone_and_a_name_that_is_no_text_is_replaced(kind: int) -> None:
    odd = SOME[0]._replace(headers=(("\N{REPLACEMENT CHARACTER}" * 2, b"x"), *SOME[0].headers[1:]))

    assert list(records_from(PLACE, packed(SOME, kind), 7, None)[0]) == SOME
    found, after = records_from(PLACE, packed(SOME, kind, ODD) + a_batch([Fetched(9, b"k", b"w", 7, ())]), 7, None)
    assert list(found) == [odd, SOME[1], Fetched(9, b"k", b"w", 7, ())]
    assert after == 10


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PACK)), st.data())
def test_bytes_that_no_codec_wrote_are_refused_or_read_but_never_break_out(kind: int, data: st.DataObject) -> None:
    changed = bytearray(packed(SOME, kind))
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(61, len(changed) - 1))] = data.draw(st.integers(0, 255))
    for written, is_whole in ((bytes(changed), False), (sealed(changed), True)):
        try:
            found, _ = records_from(PLACE, written, 7, None)
        except Unavailable as refused:
            assert "damaged" in str(refused)  # noqa: PT017 - both ends are good
        else:
            assert is_whole or list(found) == SOME


def test_a_compression_whose_library_is_missing_is_named_once_what_can_be_read_was(monkeypatch: pytest.MonkeyPatch) -> None:
    zstd = kafka_unpack._CODECS[4]._replace(is_there=lambda: False)
    monkeypatch.setitem(kafka_unpack._CODECS, 4, zstd)
    data = packed(SOME, 1) + packed([Fetched(9, b"k", b"v", 5, ())], 4)

    found, after = records_from(PLACE, data, 7, None)
    assert (list(found), after) == (SOME, 9)
    with pytest.raises(Inconsistent, match=r"offset 9 on are compressed with zstd.*install platinum\[kafka\]"):
        records_from(PLACE, packed([Fetched(9, b"k", b"v", 5, ())], 4), 9, None)


def test_a_transaction_is_read_when_it_was_completed_and_passed_by_when_it_was_not() -> None:
    one, two = (a_batch([Fetched(offset, b"k", b"v", 5, ())], transactional=True) for offset in (3, 5))

    found, after = records_from(PLACE, one + a_marker(4, ABORT_MARKER) + two + a_marker(6, COMMIT_MARKER), 3, [(1, 3)])

    assert [record.offset for record in found] == [5]
    assert after == 7
    assert records_from(PLACE, one + a_marker(4, ABORT_MARKER), 3, [(1, 3)]) == ([], 5)
