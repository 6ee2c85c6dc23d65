"""What the outside must offer: a log and a store. One contract suite holds every adapter to this page.

Both are asynchronous because the distributed form is (aiokafka, a pipelined Valkey client); adapters that need no
waiting simply return.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

INTERACTIONS = "platinum.interactions.v1"
DECISIONS = "platinum.decisions.v1"
LEARNING = "platinum.learning.v1"
DEAD_LETTERS = "platinum.dead-letters.v1"
ARTEFACTS = "platinum.artefacts.v1"
SUPPRESSIONS = "platinum.suppressions.v1"
#: Offsets that broke the stages and are left out (compacted); see ``stream.skips``.
SKIPS = "platinum.skips.v1"
#: Empty records that find out whether a log that refused a write takes one again.
PROBES = "platinum.probes.v1"


def contacts_topic(channel: str) -> str:
    """Topic of what is to be sent through ``channel``, and of withdrawals."""
    return f"platinum.contacts.{channel}.v1"


Headers = tuple[tuple[str, bytes], ...]


class Record(NamedTuple):
    """One record to append.

    ``partition`` -1 places it by murmur2 of the key, so a record without a key must name its partition.
    """

    key: bytes | None
    value: bytes
    time_ms: int
    headers: Headers = ()
    partition: int = -1


class Fetched(NamedTuple):
    """One record as read back. ``value`` is ``b""`` where an erasure has blanked it; its offset stays."""

    offset: int
    key: bytes | None
    value: bytes
    time_ms: int
    headers: Headers


class Log(Protocol):
    """Partitioned, append-only, offsets without holes from 0; keyed records keep their order.

    One event loop uses one adapter object; several processes may use one log. A topic exists from its first record.
    """

    @property
    def partitions(self) -> int:
        """P of every keyed topic; a power of two."""

    @property
    def generation(self) -> int:
        """Grows when the log is replaced by another one."""

    async def append(self, topic: str, records: Sequence[Record]) -> list[tuple[int, int]]:
        """Append in order; returns (partition, offset) each, once all are durable.

        Of one call either all records are appended or none, except after ``Unavailable`` from a broker. Two calls
        by one caller that do not wait for each other keep their order, too.

        Raises
        ------
        Rejected
            ``future_time`` when a record of ``INTERACTIONS`` is more than 5 minutes ahead of the wall clock (adapters
            opened for a history do not check). Nothing was appended. Other topics take any time: what the stream puts
            out has its bucket's clock, which may be ahead of this machine's, because it never goes back.
        ValueError
            A record without key and partition, or a partition that does not exist: a bug of the caller.
        Unavailable
            Nothing is known about the records; appending again may repeat them.
        """

    async def fetch(
        self, topic: str, partition: int, offset: int, max_records: int, max_bytes: int = 4 << 20, wait_s: float = 0.0
    ) -> list[Fetched]:
        """Records from ``offset`` on, in order, without holes; waits up to ``wait_s`` for the first one.

        At most ``max_records``, and at most ``max_bytes`` of values unless the first record alone has more.
        Nothing when ``offset`` is at or beyond the end.

        Raises
        ------
        Inconsistent
            ``offset`` lies before ``start``: retention has removed it.
        Unavailable
            The log did not answer; fetching again is safe.
        """

    async def start(self, topic: str, partition: int) -> int:
        """Smallest offset still held."""

    async def end(self, topic: str, partition: int) -> int:
        """Offset that the next record will get; 0 for a topic without records."""

    async def close(self) -> None:
        """Flush and release; idempotent. Appends in flight are completed, later calls raise ``Unavailable``."""


class Mark(NamedTuple):
    """How far one bucket has taken what another partition's fold appended to its log: everything from there up to this record."""

    partition: int  # that folded what came of it
    generation: int  # of the log then
    offset: int  # of the record that was folded
    slot: int  # of what came of it


class Checkpoint(NamedTuple):
    """How far one bucket has been applied, stored beside its rows (design 3).

    ``pack``/``unpack`` in ``pipeline.checkpoint`` give it bytes; stores compare and keep those bytes only.
    """

    generation: int
    next_offset: int  # first offset of the partition that is not yet in the rows
    last_offset: int  # of the newest record delivered from the partition, -1 = none yet
    last_hash: int  # hash64 of that record's value
    clock_ms: int  # bucket clock: largest record time applied
    owner_nonce: int  # drawn anew with every claim
    policy_seq: int  # activation number of the policy in force, 0 = none yet
    policy: int  # content hash of the policy in force
    model: int  # number of the activation of the learner's snapshot in force, 0 = none yet
    semantics: int
    group: int  # hash of the consumer group's id: two groups on one store would claim from each other for ever
    marks: tuple[Mark, ...] = ()  # one per source partition that anything came from, by partition


