"""Which records go to which topic: every decision, what is to be sent, and what is not to be sent after all.

Envelope: CloudEvents 1.0, Kafka binary mode (integration-and-reliability 2.1). ``ce_subject`` is left out: the key
names the person already, as ``ce_partitionkey`` and as the record's key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
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
# No other member can hold this: inside a string the quotes would be escaped.
_DECIDED_AT = b'"decided_at":"'


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


def decision_records(
    policy: Policy,
    decisions: NDArray[np.void],
    customer_keys: Sequence[bytes],
    decision_ids: Sequence[bytes],
    bodies: Sequence[bytes],
    inputs: Sequence[bytes] | None,
    partition: int,
) -> list[tuple[str, Record]]:
    """Records of encoded decisions, in order; a contact follows the decision that plans it.

    Parameters
    ----------
    decisions : DECISION[D]
    bodies : list of bytes, length D
        ``Encoder.encode`` of them.
    inputs : list of bytes, length D, or None
        ``emit.inputs.pack_inputs``; they ride on the decision, for ``explain``.
    partition : int
        Of the customers' interactions; decisions lie on the same one.
    """
    outbound = (policy.tables.channels["outbound"] != 0).tolist()
    topics = [contacts_topic(channel) if out else "" for channel, out in zip(policy.channels, outbound, strict=True)]
    topics.append("")  # channel -1: silence
    records: list[tuple[str, Record]] = []
    expires, channels = decisions["expires_ms"].tolist(), decisions["channel"].tolist()
    for i, now_ms in enumerate(decisions["now_ms"].tolist()):
        key, body, decision_id = customer_keys[i], bodies[i], decision_ids[i]
        # The instant is in the body already; formatting it again took a third of the time.
        at = body.index(_DECIDED_AT) + len(_DECIDED_AT)
        named = (("ce_id", decision_id), ("ce_time", body[at : at + 24]), ("ce_causationid", _cause(decision_id)), ("ce_partitionkey", key))
        headers = _DECISION + named
        beside = headers if inputs is None else (*headers, (INPUTS_HEADER, inputs[i]))
        records.append((DECISIONS, _new_tuple(Record, (key, body, now_ms, beside, partition))))
        topic = topics[channels[i]]
        if topic:
            expiring = (*headers, ("ce_expirytime", _timestamp(expires[i]).encode()))
            records.append((topic, _new_tuple(Record, (key, body, now_ms, expiring, partition))))
    return records


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


def _cause(decision_id: bytes) -> bytes:
    """Coordinate of the record that asked, which a stream decision's id holds; over HTTP the id itself."""
    return decision_id[2 : decision_id.rindex(b".")] if decision_id.startswith(b"d.") else decision_id


def withdrawal_records(withdrawals: Sequence[Withdrawal], partition: int) -> list[tuple[str, Record]]:
    """Records that tell a channel's sender to drop what was planned and not yet claimed."""
    records = []
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
