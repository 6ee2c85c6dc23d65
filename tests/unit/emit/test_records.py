from __future__ import annotations

import re
from hashlib import sha256

import jsonschema_rs
import numpy as np
import orjson
import pytest

from platinum.decide.record import TRIGGER
from platinum.emit.contacts import INPUTS_HEADER, Withdrawal, decision_records, withdrawal_records
from platinum.emit.deadletter import MOST_BYTES, cut_of, dead_letter, size_of
from platinum.emit.encode import Encoder
from platinum.emit.envelope import instants_of, name_decisions
from platinum.emit.inputs import keep_inputs, pack_inputs, room_for, room_over, unpack_inputs
from platinum.emit.published import withdrawal_schema
from platinum.emit.timestamps import Timestamps
from platinum.errors import EventRejected, Rejected
from platinum.ids import stream_decision_id
from platinum.pieces import cut_up
from platinum.ports import DECISIONS, Fetched, Record
from platinum.profile.codec import pack_rows
from platinum.profile.row import ROW
from tests.builders.decided import DAY, NOW_MS, a_spoken, decided
from tests.builders.policies import a_policy


def routed(*records: dict[str, object]) -> list[tuple[str, Record]]:
    n, policy, made = len(records), a_policy(), decided(*records)
    named = name_decisions(3, 1, np.arange(n), np.zeros(n, np.int64))
    bodies = Encoder(policy, "prior").encode(made, [b"17850"] * n, named.ids, 3, 1)
    published = decision_records(policy, made, [b"17850"] * n, named, bodies, [b"in"] * n, 1)
    return published.decisions + published.contacts


def test_every_decision_is_published_and_only_outbound_ones_are_contacts() -> None:
    topics = [topic for topic, _ in routed({}, a_spoken(channel=0, placement=0), a_spoken(channel=1), a_spoken(channel=2))]

    email, card = "platinum.contacts.email.v1", "platinum.contacts.card.v1"
    assert topics == [DECISIONS, DECISIONS, DECISIONS, DECISIONS, email, card]


def test_a_decision_travels_as_a_cloud_event_with_its_inputs() -> None:
    _, record = routed(a_spoken(channel=0))[0]

    headers = dict(record.headers)
    assert (record.key, record.partition, record.time_ms) == (b"17850", 1, NOW_MS)
    assert headers["ce_id"] == b"d.3.1.0.0"
    assert headers["ce_causationid"] == b"3.1.0"
    assert headers["ce_time"] == b"2011-12-01T08:26:00.000Z"
    assert headers[INPUTS_HEADER] == b"in"
    assert "ce_expirytime" not in headers


def test_a_contact_names_its_end_and_never_carries_the_row() -> None:
    headers = dict(routed(a_spoken(expires_ms=NOW_MS + DAY))[1][1].headers)

    assert headers["ce_expirytime"] == b"2011-12-02T08:26:00.000Z"
    assert INPUTS_HEADER not in headers


def test_decisions_of_a_batch_are_named_as_single_ones_are() -> None:
    offsets, slots = np.array([0, 7, 7, 10**17], np.int64), np.array([0, 0, 1, 12], np.int64)

    named = name_decisions(3, 11, offsets, slots)

    pairs = list(zip(offsets.tolist(), slots.tolist(), strict=True))
    assert named.ids == [stream_decision_id(3, 11, offset, slot).encode() for offset, slot in pairs]
    assert named.causes == [f"3.11.{offset}".encode() for offset, _ in pairs]
    assert name_decisions(3, 11, offsets[:0], slots[:0]).ids == []


def test_instants_of_a_batch_are_written_as_single_ones_are() -> None:
    instants = np.array([0, NOW_MS, NOW_MS + 1, 951_782_399_999, 253_402_300_799_999], np.int64)

    assert instants_of(instants) == [Timestamps()(ms).encode() for ms in instants.tolist()]
    assert instants_of(instants[:0]) == []


@pytest.mark.parametrize("key", ["17850", "anon:7-b_c.d~", "", '1"7', "a\\b", "<i>", "R&D", "a\nb", "\x7f", "é", " x "])
def test_a_withdrawal_names_any_customer_as_its_decision_does(key: str) -> None:
    _, record = withdrawal_records([Withdrawal(b"d.1.2.3.0", key.encode(), "email", "complaint_made", NOW_MS, b"1.2.9")], 2)[0]
    decision = Encoder(a_policy(), "prior").encode(decided({}), [key], [b"d.1.2.3.0"], 1, 2)[0]

    named = re.compile(rb'"customer_id":"[^"]*"')
    assert named.findall(record.value) == named.findall(decision) != []
    assert orjson.loads(record.value)["customer_id"] == key


def test_a_withdrawal_reaches_the_channel_and_obeys_its_schema() -> None:
    topic, record = withdrawal_records([Withdrawal(b"d.1.2.3.0", b'17850"<', "email", "complaint_made", NOW_MS, b"1.2.9")], 2)[0]

    body = orjson.loads(record.value)
    jsonschema_rs.validator_for(withdrawal_schema()).validate(body)
    assert topic == "platinum.contacts.email.v1"
    assert body["customer_id"] == '17850"<'
    assert dict(record.headers)["ce_id"] == b"d.1.2.3.0.withdrawn"


