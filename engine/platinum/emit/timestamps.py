"""Instants as text: RFC 3339, UTC, milliseconds, ``Z``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MS_PER_DAY = 86_400_000
MS_PER_MINUTE = 60_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z: RFC 3339 has four digits for the year
_SECONDS = tuple(f"{second:02d}." for second in range(60))
_MILLIS = tuple(f"{ms:03d}Z" for ms in range(1000))
_KEPT = 4096


class Timestamps:
    """Formats instants; remembers the minutes it has seen, because those of one batch are close together."""

    __slots__ = ("_minutes",)

    def __init__(self) -> None:
        self._minutes: dict[int, str] = {}

    def __call__(self, ms: int) -> str:
        """``2011-12-01T08:26:00.000Z`` of milliseconds since 1970 (0 to the year 9999)."""
        minute, rest = divmod(ms, MS_PER_MINUTE)
        second, milli = divmod(rest, 1000)
        text = self._minutes.get(minute)
        if text is None:
            text = self._minute(minute)
        return text + _SECONDS[second] + _MILLIS[milli]

    def _minute(self, minute: int) -> str:
        if not 0 <= minute <= _LAST_MS // MS_PER_MINUTE:
            raise ValueError("an instant must lie between 1970 and 9999; record times are checked when they are appended")
        if len(self._minutes) >= _KEPT:
            self._minutes.clear()
        text = (_EPOCH + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:")
        self._minutes[minute] = text
        return text
