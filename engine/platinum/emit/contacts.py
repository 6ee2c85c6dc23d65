"""Which records go to which topic: every decision, what is to be sent, and what is not to be sent after all.

Envelope: CloudEvents 1.0, Kafka binary mode (integration-and-reliability 2.1). ``ce_subject`` is left out: the key
names the person already, as ``ce_partitionkey`` and as the record's key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.emit.envelope import Named, instants_of
from platinum.emit.timestamps import Timestamps
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
#: Headers that every decision and contact has, and every withdrawal.
CONSTANT, WITHDRAWAL_CONSTANT = _DECISION, _WITHDRAWAL
#: What a withdrawal's ``ce_id`` has behind the decision's id.
WITHDRAWN = b".withdrawn"
#: Place of ``ce_causationid`` among the headers of everything made here.
CAUSE_AT = len(_DECISION) + 2
_timestamp = Timestamps()
# Skips the Python-level constructor of a named tuple, which takes three times as long.
_new_tuple: Callable[[type[Record], Any], Record] = tuple.__new__
#: Characters that stand for themselves in JSON (``words.dumps``).
_PLAIN = bytes(byte for byte in range(32, 127) if byte not in b'"\\<>&')
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
    named: Named,
    bodies: Sequence[bytes],
    inputs: Sequence[bytes],
    partition: int,
) -> Published:
    """Records of encoded stream decisions.

    Parameters
    ----------
    decisions : DECISION[D]
    named : Named
        Of the D decisions.
    bodies : list of bytes, length D
        ``Encoder.encode`` of them.
    inputs : list of bytes, length D
        ``emit.inputs.pack_inputs``; they ride on the decision, for ``explain``.
    partition : int
        Of the customers' interactions; decisions lie on the same one.
    """
    cells = (named.ids, instants_of(decisions["now_ms"]), named.causes, customer_keys, inputs)
    pairs = [list(zip(repeat(name), cell)) for name, cell in zip(_NAMED, cells, strict=True)]
    # Whole columns through zip: a loop that builds the same tuples one by one takes four times as long.
    headers = zip(*map(repeat, _DECISION), *pairs)
    times_ms = decisions["now_ms"].tolist()
    made = zip(repeat(DECISIONS), _records(customer_keys, bodies, times_ms, headers, partition))
    is_sent = np.append(policy.tables.channels["outbound"] != 0, False)[decisions["channel"]]  # channel -1: silence
    sent = np.flatnonzero(is_sent)
    pick = is_sent.tolist()
    ends = zip(repeat("ce_expirytime"), instants_of(decisions["expires_ms"][sent]))
    # The inputs, which are the last header, make way for the end.
    expiring = zip(*map(repeat, _DECISION), *(compress(column, pick) for column in pairs[:-1]), ends)
    records = _records(compress(customer_keys, pick), compress(bodies, pick), compress(times_ms, pick), expiring, partition)
    topics = [contacts_topic(channel) for channel in policy.channels]
    contacts = zip(map(topics.__getitem__, decisions["channel"][sent].tolist()), records)
    return Published(list(made), list(contacts), sent)


def _records(
    keys: Iterable[bytes], values: Iterable[bytes], times_ms: Iterable[int], headers: Iterable[Headers], partition: int
) -> Iterator[Record]:
    return map(_new_tuple, repeat(Record), zip(keys, values, times_ms, headers, repeat(partition)))


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
    dates = instants_of(np.array([withdrawal.at_ms for withdrawal in withdrawals], np.int64))
    for (decision_id, key, channel, reason, at_ms, cause), at in zip(withdrawals, dates, strict=True):
        # The id needs no escaping: it is this engine's own.
        named = _quoted(key), _quoted(reason.encode()), at
        body = b'{"type":"withdrawal","decision_id":"%b","customer_id":%b,"reason":%b,"at":"%b"}' % (decision_id, *named)
        headers = (
            *_WITHDRAWAL,
            ("ce_id", decision_id + WITHDRAWN),
            ("ce_time", at),
            ("ce_causationid", cause),
            ("ce_partitionkey", key),
        )
        records.append((contacts_topic(channel), _new_tuple(Record, (key, body, at_ms, headers, partition))))
    return records


#: What the encoding kernel escapes, and how (``write.put_text``).
_ESCAPED = {byte: f"\\u{byte:04x}" for byte in (*range(32), *b'"\\<>&')}


def _quoted(text: bytes) -> bytes:
    """JSON of UTF-8 text."""
    return b'"%b"' % (text.decode().translate(_ESCAPED).encode() if text.translate(None, _PLAIN) else text)
