"""Bytes of a checkpoint, and the checkpoints of one partition's buckets as arrays.

A bucket is compared by bytes (``compare_and_set``), so two checkpoints are equal exactly when these bytes are.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from platinum.errors import Inconsistent
from platinum.pipeline.semantics import FIRST
from platinum.ports import Checkpoint

#: Layout version of the packed form, its first byte.
VERSION = 1
#: Semantics version of a bucket in which nothing was activated yet; from then on it is the activation's.
SEMANTICS = FIRST

_FORM = struct.Struct("<B3xIqqqQqQqQQQ")
_CLOCK_AT = struct.calcsize("<B3xIqqqQ")
#: Semantics, next offset, policy and model alone, which each request needs.
_STANDING = struct.Struct("<B3xI8xq8x8x8x8x8xQQ")


def pack(checkpoint: Checkpoint) -> bytes:
    """Fixed-size bytes of ``checkpoint``."""
    c = checkpoint
    return _FORM.pack(
        VERSION,
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
    )


def unpack(packed: bytes) -> Checkpoint:
    """Checkpoint from its bytes.

    Raises
    ------
    Inconsistent
        The bytes are of another layout version: a newer build wrote them.
    """
    if len(packed) != _FORM.size or packed[0] != VERSION:
        raise Inconsistent(f"checkpoint has layout {packed[:1].hex() or 'none'}, this build reads {VERSION}: run the build that wrote it")
    _, semantics, generation, next_offset, last_offset, last_hash, clock_ms, nonce, seq, policy, model, group = _FORM.unpack(packed)
    return Checkpoint(generation, next_offset, last_offset, last_hash, clock_ms, nonce, seq, policy, model, semantics, group)


def standing(packed: bytes | None) -> tuple[int, int, int, int]:
    """Next offset of a checkpoint, and content hash, semantics version and model of what is in force there; policy 0 = none yet.

    Raises
    ------
    Inconsistent
        As ``unpack``.
    """
    if packed is None:
        return 0, 0, SEMANTICS, 0
    if len(packed) != _FORM.size or packed[0] != VERSION:
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
        )

    def position(self) -> int:
        """Offset from which this partition must be read: the smallest of its buckets."""
        return int(self.next_offset.min())

    def packed_at(self, next_offset: int) -> Callable[[int], bytes]:
        """``packed`` for many buckets that differ in nothing but their clock: a function of ``clock_ms``."""
        whole = self.packed(0, next_offset, 0)
        head, tail = whole[:_CLOCK_AT], whole[_CLOCK_AT + 8 :]
        return lambda clock_ms: head + clock_ms.to_bytes(8, "little", signed=True) + tail

    def packed(self, k: int, next_offset: int, clock_ms: int) -> bytes:
        """Bytes of bucket k's checkpoint once everything before ``next_offset`` is in its rows."""
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
            )
        )
