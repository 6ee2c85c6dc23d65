"""Engine records: only this deployment's own are believed."""

from __future__ import annotations

import pytest

from platinum.errors import Rejected
from platinum.pipeline.cut import cut
from platinum.pipeline.engine_events import event_of
from platinum.pipeline.engine_records import (
    MAC_HEADER,
    EngineRecord,
    PolicyActivated,
    TimerDue,
    engine_record,
    read_engine_record,
)
from platinum.ports import Fetched
from platinum.vocabulary.codes import Kind

SECRET = b"s" * 32
MARKER = PolicyActivated("00ff00ff00ff00ff", 3)


def fetched(body: EngineRecord = MARKER, key: bytes | None = None, offset: int = 5, secret: bytes = SECRET) -> Fetched:
    record = engine_record(secret, key, body, time_ms=1_000)
    return Fetched(offset, record.key, record.value, record.time_ms, record.headers)


def interaction(offset: int) -> Fetched:
    return Fetched(offset, b"17850", b"{}", 1_000, ())


def test_a_record_with_the_deployments_mac_is_believed() -> None:
    assert read_engine_record(SECRET, fetched()) == MARKER


@pytest.mark.parametrize(
    "forged",
    [
        fetched(secret=b"x" * 32),
        fetched()._replace(key=b"17850"),
        fetched()._replace(value=fetched().value.replace(b"3", b"4")),
        fetched()._replace(headers=((MAC_HEADER, b""),)),
    ],
    ids=["other secret", "other key", "other value", "empty mac"],
)
def test_a_forged_record_is_rejected(forged: Fetched) -> None:
    with pytest.raises(Rejected) as rejected:
        read_engine_record(SECRET, forged)

    assert rejected.value.reason == "bad_mac"


def test_a_batch_is_cut_at_every_marker_and_nothing_is_lost() -> None:
    batch = [interaction(0), interaction(1), fetched(offset=2), interaction(3), fetched(offset=4), fetched(offset=5)]

    segments = cut(batch, SECRET)

    assert [[r.offset for r in s.records] for s in segments] == [[0, 1], [3], [], []]
    assert [s.activated_offset for s in segments] == [-1, 2, 4, 5]


def test_a_forged_marker_does_not_cut_and_is_kept_for_the_dead_letters() -> None:
    batch = [interaction(0), fetched(offset=1, secret=b"x" * 32), interaction(2)]

    (segment,) = cut(batch, SECRET)

    assert [r.offset for r in segment.records] == [0, 2]
    assert [(record.offset, error.reason) for record, error in segment.rejected] == [(1, "bad_mac")]


def test_a_timer_without_a_customer_is_rejected() -> None:
    (segment,) = cut([fetched(TimerDue(9), key=None, offset=0)], SECRET)

    assert [error.field for _, error in segment.rejected] == ["key"]


def test_a_timer_becomes_an_event_at_its_offset() -> None:
    record = fetched(TimerDue(9), key=b"17850", offset=7)

    event = event_of(TimerDue(9), record)[0]

    assert (event["kind"], event["offset"], event["record_ms"]) == (Kind.TIMER_DUE, 7, 1_000)
