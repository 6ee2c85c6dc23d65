"""Any series of appends and fetches gives on every log what plain lists give."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.hashing import murmur2
from platinum.ports import Log, Record
from tests.builders.logs import ADAPTERS, NOON_MS, Logs, all_records

_P = 2


class Fetch(NamedTuple):
    topic: str
    partition: int
    offset: int
    max_records: int
    max_bytes: int


_RECORD = st.builds(
    Record,
    key=st.binary(max_size=5),
    value=st.binary(max_size=40),
    time_ms=st.integers(0, NOON_MS),
    headers=st.lists(st.tuples(st.text(max_size=3), st.binary(max_size=3)), max_size=2).map(tuple),
    partition=st.integers(-1, _P - 1),
)
_TOPIC = st.sampled_from(["a", "b"])
_APPEND = st.tuples(_TOPIC, st.lists(_RECORD, min_size=5, max_size=40))
_FETCH = st.builds(Fetch, _TOPIC, st.integers(0, _P - 1), st.integers(0, 12), st.integers(1, 50), st.sampled_from([1, 20, 60, 1 << 20]))


@pytest.mark.parametrize("kind", [kind for kind in ADAPTERS if "kafka" not in kind])  # a broker takes too long for so many examples
@settings(max_examples=100)
@given(steps=st.lists(st.one_of(_APPEND, _FETCH, _FETCH), max_size=12))
def test_a_log_behaves_like_lists(kind: str, steps: list[tuple[str, list[Record]] | Fetch]) -> None:
    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            logs = Logs(kind, Path(folder))
            try:
                await _play(logs.open(_P), steps)
            finally:
                await logs.close_all()

    asyncio.run(play())


async def _play(log: Log, steps: list[tuple[str, list[Record]] | Fetch]) -> None:
    model: dict[tuple[str, int], list[Record]] = {(topic, p): [] for topic in "ab" for p in range(_P)}
    for step in steps:
        if isinstance(step, Fetch):
            _, _, offset, max_records, max_bytes = step
            want = [(offset + i, *r[:4]) for i, r in enumerate(model[step.topic, step.partition][offset:][:max_records])]
            while len(want) > 1 and sum(len(w[2] or b"") for w in want) > max_bytes:
                want.pop()
            assert [tuple(record) for record in await log.fetch(*step)] == want
        else:
            topic, records = step
            places = [r.partition if r.partition >= 0 else murmur2(r.key or b"") % _P for r in records]
            want_places = []
            for partition, record in zip(places, records, strict=True):
                want_places.append((partition, len(model[topic, partition])))
                model[topic, partition].append(record)
            assert await log.append(topic, records) == want_places
    for (topic, partition), kept in model.items():
        assert [tuple(record) for record in await all_records(log, topic, partition)] == [(i, *r[:4]) for i, r in enumerate(kept)]
