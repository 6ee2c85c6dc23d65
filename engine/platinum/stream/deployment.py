"""What the partitions of one deployment share, and what each of them counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from platinum.ports import Log, ProfileStore
from platinum.stream.shelf import PolicyShelf


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
    replaying : bool
        After a claim, what the output topics already hold is not put out anew. For a store that was lost, and for logs
        whose appends are all or nothing: where a part of a call may fail, the newest record does not vouch for the rest.
    distributed : bool
        Several workers share it: what errors advise differs.
    """

    log: Log
    store: ProfileStore
    shelf: PolicyShelf
    secret: bytes
    buckets: int
    group: int
    cache_bytes: int
    still_member: Callable[[int], Awaitable[bool]]
    replaying: bool = False
    distributed: bool = False
