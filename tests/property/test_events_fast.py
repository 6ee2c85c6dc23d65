"""What the compiled path reads, the slow path reads to the same bytes; and it reads nearly everything that is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.events.decode import Decoding
from platinum.ops.population import bench_events, simulate_events
from tests.builders.decoded import both_ways, plain_share
from tests.builders.events import NOW_MS
from tests.builders.hostile_events import MUTATIONS, draw_hostile, draw_record
from tests.reference.validity import Record

DECODING, IN_EUROS = Decoding(), Decoding(currency="EUR")
SENT = [*bench_events(400), *simulate_events(1, 100, 400)]


def records_of(values: Iterator[bytes]) -> list[Record]:
    return [(i, json.loads(value)["userId"].encode(), value, NOW_MS, ()) for i, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "least"), [(bench_events(5_000), 0.99), (simulate_events(1, 500, 5_000), 0.9)], ids=["measured", "simulated"]
)
def test_nearly_all_events_of_a_population_take_the_compiled_path(values: Iterator[bytes], least: float) -> None:
    records = records_of(values)

    fast, slow = both_ways(records, DECODING)

    assert plain_share(records, DECODING) >= least
    assert fast == slow


def test_drawn_and_hostile_records_are_decoded_alike() -> None:
    random = Random(20_261_122)

    for _ in range(40):
        records = [(draw_record if random.random() < 0.5 else draw_hostile)(random, i) for i in range(250)]
        fast, slow = both_ways(records, random.choice((DECODING, IN_EUROS)))
        assert fast == slow


def test_broken_copies_of_plain_events_are_decoded_alike() -> None:
    random = Random(3)
    events = [json.loads(value) for value in SENT]
    read = 0.0

    for _ in range(40):
        records: list[Record] = []
        for i in range(250):
            event: dict[str, Any] = json.loads(json.dumps(random.choice(events)))
            records.append((i, None, random.choice(MUTATIONS)(event, random), NOW_MS, ()))
        fast, slow = both_ways(records, DECODING)
        assert fast == slow
        read += plain_share(records, DECODING) / 40

    assert 0.1 < read < 0.9, "what is compared is all broken, or not broken at all"


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SENT), st.integers(0, 400), st.binary(max_size=3), st.integers(0, 3))
def test_a_few_bytes_changed_anywhere_are_decoded_alike(value: bytes, at: int, new: bytes, cut: int) -> None:
    changed = value[:at] + new + value[at + cut :]

    fast, slow = both_ways([(0, None, changed, NOW_MS, ()), (1, None, value, NOW_MS, ())], DECODING)

    assert fast == slow


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True))
def test_numbers_mean_the_same_however_they_are_written(number: str) -> None:
    value = b'{"type":"track","event":"Survey Answered","userId":"u","properties":{"score":1,"scale":%b}}' % number.encode()
    total = b'{"type":"track","event":"Order Completed","userId":"u","properties":{"order_id":"o","total":%b}}' % number.encode()

    fast, slow = both_ways([(0, None, value, NOW_MS, ()), (1, None, total, NOW_MS, ())], DECODING)

    assert fast == slow
