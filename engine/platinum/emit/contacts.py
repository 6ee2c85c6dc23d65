"""Which records go to which topic: every decision, what is to be sent, and what is not to be sent after all.

Envelope: CloudEvents 1.0, Kafka binary mode (integration-and-reliability 2.1). ``ce_subject`` is left out: the key
names the person already, as ``ce_partitionkey`` and as the record's key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.emit.timestamps import Timestamps
from platinum.emit.words import dumps
from platinum.policy.policy import Policy
from platinum.ports import DECISIONS, Headers, Record, contacts_topic

#: Header under which the decision's inputs (``emit.inputs``) ride beside it; never on a contact: they hold the row.
INPUTS_HEADER = "platinum-inputs"
SOURCE = "//platinum"


def _constant(kind: str, source: str) -> Headers:
    texts = {
        "ce_specversion": "1.0",
        "ce_type": f"com.platinum.{kind}.v1",
        "ce_source": source,
        "ce_dataschema": f"urn:platinum:schema:{kind}:v1",
        "content-type": "application/json",
    }
    return tuple((name, text.encode()) for name, text in texts.items())


_DECISION = _constant("decision", SOURCE)
_WITHDRAWAL = _constant("withdrawal", SOURCE)
#: Place of ``ce_causationid`` among the headers of everything made here.
CAUSE_AT = len(_DECISION) + 2
_timestamp = Timestamps()
# Skips the Python-level constructor of a named tuple, which takes three times as long.
_new_tuple: Callable[[type[Record], Any], Record] = tuple.__new__
# No other member can hold these: inside a string the quotes would be escaped.
_DECIDED_AT, _EXPIRES_AT = b'"decided_at":"', b'"expires_at":"'
_AT_BYTES, _EXPIRES_BYTES, _INSTANT_BYTES = len(_DECIDED_AT), len(_EXPIRES_AT), len("2011-12-01T08:26:00.000Z")
_NAMED = ("ce_id", "ce_time", "ce_causationid", "ce_partitionkey", INPUTS_HEADER)


class Withdrawal(NamedTuple):
    """A planned contact that must not be sent any more.

    ``cause`` is the coordinate ``generation.partition.offset`` of the event that ruled it out.
    """

    decision_id: bytes
    customer_key: bytes
    channel: str
    reason: str
    at_ms: int
    cause: bytes


class Published(NamedTuple):
    """Records of decisions.

    Attributes
    ----------
    decisions : list of (topic, Record), length D
    contacts : list of (topic, Record)
        What is to be sent, in the decisions' order.
    contact_of : int64[C]
        Decision of each contact.
    """

    decisions: list[tuple[str, Record]]
    contacts: list[tuple[str, Record]]
    contact_of: NDArray[np.int64]


def decision_records(
    policy: Policy,
    decisions: NDArray[np.void],
    customer_keys: Sequence[bytes],
    decision_ids: Sequence[bytes],
    bodies: Sequence[bytes],
    inputs: Sequence[bytes],
    partition: int,
) -> Published:
    """Records of encoded stream decisions.

    Parameters
    ----------
    decisions : DECISION[D]
    decision_ids : list of bytes, length D
        ``ids.stream_decision_ids``: the record that asked is read out of them.
    bodies : list of bytes, length D
        ``Encoder.encode`` of them.
    inputs : list of bytes, length D
        ``emit.inputs.pack_inputs``; they ride on the decision, for ``explain``.
    partition : int
        Of the customers' interactions; decisions lie on the same one.
    """
    # The instant is in the body already; formatting it again took a third of the time.
    instants = [body[(at := body.index(_DECIDED_AT) + _AT_BYTES) : at + _INSTANT_BYTES] for body in bodies]
    causes = [decision_id[2 : decision_id.rindex(b".")] for decision_id in decision_ids]
    cells = (decision_ids, instants, causes, customer_keys, inputs)
    # Whole columns through zip: a loop that builds the same tuples one by one takes four times as long.
    headers = list(zip(*map(repeat, _DECISION), *(zip(repeat(name), cell) for name, cell in zip(_NAMED, cells, strict=True))))
    times_ms = decisions["now_ms"].tolist()
    records = map(_new_tuple, repeat(Record), zip(customer_keys, bodies, times_ms, headers, repeat(partition)))
    sent = np.flatnonzero(np.append(policy.tables.channels["outbound"] != 0, False)[decisions["channel"]])  # channel -1: silence
    topics = [contacts_topic(channel) for channel in policy.channels]
    contacts = []
    for i, channel in zip(sent.tolist(), decisions["channel"][sent].tolist(), strict=True):
        body = bodies[i]
        end = body.index(_EXPIRES_AT) + _EXPIRES_BYTES
        # The inputs, which are the last header, make way for the end.
        expiring = (*headers[i][:-1], ("ce_expirytime", body[end : end + _INSTANT_BYTES]))
        contacts.append((topics[channel], _new_tuple(Record, (customer_keys[i], body, times_ms[i], expiring, partition))))
    return Published(list(zip(repeat(DECISIONS), records)), contacts, sent)


def decision_headers(decision_id: str, time_ms: int, cause: str, key: bytes, inputs: bytes | None) -> Headers:
    """Headers of one decision; ``cause`` is the coordinate ``generation.partition.offset`` of the record that asked."""
    headers = (
        *_DECISION,
        ("ce_id", decision_id.encode()),
        ("ce_time", _timestamp(time_ms).encode()),
        ("ce_causationid", cause.encode()),
        ("ce_partitionkey", key),
    )
    return headers if inputs is None else (*headers, (INPUTS_HEADER, inputs))


def withdrawal_records(withdrawals: Sequence[Withdrawal], partition: int) -> list[tuple[str, Record]]:
    """Records that tell a channel's sender to drop what was planned and not yet claimed."""
    records: list[tuple[str, Record]] = []
    for decision_id, key, channel, reason, at_ms, cause in withdrawals:
        at = _timestamp(at_ms).encode()
        # The id needs no escaping: it is this engine's own.
        named = _quoted(key), _quoted(reason.encode()), at
        body = b'{"type":"withdrawal","decision_id":"%b","customer_id":%b,"reason":%b,"at":"%b"}' % (decision_id, *named)
        headers = (
            *_WITHDRAWAL,
            ("ce_id", decision_id + b".withdrawn"),
            ("ce_time", at),
            ("ce_causationid", cause),
            ("ce_partitionkey", key),
        )
        records.append((contacts_topic(channel), _new_tuple(Record, (key, body, at_ms, headers, partition))))
    return records


@lru_cache(4096)
def _quoted(text: bytes) -> bytes:
    """JSON of UTF-8 text; an event that withdraws often withdraws several contacts of one customer."""
    return dumps(text.decode()).encode()
