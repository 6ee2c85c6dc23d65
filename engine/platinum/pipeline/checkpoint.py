"""Bytes of a checkpoint, and the checkpoints of one partition's buckets as arrays.

A bucket is compared by bytes (``compare_and_set``), so two checkpoints are equal exactly when these bytes are.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from platinum.errors import Inconsistent
from platinum.pipeline.semantics import FIRST
from platinum.ports import Checkpoint, Mark

#: Layout version of the packed form, its first byte; with marks behind it, it is another one: builds that know none must refuse it.
VERSION, WITH_MARKS = 1, 2
#: Semantics version of a bucket in which nothing was activated yet; from then on it is the activation's.
SEMANTICS = FIRST

_FORM = struct.Struct("<B3xIqqqQqQqQQQ")
_CLOCK_AT = struct.calcsize("<B3xIqqqQ")
_MARK = struct.Struct("<IqqI")
#: Semantics, next offset, policy and model alone, which each request needs.
_STANDING = struct.Struct("<B3xI8xq8x8x8x8x8xQQ")


#: Index of a bucket within its partition → its marks.
Marks = Mapping[int, tuple[Mark, ...]]
NO_MARKS: Marks = MappingProxyType({})


def pack(checkpoint: Checkpoint) -> bytes:
    """Bytes of ``checkpoint``; without marks their size is fixed."""
    c = checkpoint
    return _FORM.pack(
        WITH_MARKS if c.marks else VERSION,
        c.semantics,
        c.generation,
        c.next_offset,
        c.last_offset,
        c.last_hash,
        c.clock_ms,
        c.owner_nonce,
        c.policy_seq,
        c.policy,
        c.model,
        c.group,
    ) + b"".join(_MARK.pack(*mark) for mark in c.marks)


def unpack(packed: bytes) -> Checkpoint:
    """Checkpoint from its bytes.

    Raises
    ------
    Inconsistent
        The bytes are of another layout version: a newer build wrote them.
    """
    if not _readable(packed):
        read = f"{VERSION} and {WITH_MARKS}"
        raise Inconsistent(f"checkpoint has layout {packed[:1].hex() or 'none'}, this build reads {read}: run the build that wrote it")
    _, semantics, generation, next_offset, last_offset, last_hash, clock_ms, nonce, seq, policy, model, group = _FORM.unpack_from(packed)
    marks = tuple(Mark(*found) for found in _MARK.iter_unpack(packed[_FORM.size :]))
    return Checkpoint(generation, next_offset, last_offset, last_hash, clock_ms, nonce, seq, policy, model, semantics, group, marks)


def _readable(packed: bytes) -> bool:
    """Whether bytes are a checkpoint of a layout that this build reads."""
    behind = len(packed) - _FORM.size
    return behind >= 0 and packed[0] == (WITH_MARKS if behind else VERSION) and behind % _MARK.size == 0


def standing(packed: bytes | None) -> tuple[int, int, int, int]:
    """Next offset of a checkpoint, and content hash, semantics version and model of what is in force there; policy 0 = none yet.

    Raises
    ------
    Inconsistent
        As ``unpack``.
    """
    if packed is None:
        return 0, 0, SEMANTICS, 0
    if not _readable(packed):
        unpack(packed)  # says what is wrong
    _, semantics, next_offset, policy, model = _STANDING.unpack_from(packed)
    return next_offset, policy, semantics, model


def buckets_of(partition: int, partitions: int, buckets: int) -> range:
    """Buckets of one partition; bucket mod P = partition because both come from the same hash."""
    return range(partition, buckets, partitions)


@dataclass(slots=True)
class Progress:
    """How far the buckets of one partition are applied, in memory.

    Index k is bucket ``partition + k * partitions``.

    Attributes
    ----------
    next_offset, clock_ms : int64[K]
    expected : list of bytes, length K
        Packed checkpoint that the store must hold: what our claim or our last success wrote, never one just read.
    marks : mapping of index to marks
        Of the buckets that anything came to from other partitions. Replaced, never changed: who took it down has it as it was.
    """

    generation: int
    group: int
    nonce: int
    next_offset: NDArray[np.int64]
    clock_ms: NDArray[np.int64]
    expected: list[bytes]
    last_offset: int = -1
    last_hash: int = 0
    policy_seq: int = 0
    policy: int = 0
    model: int = 0
    semantics: int = SEMANTICS
    decided: dict[str, int] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)

    @classmethod
    def of(cls, checkpoints: Sequence[Checkpoint], nonce: int) -> Progress:
        """Progress right after a claim that wrote ``checkpoints`` with ``nonce``."""
        first = min(checkpoints, key=lambda c: c.next_offset)
        last = max(checkpoints, key=lambda c: c.last_offset)
        return cls(
            generation=first.generation,
            group=first.group,
            nonce=nonce,
            next_offset=np.array([c.next_offset for c in checkpoints], np.int64),
            clock_ms=np.array([c.clock_ms for c in checkpoints], np.int64),
            expected=[pack(c) for c in checkpoints],
            last_offset=last.last_offset,
            last_hash=last.last_hash,
            # Replay starts at the smallest offset, so it starts under the policy that was in force there.
            policy_seq=first.policy_seq,
            policy=first.policy,
            model=first.model,
            semantics=first.semantics,
            marks={k: c.marks for k, c in enumerate(checkpoints) if c.marks},
        )

    def position(self) -> int:
        """Offset from which this partition must be read: the smallest of its buckets."""
        return int(self.next_offset.min())

    def packed_at(self, next_offset: int) -> Callable[[int, int], bytes]:
        """``packed`` for many buckets that differ in little but their clock: a function of index and ``clock_ms``."""
        whole = self._packed((), next_offset, 0)
        head, tail, marks = whole[:_CLOCK_AT], whole[_CLOCK_AT + 8 :], self.marks

        def packed(k: int, clock_ms: int) -> bytes:
            if k in marks:
                return self._packed(marks[k], next_offset, clock_ms)
            return head + clock_ms.to_bytes(8, "little", signed=True) + tail

        return packed

    def packed(self, k: int, next_offset: int, clock_ms: int) -> bytes:
        """Bytes of bucket k's checkpoint once everything before ``next_offset`` is in its rows."""
        return self._packed(self.marks.get(k, ()), next_offset, clock_ms)

    def _packed(self, marks: tuple[Mark, ...], next_offset: int, clock_ms: int) -> bytes:
        return pack(
            Checkpoint(
                self.generation,
                next_offset,
                self.last_offset,
                self.last_hash,
                clock_ms,
                self.nonce,
                self.policy_seq,
                self.policy,
                self.model,
                self.semantics,
                self.group,
                marks,
            )
        )
