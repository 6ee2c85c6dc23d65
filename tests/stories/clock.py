"""Times as stories write them: the policy's local time, to the minute."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.stories.wrong import StoryWrong

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d"
MINUTE_MS = 60_000
#: Length of what ``until`` may count in.
UNIT_MS = {"minute": MINUTE_MS, "hour": 60 * MINUTE_MS, "day": 1440 * MINUTE_MS}

_IS_TIME = re.compile(TIME)


def is_time(value: object) -> bool:
    """Whether a value is written as a story writes a time."""
    return isinstance(value, str) and _IS_TIME.fullmatch(value) is not None


class Clock:
    """Local times of one zone to instants and back."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def ms(self, text: str) -> int:
        """Instant of a local time in ms; of an hour that comes twice, the first."""
        if not is_time(text):
            raise StoryWrong(f"{text!r} must be a time such as 2026-03-04 09:00")
        try:
            local = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=self._zone)
        except ValueError:
            raise StoryWrong(f"{text!r} is not in the calendar") from None
        if local.astimezone(UTC).astimezone(self._zone).replace(fold=0) != local:
            raise StoryWrong(f"{text!r} never was: the clocks go forward over it")
        return round(local.timestamp() * 1000)

    def instant(self, text: str) -> str:
        """RFC 3339 instant of a local time."""
        return rfc3339(self.ms(text))

    @staticmethod
    def of_instant(instant: str) -> int:
        """Milliseconds of an RFC 3339 instant."""
        return round(datetime.fromisoformat(instant).timestamp() * 1000)

    def said(self, instant: str | None) -> str:
        """Local time of an RFC 3339 instant; seconds are left out where they are 0."""
        if instant is None:
            return "never"
        local = datetime.fromisoformat(instant).astimezone(self._zone)
        return local.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


def rfc3339(at_ms: int) -> str:
    """An instant in UTC, to the millisecond."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
