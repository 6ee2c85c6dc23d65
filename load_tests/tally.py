"""Counts events while a program runs, and says at the end what they cost that process."""

from __future__ import annotations

import json
import resource
import sys
import time


class Tally:
    """Events of one process, the first ones as warm-up.

    Parameters
    ----------
    warm_up, events : int
        How many to let pass, then how many to measure.
    """

    def __init__(self, warm_up: int, events: int) -> None:
        self._warm_up, self._total = warm_up, warm_up + events
        self._seen = self._decisions = 0
        self._wall_s, self._cpu_s = time.perf_counter(), time.process_time()  # without a warm-up it is measured from here

    def count(self, events: int, decisions: int) -> bool:
        """So many more; True when that was the last one: the figures are on standard output then, as one JSON object."""
        before = self._seen
        self._seen += events
        if before < self._warm_up <= self._seen:
            self._warm_up = self._seen  # a program that counts in batches ends its warm-up with one
            self._wall_s, self._cpu_s, self._decisions = time.perf_counter(), time.process_time(), 0
            return False
        self._decisions += decisions
        if before < self._total <= self._seen:
            self._say(time.perf_counter() - self._wall_s, time.process_time() - self._cpu_s)
            return True
        return False

    def _say(self, wall_s: float, cpu_s: float) -> None:
        events = self._seen - self._warm_up
        figures = {
            "events": events,
            "wall_s": round(wall_s, 4),
            "events_per_s": round(events / wall_s),
            "cpu_us_per_event": round(cpu_s / events * 1e6, 3),
            "rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            "decisions": self._decisions,
            "decided_share": round(self._decisions / events, 4),
        }
        sys.stdout.write(json.dumps(figures) + "\n")
        sys.stdout.flush()
