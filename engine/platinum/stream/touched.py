"""The rows that one batch changed, and the writes that they become."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from platinum.pipeline.checkpoint import Progress
from platinum.ports import BucketWrite
from platinum.profile.codec import pack_rows
from platinum.profile.table import RowTable

_NO_ROWS = np.zeros(0, np.int64)


class Touched:
    """What the segments of one batch changed.

    Attributes
    ----------
    segments : int
        How many were noted so far.
    """

    def __init__(self) -> None:
        self.segments = 0
        self._rows: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        self._due: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def note_due(self, slots: NDArray[np.int64], due_ms: NDArray[np.int64]) -> None:
        """Timers of these rows before the segment runs; none need be noted where nothing can set or remove one."""
        self._due.append((slots, due_ms))

    def note(self, slots: NDArray[np.int64], buckets: NDArray[np.int64]) -> None:
        """Rows that a segment changed, each once, and the index of their bucket."""
        self._rows.append((slots, buckets))

    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Slots of all changed rows, each once, and their buckets' indices, bucket by bucket."""
        slots = np.concatenate([_NO_ROWS, *(slots for slots, _ in self._rows)])
        buckets = np.concatenate([_NO_ROWS, *(buckets for _, buckets in self._rows)])
        if len(self._rows) > 1:
            slots, first = np.unique(slots, return_index=True)
            buckets = buckets[first]
        order = np.argsort(buckets, kind="stable")
        return slots[order], buckets[order]

    def due_before(self, slots: NDArray[np.int64], unknown: NDArray[np.int64]) -> NDArray[np.int64]:
        """Timers of rows before the batch, ``unknown`` where none were noted."""
        if not self._due:
            return unknown
        before: dict[int, int] = {}
        # Backwards, so that what was noted first stays.
        for noted, due_ms in reversed(self._due):
            before.update(zip(reversed(noted.tolist()), reversed(due_ms.tolist()), strict=True))
        return np.fromiter((before.get(slot, 0) for slot in slots.tolist()), np.int64, len(slots))


def bucket_writes(touched: Touched, table: RowTable, progress: Progress, numbers: list[int], next_offset: int) -> list[BucketWrite]:
    """One write per touched bucket: packed rows, changed timers, the new checkpoint.

    Parameters
    ----------
    numbers : list of int
        Number of the bucket at each index.
    next_offset : int
        First offset behind the batch.
    """
    slots, buckets = touched.rows()
    if not len(slots):
        return []
    rows = list(zip(table.keys_of(slots), pack_rows(table.rows, slots), strict=True))
    due = table.rows["timer_due_ms"][slots]
    moved = due != touched.due_before(slots, due)
    edges = [0, *(np.flatnonzero(np.diff(buckets)) + 1).tolist(), len(slots)]
    clocks, packed = progress.clock_ms.tolist(), progress.packed_at(next_offset)
    writes = []
    for a, z in pairwise(edges):
        k = int(buckets[a])
        timers = {rows[i][0]: int(due[i]) for i in range(a, z) if moved[i]} if moved[a:z].any() else {}
        writes.append(BucketWrite(numbers[k], progress.expected[k], packed(clocks[k]), rows[a:z], timers))
    return writes
