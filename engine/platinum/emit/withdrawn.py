"""What channel systems must not send any more, as columns: laid out one by one, their headers were the largest Python part of a worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from platinum.emit.contacts import WITHDRAWAL_CONSTANT, WITHDRAWN, Withdrawal, withdrawal_records
from platinum.emit.decided import Names
from platinum.emit.kafka_form import put_bare_instant, put_sized, put_varint
from platinum.emit.outgoing import Ints, Laid, Outgoing, Texts, fixed, head, label, texts
from platinum.emit.write import Bytes, put_bytes, put_instant, put_text, wide
from platinum.jit import constant, kernel
from platinum.pieces import laid_out
from platinum.ports import Record

_START = constant(0)
_NAMES = ("ce_id", "ce_time", "ce_causationid", "ce_partitionkey")
_FIXED = np.frombuffer(head(WITHDRAWAL_CONSTANT, more=len(_NAMES)), np.uint8)
_LABELS = laid_out([label(name) for name in _NAMES])
#: JSON between the members that vary, and what stands behind the id in ``ce_id``.
_WORDS = laid_out([b'{"type":"withdrawal","decision_id":"', b'","customer_id":', b',"reason":"', b'","at":', b"}", WITHDRAWN])
_BODY_BYTES, _HEAD_BYTES = len(_WORDS[0]) + 44 + 2 + 26, len(_FIXED) + len(_LABELS[0]) + 2 * 44 + 60


class Told(NamedTuple):
    """W withdrawals.

    Attributes
    ----------
    ids, causes : Names
        Of the decisions, and of the events that ruled them out (of which the cause is used).
    keys, reasons : Texts
    at_ms : int64[W]
    """

    ids: Names
    causes: Names
    keys: Texts
    reasons: Texts
    at_ms: Ints


@kernel
def put_withdrawals(
    told: Told, fixed_head: Bytes, labels: tuple[Bytes, Ints], words: tuple[Bytes, Ints], out: tuple[Bytes, Bytes], ends: Ints
) -> None:
    """Bodies and headers, each one behind the other; ``ends`` (int64[2, W]) is overwritten."""
    ids, causes, keys, reasons, at_ms = told
    text, marks = labels
    body, heads = out
    at, to = _START, _START
    for i in range(at_ms.shape[0]):
        id_at = ids[1][1, i - 1] if i > 0 else _START
        cause_at = causes[1][1, i - 1] + 2 if i > 0 else _START + 2
        at = put_bytes(body, at, words[0], _START, words[1][0])
        at = put_bytes(body, at, ids[0], id_at, ids[1][1, i])
        at = put_bytes(body, at, words[0], words[1][0], words[1][1])
        at = put_text(body, at, keys[0], keys[1][i], keys[2][i])
        at = put_bytes(body, at, words[0], words[1][1], words[1][2])
        at = put_bytes(body, at, reasons[0], reasons[1][i], reasons[2][i])
        at = put_bytes(body, at, words[0], words[1][2], words[1][3])
        at = put_bytes(body, put_instant(body, at, at_ms[i]), words[0], words[1][3], words[1][4])
        ends[0, i] = at
        to = put_bytes(heads, to, fixed_head, _START, wide(fixed_head.shape[0]))
        to = put_bytes(heads, to, text, _START, marks[0])
        to = put_varint(heads, to, ids[1][1, i] - id_at + words[1][5] - words[1][4])
        to = put_bytes(heads, to, ids[0], id_at, ids[1][1, i])
        to = put_bytes(heads, to, words[0], words[1][4], words[1][5])
        to = put_bytes(heads, to, text, marks[0], marks[1])
        to = put_bare_instant(heads, to, at_ms[i])
        to = put_bytes(heads, to, text, marks[1], marks[2])
        to = put_sized(heads, to, causes[0], cause_at, causes[1][0, i])
        to = put_bytes(heads, to, text, marks[2], marks[3])
        to = put_sized(heads, to, keys[0], keys[1][i], keys[2][i])
        ends[1, i] = to


def withdrawn(told: Told, partition: int, keys: Sequence[bytes], channels: Sequence[str], reasons: Sequence[str]) -> Outgoing:
    """Records of withdrawals, of whatever channel each is.

    Parameters
    ----------
    keys, channels, reasons : sequences of length W
        As text, for a log that keeps single records.
    """

    def lay() -> Laid:
        n, longest = len(told.at_ms), len(told.keys.text)
        out = np.empty(n * (_BODY_BYTES + 64) + 6 * longest, np.uint8), np.empty(n * _HEAD_BYTES + longest, np.uint8)
        ends = np.empty((2, n), np.int64)
        put_withdrawals(told, _FIXED, _LABELS, _WORDS, out, ends)
        return Laid(told.keys, texts(fixed(out[0]), ends[0]), texts(fixed(out[1]), ends[1]), told.at_ms)

    def make() -> list[Record]:
        return [record for _, record in withdrawal_records(_one_by_one(told, keys, channels, reasons), partition)]

    return Outgoing(len(told.at_ms), partition, lay, make)


def _one_by_one(told: Told, keys: Sequence[bytes], channels: Sequence[str], reasons: Sequence[str]) -> list[Withdrawal]:
    ids, causes = _cut(told.ids, 0, 1), _cut(told.causes, 2, 0)
    return [Withdrawal(*one) for one in zip(ids, keys, channels, reasons, told.at_ms.tolist(), causes, strict=True)]


def _cut(names: Names, skipped: int, which: int) -> list[bytes]:
    """Each id (``which`` 1) or cause (0)."""
    whole, begins = names.text.tobytes(), [0, *names.ends[1, :-1].tolist()]
    return [whole[begin + skipped : end] for begin, end in zip(begins, names.ends[which].tolist(), strict=True)]
