"""Calendar months of the firm's own time zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray


class Months:
    """Months from the one of ``first_ms`` to the one of ``last_ms``, numbered from 0."""

    def __init__(self, first_ms: int, last_ms: int, timezone: str) -> None:
        zone = ZoneInfo(timezone)
        first, last = (datetime.fromtimestamp(at_ms / 1000, zone) for at_ms in (first_ms, last_ms))
        counted = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        #: ``2026-03`` and so on.
        self.names = [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in counted]
        starts = [datetime(n // 12, n % 12 + 1, 1, tzinfo=zone).timestamp() * 1000 for n in counted]
        self._starts = np.array(starts, np.int64)

    def of(self, at_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """Number of each instant's month; those outside are put to the first or last."""
        found: NDArray[np.int64] = np.maximum(np.searchsorted(self._starts, at_ms, side="right") - 1, 0)
        return found
