"""When a simulated person looks at what reached them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from platinum.ops.population.people import Person

#: Hours before and after a person's own hour in which they look at messages.
_AWAKE = 5.0
#: A contact that arrives outside these local hours is a nuisance whatever it says.
_DAY = (7, 22)


def parse_ms(written: str) -> int:
    """An RFC 3339 instant in milliseconds since 1970."""
    return round(datetime.fromisoformat(written).timestamp() * 1000)


def local(person: Person, at_ms: int) -> datetime:
    """The instant on the person's own clock."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(person.timezone))


def is_rude(person: Person, at_ms: int) -> bool:
    """Whether a contact at this instant wakes the person, or nearly."""
    return not _DAY[0] <= local(person, at_ms).hour < _DAY[1]


def looks_at(person: Person, at_ms: int, unit: float) -> int:
    """The first instant from ``at_ms`` on at which the person looks; ``unit`` in [0, 1) spreads them."""
    moment = local(person, at_ms)
    hour = moment.hour + moment.minute / 60
    from_hour = (person.hour - _AWAKE) % 24
    wait = (from_hour - hour) % 24
    if (hour - from_hour) % 24 < 2 * _AWAKE:
        wait = 0.0
    return at_ms + round(timedelta(hours=wait + 0.02 + 1.5 * unit).total_seconds() * 1000)
