"""When somebody is there to be reached: a table of edges that grows with the weeks that decisions fall into."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from platinum.emit.write import MS_PER_DAY
from platinum.emit.zone import Zone
from platinum.policy.policy import HumanPath

OPEN, UNKNOWN = -1, 0
_WEEK_MS = 7 * MS_PER_DAY
_LOOK_AHEAD_DAYS = 8  # opening hours repeat weekly, so the next opening is at most seven local days away, beside closed ones
_KEPT_WEEKS = 1024


def open_spans(human: HumanPath, zone: Zone, first_day: int, last_day: int) -> list[tuple[int, int]]:
    """Instants [start, end) at which somebody is there on local days ``first_day`` to ``last_day``, merged, in order."""
    spans: list[tuple[int, int]] = []
    for day in range(first_day, last_day + 1):
        if day in human.closed:
            continue
        weekday = (day + 3) % 7  # 1970-01-01 was a Thursday
        for on, first, last in human.opens:
            if on == weekday:
                spans.extend(zone.spans(day, first * 60_000, last * 60_000))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class HumanHours:
    """Edges of opening hours around the instants asked for.

    Attributes
    ----------
    edges, opens : int64[E]
        As ``Forms.human_edges`` and ``Forms.human_opens``.
    """

    def __init__(self, human: HumanPath | None, zone: Zone) -> None:
        self._human = human
        self._zone = zone
        self._weeks: dict[int, list[tuple[int, int]]] = {}
        self._last = -1
        self.edges: NDArray[np.int64] = np.zeros(0, np.int64)
        self.opens: NDArray[np.int64] = np.zeros(0, np.int64)

    def cover(self, now_ms: NDArray[np.int64]) -> bool:
        """Make the table hold for these instants; true when it changed."""
        if self._human is None:
            return False
        # numpy's own minimum of an array of six took 10 µs when other programs had used the caches.
        instants = now_ms.tolist() if len(now_ms) < 64 else [now_ms.min(), now_ms.max()]
        first, last = int(min(instants)) // _WEEK_MS, int(max(instants)) // _WEEK_MS
        if first == last == self._last:
            return False
        needed = np.unique(now_ms // _WEEK_MS).tolist()
        self._last = needed[0] if len(needed) == 1 else -1
        missing = [week for week in needed if week not in self._weeks]
        if not missing:
            return False
        if len(self._weeks) + len(missing) > _KEPT_WEEKS:
            self._weeks.clear()
            missing = needed
        self._weeks |= {week: self._week(week) for week in missing}
        table = np.array([edge for week in sorted(self._weeks) for edge in self._weeks[week]], np.int64)
        self.edges, self.opens = np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])
        return True

    def _week(self, week: int) -> list[tuple[int, int]]:
        """(instant, what holds from then on) of seven days of UTC, the first at their beginning."""
        low, high = week * _WEEK_MS, (week + 1) * _WEEK_MS
        assert self._human is not None
        # A policy that states no hours leaves it unknown: claiming "closed" would send people away.
        if not self._human.opens:
            return [(low, UNKNOWN)]
        edges, at = [], low
        last_day = high // MS_PER_DAY + _LOOK_AHEAD_DAYS + len(self._human.closed)
        for start, end in open_spans(self._human, self._zone, low // MS_PER_DAY - 2, last_day):
            if end <= low or at >= high:
                continue
            if start > at:
                edges.append((at, start))
            if start < high:
                edges.append((max(start, low), OPEN))
            at = end
        return edges if at >= high else [*edges, (at, UNKNOWN)]
