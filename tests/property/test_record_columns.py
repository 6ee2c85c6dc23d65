"""Records in columns are the same records: looked at singly, decoded, and cut at markers."""

from __future__ import annotations

import json
from random import Random

import pytest

from platinum.events.decode import Decoding, decode
from platinum.events.fast.batch import read_plain
from platinum.ops.population import bench_events
from platinum.pipeline.cut import cut, ends_of, last_value, since
from platinum.pipeline.engine_records import MAC_HEADER, PolicyActivated, TimerDue, engine_record
from platinum.ports import Fetched, Headers
from tests.builders.batches import in_columns
from tests.builders.decoded import spelled_out
from tests.builders.events import NOW_MS
from tests.builders.hostile_events import MUTATIONS, draw_hostile, draw_record
from tests.reference.validity import Record

DECODING = Decoding()
SENT = list(bench_events(400))
SECRET = b"s" * 32
#: In the middle of something, or where only the record's end says so.
ENDS = (b"", b" ", b"1", b'{"a":"', b'{"type":"track","event":"x","userId":"u"} ', b"\xe2\x82", b"\xf0", b"9" * 40)


def decoded(records: object) -> tuple[object, ...]:
    columns, rejections = decode(records, DECODING)  # type: ignore[arg-type]
    return spelled_out(columns), rejections


def test_drawn_and_hostile_records_are_decoded_alike_in_columns() -> None:
    random = Random(20_261_128)

    for _ in range(40):
        records = [(draw_record if random.random() < 0.5 else draw_hostile)(random, i) for i in range(250)]
        assert decoded(in_columns(records)) == decoded(records)


def test_broken_copies_of_plain_events_are_decoded_alike_in_columns() -> None:
    random = Random(4)
    events = [json.loads(value) for value in SENT]

    for _ in range(20):
        records: list[Record] = []
        for i in range(250):
            value = random.choice(MUTATIONS)(json.loads(json.dumps(random.choice(events))), random)
            at, new = random.randrange(len(value) + 1), random.randbytes(random.choice((0, 0, 1, 3)))
            records.append((i, None, value[:at] + new + value[at:], NOW_MS, ()))
        assert decoded(in_columns(records)) == decoded(records)


@pytest.mark.parametrize("last", ENDS)
def test_what_ends_in_the_middle_of_something_is_not_read_on_into_what_follows(last: bytes) -> None:
    headers: list[Headers] = [(), (("history", b""),), tuple((f"h{i}", b"") for i in range(16)), tuple((f"h{i}", b"") for i in range(5))]
    records = [(i, None, last, NOW_MS, some) for i, some in enumerate(headers * 2)]

    assert decoded(in_columns(records)) == decoded(records)


@pytest.mark.parametrize("text", ["ä", "€", "\U0001f600", "\ud800", "é" * 9])
def test_texts_beyond_ascii_are_read_by_the_compiled_path_only_if_they_are_utf8(text: str) -> None:
    inside = text.encode("utf-8", "surrogatepass")
    whole = b'{"type":"track","event":"Order Completed","userId":"u","properties":{"order_id":"%b","total":1}}' % inside
    overlong = whole.replace(inside, b"\xc0\xaf")
    records = [(i, b"u", one, NOW_MS, ()) for i, one in enumerate((whole, overlong, whole[:50] + b"\xff" + whole[50:]))]

    left = read_plain(in_columns(records), DECODING.fast).left

    assert left == ([1, 2] if text.isprintable() else [0, 1, 2])
    assert decoded(in_columns(records)) == decoded(records)


def test_columns_are_a_sequence_of_the_same_records() -> None:
    random = Random(5)
    drawn = [draw_hostile(random, 7 + i) for i in range(120)]
    records = [Fetched(offset, key, value, time_ms, tuple(headers)) for offset, key, value, time_ms, headers in drawn]

    columns = in_columns(records)

    assert list(columns) == records
    assert [columns[i] for i in (0, 60, -1)] == [records[i] for i in (0, 60, -1)]
    assert list(columns[10:100][5:][:20]) == records[15:35]
    assert list(columns[::-3]) == records[::-3]
    assert list(columns.take([9, 2])) == [records[9], records[2]]
    assert list(since(columns, 30)) == since(records, 30) == records[23:]
    assert since(columns, 3) is columns
    assert ends_of(columns) == ends_of(records) == (records[0].offset, records[-1].offset)
    assert [last_value(columns[: i + 1]) for i in range(120)] == [r.value for r in records]
    assert last_value(records) == records[-1].value
    assert columns.with_headers() == [i for i, r in enumerate(records) if r.headers]
    with pytest.raises(IndexError):
        columns[120]


def test_a_batch_with_markers_is_cut_alike_in_columns() -> None:
    records = [Fetched(i, b"k%d" % i, b"{}", NOW_MS, ()) for i in range(40)]
    for i, body in ((3, TimerDue(5)), (9, PolicyActivated("ab", 2)), (10, TimerDue(6)), (39, TimerDue(7))):
        key, value, time_ms, headers, _ = engine_record(SECRET, None if i == 9 else records[i].key, body, NOW_MS, partition=0)
        records[i] = Fetched(i, key, value, time_ms, headers)
    records[20] = records[20]._replace(headers=((MAC_HEADER, b"wrong"),))
    records[21] = records[21]._replace(headers=(("history", b""),))

    ours, theirs = cut(in_columns(records), SECRET), cut(records, SECRET)

    assert len(ours) == len(theirs) == 2
    for one, other in zip(ours, theirs, strict=True):
        assert list(one.records) == list(other.records)
        assert (one.engine, one.activated, one.activated_offset) == (other.engine, other.activated, other.activated_offset)
        assert [(r, str(why)) for r, why in one.rejected] == [(r, str(why)) for r, why in other.rejected]
