"""What was passed on is taken once, and by the bucket that it is for."""

from __future__ import annotations

import msgspec
import pytest

from platinum.events.columns import FLAG_ACCOUNT, FLAG_BROUGHT, FLAG_HISTORY
from platinum.events.plans import Decoding
from platinum.hashing import murmur2
from platinum.pipeline.arriving import arrived, taken
from platinum.pipeline.engine_records import CustomerRecord, PassedOn
from platinum.pipeline.prepared import Place
from platinum.ports import Fetched, Mark

KEY = b"account:acme"
HERE = Place(1, murmur2(KEY) % 4, 4, 16)


def told(offset: int, source: int) -> tuple[Fetched, CustomerRecord]:
    """The record at ``offset``, made of what lies at ``source`` of partition 3."""
    body = PassedOn(Mark(3, 1, source, 0), msgspec.Raw(b"{}"))
    return Fetched(offset, KEY, b"", 0, ()), body


def test_what_is_not_behind_the_mark_is_a_repeat() -> None:
    found = taken([told(0, 5), told(1, 7), told(2, 7), told(3, 5)], {}, HERE)

    assert [record.offset for record, _ in found.records] == [0, 1]
    assert found.repeated == 2
    assert taken([told(4, 7), told(5, 8)], found.marks, HERE).repeated == 1


def test_a_copy_on_a_wrong_partition_moves_no_mark() -> None:
    """Anybody can append a copy anywhere, with its MAC: it is rejected, and what comes later for the same bucket index is no repeat."""
    elsewhere = Place(1, (HERE.partition + 1) % 4, 4, 16)

    found = taken([told(0, 900)], {}, elsewhere)

    assert [record.offset for record, _ in found.records] == [0], "prepare rejects it: wrong_partition"
    assert found.marks == {}


@pytest.mark.parametrize(
    ("key", "history", "flags"),
    [(b"ada", False, FLAG_BROUGHT), (b"ada", True, FLAG_BROUGHT | FLAG_HISTORY), (KEY, False, FLAG_ACCOUNT | FLAG_HISTORY)],
    ids=["of now", "of an imported past", "for an account"],
)
def test_what_is_passed_on_of_the_past_decides_nothing_there_either(key: bytes, history: bool, flags: int) -> None:
    event = b'{"type":"track","event":"Decision Accepted","userId":"ada","properties":{"decision_id":"d"}}'
    body = PassedOn(Mark(3, 1, 5, 0), msgspec.Raw(event), history)

    found = arrived([(Fetched(0, key, b"", 0, ()), body)], Decoding(currency="EUR"))

    assert found.columns.events["flags"].tolist() == [flags]
