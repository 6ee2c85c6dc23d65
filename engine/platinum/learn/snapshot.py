"""What the learner hands to the stages: numbers by name, at one offset vector; equal vectors give equal bytes (design 8)."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from typing import Any

import msgspec
import orjson

from platinum.errors import Inconsistent
from platinum.learn.portfolio import Portfolio

#: Design 8.
MOST_BYTES = 512 << 10


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
    """

    def __init__(self, partitions: int) -> None:
        self.vector = [0] * partitions
        self._statistics = [Portfolio() for _ in range(partitions)]
        self._time_ms = 0

    def fold(self, partition: int, offset: int, value: bytes, time_ms: int) -> bool:
        """One record; False when it was seen before."""
        if offset < self.vector[partition]:
            return False
        self._statistics[partition].fold(orjson.loads(value))
        self.vector[partition] = offset + 1
        self._time_ms = max(self._time_ms, time_ms)
        return True

    def snapshot(self) -> Snapshot:
        """Everything so far, merged in the order of the partitions."""
        return Snapshot(list(self.vector), self._time_ms, self.whole().judged(self._time_ms))

    def whole(self) -> Portfolio:
        """All partitions as one."""
        whole = Portfolio()
        for statistic in self._statistics:
            whole.merge(deepcopy(statistic))
        return whole
