"""The rows that one batch changed, and the writes that they become."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from platinum.pipeline.changed import group_rows
from platinum.pipeline.checkpoint import Progress
from platinum.ports import BucketWrite
from platinum.profile.members import Members, members_key, pack_members
from platinum.profile.packed import PackedBatch, PackedRows
from platinum.profile.second_row import pack_more, second_key
from platinum.profile.table import RowTable

#: Slots and their rows, numbers of second rows and those, members of accounts.
_Kept = tuple[NDArray[np.int64], NDArray[np.void], NDArray[np.int64], NDArray[np.void], dict[bytes, Members]]
_NO_ROWS = np.zeros(0, np.int64)


class Touched:
    """What the segments of one batch changed.

    Attributes
    ----------
    segments : int
        How many were noted so far.

    Parameters
    ----------
    keeps : bool
        Rows are kept as they were, so that everything can be undone: while poison is looked for.
    """

    def __init__(self, segments: int = 0, keeps: bool = False) -> None:
        self.segments = segments
        self._kept: list[_Kept] | None = [] if keeps else None
        self._rows: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        self._due: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def clear(self) -> None:
        """Forget everything: the batch begins anew."""
        self.__init__()  # type: ignore[misc]

    def keep(self, slots: NDArray[np.int64], table: RowTable) -> None:
        """Called before a stage may change rows of the table."""
        if self._kept is not None:
            kept = table.rows[slots]
            numbers = np.unique(np.append(kept["more"], 0))
            self._kept.append((slots, kept, numbers, table.more[numbers], dict(table.members)))

    def undo(self, table: RowTable) -> None:
        """Put every row that was kept back into the table; second rows opened since are lost to it, until it is cleared."""
        for slots, kept, numbers, more, members in reversed(self._kept or ()):
            table.rows[slots] = kept
            table.more[numbers[1:]] = more[1:]
            table.members = members

    def note_due(self, slots: NDArray[np.int64], due_ms: NDArray[np.int64]) -> None:
        """Timers of these rows before the segment runs; none need be noted where nothing can set or remove one."""
        self._due.append((slots, due_ms))

    def note(self, slots: NDArray[np.int64], buckets: NDArray[np.int64]) -> None:
        """Rows that a segment changed, as often as it did, and the index of their bucket."""
        self._rows.append((slots, buckets))

    def rows(self, n_rows: int, n_buckets: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Slots of all changed rows, each once, bucket by bucket, and where each of the buckets ends among them.

        Parameters
        ----------
        n_rows, n_buckets : int
            Of the table, and of the partition.
        """
        slots = np.concatenate([_NO_ROWS, *(slots for slots, _ in self._rows)])
        buckets = np.concatenate([_NO_ROWS, *(buckets for _, buckets in self._rows)])
        ends, grouped = np.empty(n_buckets, np.int64), np.empty(len(slots), np.int64)
        total = group_rows(slots, buckets, np.zeros(n_rows, np.bool_), ends, grouped)
        return grouped[:total], ends

    @property
    def has_timers(self) -> bool:
        """Whether timers were noted: without, none can have moved."""
        return bool(self._due)

    def due_before(self, slots: NDArray[np.int64]) -> NDArray[np.int64]:
        """Timers of rows before the batch, 0 where none were noted."""
        before: dict[int, int] = {}
        # Backwards, so that what was noted first stays.
        for noted, due_ms in reversed(self._due):
            before.update(zip(reversed(noted.tolist()), reversed(due_ms.tolist()), strict=True))
        return np.fromiter((before.get(slot, 0) for slot in slots.tolist()), np.int64, len(slots))


def _beside(slots: NDArray[np.int64], keys: list[bytes], table: RowTable) -> dict[bytes, list[tuple[bytes, bytes]]]:
    """(key, bytes) of what lies beside each of these rows, by customer: a second row, also an emptied one; members of an account."""
    found: dict[bytes, list[tuple[bytes, bytes]]] = {}
    if table.more[0]["n"] > 1:
        numbers = table.rows["more"][slots]
        for i in numbers.nonzero()[0].tolist():
            found[keys[i]] = [(second_key(keys[i]), pack_more(table.more[numbers[i]]))]
    for key in keys if table.members else ():
        if (members := table.members.get(key)) is not None:
            found.setdefault(key, []).append((members_key(key), pack_members(members)))
    return found


def bucket_writes(touched: Touched, table: RowTable, progress: Progress, numbers: list[int], next_offset: int) -> list[BucketWrite]:
    """One write per touched bucket: packed rows, changed timers, the new checkpoint.

    Parameters
    ----------
    numbers : list of int
        Number of the bucket at each index.
    next_offset : int
        First offset behind the batch.
    """
    slots, ends = touched.rows(len(table.rows), len(numbers))
    if not len(slots):
        return []
    keys = table.keys_of(slots)
    batch = PackedBatch(keys, table.rows, slots)
    new_due: dict[bytes, int] = {}
    if touched.has_timers:
        due = table.rows["timer_due_ms"][slots]
        moved = np.flatnonzero(due != touched.due_before(slots)).tolist()
        new_due = dict(zip([keys[i] for i in moved], due[moved].tolist(), strict=True))
    clocks, packed = progress.clock_ms.tolist(), progress.packed_at(next_offset)
    writes = []
    beside = _beside(slots, keys, table)
    for k, (a, z) in enumerate(pairwise([0, *ends.tolist()])):
        if a < z:
            timers = {key: new_due[key] for key in keys[a:z] if key in new_due} if new_due else {}
            rows: Sequence[tuple[bytes, bytes]] = PackedRows(batch, a, z)
            if beside:
                rows = [*rows, *(one for key in keys[a:z] for one in beside.get(key, ()))]
            writes.append(BucketWrite(numbers[k], progress.expected[k], packed(k, clocks[k]), rows, timers))
    return writes
