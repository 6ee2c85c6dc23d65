"""The policy's own time zone, read from its compiled transitions, so that no machine's zone files matter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from platinum.emit.write import MS_PER_DAY
from platinum.policy.tables import Tables


class Zone:
    """One zone's offset regimes.

    Attributes
    ----------
    starts : int64[Z]
        First instant of each regime in ms; the first regime has no beginning.
    offsets : int64[Z]
        Local minus UTC in ms.
    """

    __slots__ = ("offsets", "starts")

    def __init__(self, tables: Tables, zone: int) -> None:
        first, last = int(tables.zone_starts[zone]), int(tables.zone_starts[zone + 1])
        self.starts: NDArray[np.int64] = tables.zone_from_ms[first:last].astype(np.int64)
        self.offsets: NDArray[np.int64] = tables.zone_offset_ms[first:last].astype(np.int64)

    def spans(self, day: int, from_ms: int, to_ms: int) -> Iterator[tuple[int, int]]:
        """Instants [start, end) at which the local clock of ``day`` shows ``from_ms`` to ``to_ms``.

        One span as a rule; two where a clock change repeats local time, none where it skips all of it.
        """
        low, high = day * MS_PER_DAY + from_ms, day * MS_PER_DAY + to_ms
        starts, offsets = self.starts.tolist(), self.offsets.tolist()
        for regime in range(max(0, bisect_right(starts, low - 2 * MS_PER_DAY) - 1), len(starts)):
            begins, offset = starts[regime], offsets[regime]
            if begins > high + 2 * MS_PER_DAY:
                return
            ends = starts[regime + 1] if regime + 1 < len(starts) else high + 4 * MS_PER_DAY
            start, end = max(low - offset, begins), min(high - offset, ends)
            if start < end:
                yield start, end
