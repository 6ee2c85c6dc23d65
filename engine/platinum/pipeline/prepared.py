"""A segment on its way through the stages: decoded, and where it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from platinum.errors import Rejected
from platinum.events.columns import Columns
from platinum.pipeline.checkpoint import Marks
from platinum.pipeline.engine_records import DecisionMade
from platinum.ports import Fetched


@dataclass(frozen=True, slots=True)
class Place:
    """Which partition of which deployment this is."""

    generation: int
    partition: int
    partitions: int
    buckets: int


class Joining(NamedTuple):
    """At ``offset`` somebody is said to have joined an account, or left it, at ``at_s`` (event time)."""

    offset: int
    account: bytes
    member: bytes
    left: bool
    at_s: int


@dataclass(slots=True)
class Prepared:
    """A decoded segment, waiting for its rows.

    Attributes
    ----------
    columns : Columns
        Interactions and engine records merged in log order.
    bucket : int64[B]
        Index of each event's bucket within the partition.
    rejected : list of (Fetched, Rejected)
    marks : mapping of bucket index to marks
        Of the buckets, once the segment is applied.
    repeated : int
        Records from other partitions that were taken before, and are left out.
    joining : list of Joining
    """

    columns: Columns
    bucket: NDArray[np.int64]
    rejected: list[tuple[Fetched, Rejected]]
    made: list[tuple[Fetched, DecisionMade]]
    markers: int
    records: Sequence[Fetched] = ()  # what the interactions among them were
    marks: Marks = field(default_factory=dict)
    repeated: int = 0
    arrived: Sequence[Fetched] = ()  # what was passed on for accounts
    joining: Sequence[Joining] = ()
