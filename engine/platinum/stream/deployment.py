"""What the partitions of one deployment share, and what each of them counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from platinum.pipeline.batch import NO_EXAMPLES, Ended, Examples, Executed
from platinum.ports import Log, ProfileStore
from platinum.stream.shelf import PolicyShelf
from platinum.stream.snapshots import Snapshots

#: Records of one partition that are applied at once, at most; 4 MiB of a shop's events are about as many. 8,000 in place of 4,000 took
#: a tenth off the CPU per event of a worker that catches up (three runs each, in turn): rows that several events change are packed
#: and written once. One that keeps up never sees so many.
MOST_RECORDS = 12_000


@dataclass(slots=True)
class Counts:
    """What a partition has done since its claim; the conservation law is checked over these."""

    consumed: int = 0
    applied: int = 0
    duplicates: int = 0
    skipped: int = 0
    rejected: int = 0
    markers: int = 0
    decisions: int = 0
    refusals: int = 0
    batches: int = 0
    late: int = 0
    promises: Ended = Ended()  # noqa: RUF009 - it never changes
    examples: Examples = NO_EXAMPLES

    def note(self, n_records: int, executed: Sequence[Executed]) -> None:
        """A batch of so many records is in the store."""
        self.batches += 1
        self.consumed += n_records
        for done in executed:
            self.applied += done.applied
            self.duplicates += done.duplicates
            self.skipped += done.skipped
            self.rejected += done.rejected
            self.decisions += done.decisions
            self.markers += done.markers
            self.promises = Ended(*map(sum, zip(self.promises, done.promises, strict=True)))
            ended = tuple(map(sum, zip(self.examples.ended, done.examples.ended, strict=True)))
            late = self.examples.late + done.examples.late
            self.examples = Examples(self.examples.opened + done.examples.opened, ended, late)


async def nothing_committed(partition: int) -> int:
    """Where there is no consumer group."""
    return 0


@dataclass(slots=True)
class Deployment:
    """What every partition of one deployment shares.

    Attributes
    ----------
    secret : bytes
        Key of the engine records' MAC.
    group : int
        Hash of the consumer group's name.
    still_member : callable
        Asks whoever assigns partitions whether this one is still ours; the only way out of refusal case (c).
    distributed : bool
        Several workers share it: what errors advise differs.
    whole_appends : bool
        The log appends whole calls or nothing and nobody else writes outputs: after a claim, a topic's newest record vouches
        for everything before it. Where a part of a call may fail it does not, and ids are looked up.
    committed : callable
        Offset of a partition that its consumer group has committed, 0 = none: everything below it is applied and its
        outputs are acknowledged.
    snapshots : Snapshots or None
        From which a bucket comes back that the store has lost; None = from the log's start only.
    clock_ms : callable or None
        Wall clock: contacts that have ended by it are not put out any more; None = the past is played, and all are.
    """

    log: Log
    store: ProfileStore
    shelf: PolicyShelf
    secret: bytes
    buckets: int
    group: int
    cache_bytes: int
    still_member: Callable[[int], Awaitable[bool]]
    distributed: bool = False
    whole_appends: bool = False
    committed: Callable[[int], Awaitable[int]] = nothing_committed
    snapshots: Snapshots | None = None
    clock_ms: Callable[[], int] | None = None
