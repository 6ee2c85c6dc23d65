"""``platinum`` on a clock that runs fast, so that days go by under load and timers fall due between two kills.

    python -m tests.chaos.clocked BASE_MS BEGAN_MS SPEED UNTIL_MS up --data ...

The clock shows ``BASE_MS`` when the wall's shows ``BEGAN_MS`` and stands still from ``UNTIL_MS`` on. Every process of one
deployment gets the same four numbers and so the same time, whenever it was started. Nothing else is changed.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from platinum import clock

#: Of the example policies whose days matter here.
ZONE = ZoneInfo("Europe/London")


class Clock(NamedTuple):
    """A fast clock; ``until_ms`` 0 = it never stands still."""

    base_ms: int
    began_ms: int
    speed: int
    until_ms: int = 0

    def now_ms(self) -> int:
        """Milliseconds since 1970 in the deployment."""
        now_ms = self.base_ms + (time.time_ns() // 1_000_000 - self.began_ms) * self.speed
        return min(now_ms, self.until_ms) if self.until_ms else now_ms

    def past_midnight_s(self, wait_s: float) -> float:
        """Seconds of the wall clock until the first midnight of ``ZONE`` that is at least ``wait_s`` away."""
        at = datetime.fromtimestamp(self.now_ms() / 1000 + wait_s * self.speed, ZONE)
        midnight = datetime.combine(at.date() + timedelta(days=1), datetime.min.time(), ZONE)
        return wait_s + (midnight.timestamp() - at.timestamp()) / self.speed

    def command(self, *arguments: str) -> list[str]:
        """Command line of ``platinum`` on this clock."""
        return [sys.executable, "-m", "tests.chaos.clocked", *map(str, self), *arguments]


class LateClock:
    """A clock that shows 0 until a file says which it is: workers join first, however long that takes, then days go by."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._clock: Clock | None = None

    def now_ms(self) -> int:
        """Milliseconds since 1970 in the deployment; 0 = nothing has begun."""
        if self._clock is None and self._path.exists():
            self._clock = Clock(*map(int, self._path.read_text().split()))
        return 0 if self._clock is None else self._clock.now_ms()

    def begin(self, clock: Clock) -> None:
        """Write the file, whole or not at all."""
        new = self._path.with_suffix(".new")
        new.write_text(" ".join(map(str, clock)))
        new.rename(self._path)


def main() -> int:
    """Command line."""
    clock.wall_ms = Clock(*map(int, sys.argv[1:5])).now_ms
    # Only now: defaults such as Door.clock_ms take the clock when their module is loaded.
    from platinum.cli.main import main as platinum

    return platinum(sys.argv[5:])


if __name__ == "__main__":
    sys.exit(main())
