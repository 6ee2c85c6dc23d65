"""What the learner hands to the stages: numbers by name, at one offset vector; equal vectors give equal bytes (design 8)."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise
from operator import itemgetter
from typing import Any, Self

import msgspec
import orjson

from platinum.errors import Inconsistent
from platinum.learn.example import decoded
from platinum.learn.portfolio import Portfolio

#: Design 8.
MOST_BYTES = 512 << 10
#: How an example begins.
_EXAMPLE = b'{"fact":"example"'
#: How the record begins from which on what was taught before does not count (``reset_fact``).
_RESET = b'{"fact":"reset"'
_TIME = itemgetter(2)
#: A record that a worker who was killed or fenced put out, and its successor put out again, is counted once. Copies lie so near to each
#: other: a fenced worker has one batch on its way.
_REMEMBERED = 8_192
#: Offset, value, time and identity (``ce_id``; empty = it has none) of a record.
Told = tuple[int, bytes, int, bytes]


class Snapshot(msgspec.Struct, frozen=True):
    """One artefact.

    Attributes
    ----------
    vector : list of int
        Per partition of the learning topic, the first offset that is not in it.
    time_ms : int
        Largest record time in it: what fades is as of then.
    judged : mapping
        ``Portfolio.judged``.
    """

    vector: list[int]
    time_ms: int
    judged: dict[str, Any]
    form: int = 1


_DECODER = msgspec.json.Decoder(Snapshot)


def pack(snapshot: Snapshot) -> bytes:
    """Bytes of a snapshot."""
    return orjson.dumps(msgspec.to_builtins(snapshot), option=orjson.OPT_SORT_KEYS)


def unpack(packed: bytes) -> Snapshot:
    """Inverse of ``pack``.

    Raises
    ------
    Inconsistent
        The bytes are none, or a newer build's.
    """
    try:
        snapshot = _DECODER.decode(packed)
    except msgspec.MsgspecError as error:
        raise Inconsistent(f"a snapshot of the learner is damaged or a newer build's: {error}") from None
    if snapshot.form != 1:
        raise Inconsistent(f"a snapshot of the learner has form {snapshot.form}, this build reads 1: run the newer build")
    return snapshot


def name_of(packed: bytes) -> str:
    """Content hash, 16 hex digits: what decisions say as ``model``."""
    return hashlib.blake2b(packed, digest_size=8).hexdigest()


class Learner:
    """One statistic per partition of the learning topic, each folded in order.

    Attributes
    ----------
    vector : list of int
        Next offset of each; a record below it was seen.
    time_ms : int
        Largest record time so far.
    """

    def __init__(self, partitions: int) -> None:
        self.vector = [0] * partitions
        self._statistics = [Portfolio() for _ in range(partitions)]
        self.time_ms = 0
        #: Identities of each partition's last records, in their order and to be found.
        self._last: list[deque[bytes]] = [deque() for _ in range(partitions)]
        self._known: list[set[bytes]] = [set() for _ in range(partitions)]

    def fold(self, partition: int, offset: int, value: bytes, time_ms: int, identity: bytes = b"") -> bool:
        """One record; False when it was seen before."""
        return self.fold_all(partition, [(offset, value, time_ms, identity)]) == 1

    def fold_all(self, partition: int, records: Sequence[Told]) -> int:
        """Records in order; how many were new. In how many calls they come changes nothing.

        Examples are by far the most, and are read together: one by one they took three times as long.
        """
        new = (
            records if records and records[0][0] >= self.vector[partition] else [one for one in records if one[0] >= self.vector[partition]]
        )
        if not new:
            return 0
        values = [value for _, value, _, identity in new if not identity or self._is_new(partition, identity)]
        resets = [i for i, value in enumerate(values) if value.startswith(_RESET)]
        for start, end in pairwise([0, *resets, len(new)]):
            _fold_run(values[start:end], self._statistics[partition])
        self.vector[partition] = new[-1][0] + 1
        self.time_ms = max(self.time_ms, *map(_TIME, new))
        return len(new)

    def _is_new(self, partition: int, identity: bytes) -> bool:
        known, last = self._known[partition], self._last[partition]
        if identity in known:
            return False
        known.add(identity)
        last.append(identity)
        if len(last) > _REMEMBERED:  # one by one, or it would depend on how records come which copies are found
            known.discard(last.popleft())
        return True

    def take(self, other: Self, partition: int) -> None:
        """Go on from what another learner made of one partition: partitions may be read by processes of their own."""
        self.vector[partition], self.time_ms = other.vector[partition], max(self.time_ms, other.time_ms)
        self._statistics[partition] = other._statistics[partition]
        self._last[partition], self._known[partition] = other._last[partition], other._known[partition]

    def snapshot(self) -> Snapshot:
        """Everything so far, merged in the order of the partitions; raises as ``Taught.judged``."""
        return self.snapshot_of(self.whole())

    def snapshot_of(self, whole: Portfolio) -> Snapshot:
        """Of ``whole``, where that has been merged already; raises as ``Taught.judged``."""
        return Snapshot(list(self.vector), self.time_ms, whole.judged(self.time_ms))

    def whole(self) -> Portfolio:
        """All partitions as one."""
        whole = Portfolio()
        for statistic in self._statistics:
            whole.merge(deepcopy(statistic))
        return whole


def _fold_run(values: Sequence[bytes], statistic: Portfolio) -> None:
    """Records of which only the first may be a reset: what is taught beside other facts may come before them or after."""
    if values and values[0].startswith(_RESET):
        statistic.fold(orjson.loads(values[0]))
        values = values[1:]
    examples = [value for value in values if value.startswith(_EXAMPLE)]
    if examples:
        statistic.taught.add(decoded(examples))
    if len(examples) < len(values):
        for value in values:
            if not value.startswith(_EXAMPLE):
                statistic.fold(orjson.loads(value))


def reset_fact(who: str, why: str) -> bytes:
    """Value of the record on each partition of ``platinum.learning.v1`` from which on learning begins anew; rates of promises stay."""
    return orjson.dumps({"fact": "reset", "who": who, "why": why})