class BucketWrite(NamedTuple):
    """One bucket's share of a batch: written whole or not at all.

    ``new`` differs from ``expected`` whenever rows or timers are written; with neither, ``new == expected`` only
    checks that the bucket is still ours.
    """

    bucket: int
    expected: bytes  # packed checkpoint that must be stored now
    new: bytes
    rows: Sequence[tuple[bytes, bytes]]  # (customer key, packed row)
    timers: Mapping[bytes, int]  # customer key → earliest due time in ms, 0 = none; keys left out keep theirs


class BucketContent(NamedTuple):
    """All that a bucket holds, as of its checkpoint."""

    checkpoint: bytes
    rows: Sequence[tuple[bytes, bytes]]  # (customer key, packed row)
    timers: Mapping[bytes, int]  # customer key → earliest due time in ms


class ProfileStore(Protocol):
    """Where rows, checkpoints and timers live; ``profile.codec`` gives the bytes their meaning.

    Every method raises ``Unavailable`` when the store does not answer; calling again with the same arguments is safe.
    Customer keys are any bytes: braces, line ends and zeros in them choose no slot and end no command.
    """

    async def checkpoints(self, buckets: Sequence[int]) -> list[bytes | None]:
        """Stored checkpoints in the order asked for."""

    async def create(self, checkpoints: Mapping[int, bytes]) -> None:
        """Create the checkpoints of a new deployment; an existing one is left alone."""

    async def claim(self, bucket_nonces: Mapping[int, tuple[bytes | None, bytes]]) -> list[bool]:
        """Per bucket (expected, new): put ``new`` if ``expected`` is stored (``None``: if nothing is).

        True where it was done, now or by an earlier try of the same claim (``new`` carries a fresh nonce).
        """

    async def load(self, bucket_keys: Sequence[tuple[int, Sequence[bytes]]]) -> list[tuple[bytes | None, list[bytes | None]]]:
        """Per (bucket, customer keys): the stored checkpoint and the rows, read atomically; one round trip.

        Rows in the order asked for, ``None`` where there is none. Atomic per bucket, not across buckets.
        """

    async def compare_and_set(self, writes: Sequence[BucketWrite]) -> list[bool]:
        """Per bucket: write rows, timers and checkpoint together if ``expected`` is what is stored.

        ``False``, with nothing written, when it is not: the caller has been fenced or the store went back in time.
        If the stored checkpoint already is ``new``, this call's earlier try succeeded: ``True``, and nothing is
        written again. Buckets are independent: one may be refused and the next one written.

        Raises
        ------
        ValueError
            ``new == expected`` with rows or timers: a retry could not be told from a first try.
        Unavailable
            The answer is unknown. Calling again with the same arguments is safe.
        """

    async def due(self, bucket: int, until_ms: int, limit: int) -> list[tuple[bytes, int]]:
        """At most ``limit`` customers whose timer is due at or before ``until_ms``: (key, due), earliest first, then by key."""

    async def next_due(self, buckets: Sequence[int]) -> list[int]:
        """Earliest due time of each bucket in ms, 0 = no timer."""

    async def keys(self, buckets: Sequence[int]) -> list[list[bytes]]:
        """Customer keys that have a row, per bucket, in byte order: for exports, snapshots and comparisons.

        Not atomic: a row written meanwhile may be missing. It reads the whole store; no hot path calls it.
        """

    async def restore(self, bucket: int, content: BucketContent, strays: Sequence[bytes]) -> bool:
        """Put a bucket's content if no checkpoint is stored for it: whole or not at all.

        Rows of ``strays`` (what ``keys`` found) and all timers go: a store that was lost in part must not leave rows of
        another instant beside these. False, with nothing changed, when there is a checkpoint.
        """

    async def discard(self, buckets: Sequence[int]) -> None:
        """Delete checkpoints, rows and timers of these buckets, the checkpoints first. Reads the whole store."""

    async def close(self) -> None:
        """Release connections; idempotent. Later calls raise ``Unavailable``."""
