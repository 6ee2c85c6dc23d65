"""A batch's decisions give the same as columns and as records."""

from __future__ import annotations

import numpy as np
import orjson
import pytest

from platinum.emit.decided import Decided, names_of
from platinum.emit.outgoing import Laid, Texts, head, texts
from platinum.emit.withdrawn import Told, withdrawn
from platinum.pieces import laid_out
from platinum.ports import Record
from tests.builders.decided import decided
from tests.builders.policies import a_policy

KEYS = [b"17850", b"anon:x", "Zo\u00eb".encode(), b"k" * 200]


def _text(some: Texts, i: int) -> bytes:
    return some.text[some.starts[i] : some.ends[i]].tobytes()


def _said(laid: Laid) -> list[tuple[bytes, bytes, int, bytes]]:
    return [(_text(laid.keys, i), _text(laid.values, i), int(laid.times_ms[i]), _text(laid.heads, i)) for i in range(len(laid.times_ms))]


def _listed(records: list[Record]) -> list[tuple[bytes, bytes, int, bytes]]:
    return [(r.key or b"", r.value, r.time_ms, head(r.headers)) for r in records]


def test_columns_say_what_the_records_say() -> None:
    policy = a_policy()
    made = decided(*[{"channel": channel, "expires_ms": 1_900_000_000_000 + channel, "offset": 10**channel} for channel in (-1, 0, 1, 0)])
    slots = np.array([0, 0, 1, 12])
    names = names_of(7, 3, made["offset"], slots)
    bodies = (b"{}{1}{22}{333}", np.array([2, 5, 9, 14]))
    inputs = (b"aabbbb" + b"c" * 300, np.array([0, 2, 6, 306]))
    of = Decided(policy, made, (KEYS, texts(*laid_out(KEYS))), (7, 3, slots, names), bodies, inputs)

    assert _said(of.decisions().laid()) == _listed(list(of.decisions()))
    assert [r.value for r in of.decisions()] == [b"{}", b"{1}", b"{22}", b"{333}"]
    which, contacts = of.contacts()
    assert len(which) > 0
    assert policy.tables.channels["outbound"][made["channel"][which]].all()
    assert _said(contacts.laid()) == _listed(list(contacts))
    assert [r.value for r in contacts] == [of.decisions()[i].value for i in which.tolist()]


def test_withdrawals_as_columns_say_what_the_records_say() -> None:
    keys = [*KEYS, b'"<\\>&\x01']
    n = len(keys)
    ids, causes = names_of(3, 1, np.arange(n) * 999, np.arange(n)), names_of(3, 1, np.arange(n) * 7, np.zeros(n, np.int64))
    reasons = ["complaint_made", "order_completed", "objection_made", "unsubscribed", "consent_changed"]
    told = Told(ids, causes, texts(*laid_out(keys)), texts(*laid_out([r.encode() for r in reasons])), 1_322_727_960_000 + np.arange(n))
    records = withdrawn(told, 1, keys, ["email"] * n, reasons)

    assert _said(records.laid()) == _listed(list(records))
    assert orjson.loads(records[4].value) == {
        "type": "withdrawal",
        "decision_id": "d.3.1.3996.4",
        "customer_id": keys[4].decode(),
        "reason": "consent_changed",
        "at": "2011-12-01T08:26:00.004Z",
    }
    assert dict(records[4].headers)["ce_causationid"] == b"3.1.28"


@pytest.mark.parametrize(("offset", "slot"), [(0, 0), (9, 9), (10, 10), (999_999_999_999_999_999, 9_999)])
def test_names_are_the_ids_of_stream_decisions(offset: int, slot: int) -> None:
    from platinum.ids import stream_decision_id

    named = names_of(999_999_999, 65_535, np.array([offset, 3]), np.array([slot, 0]))

    whole, first, cause = named.text.tobytes(), int(named.ends[1, 0]), int(named.ends[0, 0])
    assert whole[:first].decode() == stream_decision_id(999_999_999, 65_535, offset, slot)
    assert whole[2:cause].decode() == f"999999999.65535.{offset}"
    assert whole[first : int(named.ends[1, 1])].decode() == stream_decision_id(999_999_999, 65_535, 3, 0)