def test_a_dead_letter_is_the_record_as_it_came_and_why() -> None:
    record = Fetched(17, b"k", b'{"timestamp": 7}', NOW_MS, (("traceparent", b"00-1"),))

    letter = dead_letter(record, EventRejected("schema", "timestamp", "a date-time"), "platinum.interactions.v1", 3)

    headers = dict(letter.headers)
    assert (letter.key, letter.value, letter.partition) == (b"k", b'{"timestamp": 7}', 3)
    assert headers["traceparent"] == b"00-1"
    assert headers["__streams.errors.topic"] == b"platinum.interactions.v1"
    assert headers["__streams.errors.partition"] == b"3"
    assert headers["__streams.errors.offset"] == b"17"
    assert headers["platinum.dlq.reason"] == headers["__streams.errors.exception"] == b"schema"
    assert headers["platinum.dlq.field"] == b"timestamp"
    assert b"must be a date-time" in headers["__streams.errors.message"]


def test_a_dead_letter_that_failed_again_carries_one_verdict() -> None:
    record = Fetched(17, b"k", b"x", NOW_MS, ())
    first = dead_letter(record, Rejected("schema", "no"), "t", 0)

    again = dead_letter(Fetched(40, b"k", first.value, NOW_MS, first.headers), Rejected("too_large", "no"), "t", 0)

    assert [value for name, value in again.headers if name == "platinum.dlq.reason"] == [b"too_large"]


@pytest.mark.parametrize(
    ("record", "cut"),
    [
        (Fetched(17, b"k", b"x" * MOST_BYTES, NOW_MS, (("traceparent", b"00-1"),)), "value"),
        (Fetched(17, b"k", b"{}", NOW_MS, (("h", b"y" * MOST_BYTES),)), "headers"),
        (Fetched(17, b"k" * MOST_BYTES, b"x" * (MOST_BYTES + 9), NOW_MS, (("a", b"y" * MOST_BYTES),)), "headers,key,value"),
    ],
)
def test_a_dead_letter_that_no_log_would_take_is_cut_to_what_fits_and_says_so(record: Fetched, cut: str) -> None:
    letter, again = (dead_letter(record, Rejected("too_large", "no"), "t", 3) for _ in range(2))

    headers = dict(letter.headers)
    assert letter == again
    assert size_of(letter) <= MOST_BYTES
    assert "value" not in cut or size_of(letter) > MOST_BYTES - 8
    assert cut_of(letter) == headers["platinum.dlq.cut"].decode() == cut
    assert headers["platinum.dlq.length"] == str(len(record.value)).encode()
    assert headers["platinum.dlq.sha256"] == sha256(record.value).hexdigest().encode()
    assert record.value.startswith(letter.value)
    assert headers["platinum.dlq.reason"] == b"too_large"
    assert ("headers" in cut) == (len(letter.headers) == 12)
    whole = record._replace(key=b"k", value=b"{}", headers=())
    assert cut_of(dead_letter(whole, Rejected("too_large", "no"), "t", 3)) == ""


def test_inputs_come_back_as_they_were_packed() -> None:
    triggers = np.zeros(2, TRIGGER)
    triggers["ref"], triggers["now_ms"] = [7, 8], NOW_MS

    packed = pack_inputs([b"row-a", b""], triggers, ("0123456789abcdef", "prior"), [[], [2, 5]])

    first, second = map(unpack_inputs, packed)
    assert (first.row, first.policy, first.model, first.barred.tolist()) == (b"row-a", "0123456789abcdef", "prior", [])
    assert (second.row, second.barred.tolist()) == (b"", [2, 5])
    assert first.trigger.tobytes() + second.trigger.tobytes() == triggers.tobytes()


@pytest.mark.parametrize("broken", [b"", b"\x02", b"\x01\x00", b"\x01" + b"\xff" * 40])
def test_inputs_that_are_none_are_rejected(broken: bytes) -> None:
    with pytest.raises(Rejected, match="form 1"):
        unpack_inputs(broken)


@pytest.mark.parametrize("cut", [-1, 1])
def test_inputs_of_another_length_are_rejected(cut: int) -> None:
    packed = pack_inputs([b"row"], np.zeros(1, TRIGGER), ("p", "m"))[0]

    with pytest.raises(Rejected):
        unpack_inputs(packed[:cut] if cut < 0 else packed + b"x")


def test_inputs_of_live_rows_are_those_of_packed_rows() -> None:
    rows, triggers = np.zeros(3, ROW), np.zeros(3, TRIGGER)
    rows["orders"] = [0, 1, 70_000]
    triggers["now_ms"] = [5, 6, 7]
    version = ("0123456789abcdef", "prior")

    kept = room_over(rows, room_for(triggers, version))
    for d in range(3):
        kept.slot[0] = d
        keep_inputs(d, kept)

    assert cut_up(kept.text[: kept.ends[3]].tobytes(), kept.ends[1:]) == pack_inputs(pack_rows(rows, np.arange(3)), triggers, version)
