"""When somebody is there, by the policy's hours and the days on which nobody is; and by when a call-back may be promised.

A call-back that is promised while nobody is there is due after the time that its class says, and never before one whole
stretch of opening hours was there to make it in. (Once it was "within 24 hours": on a Saturday, that is a Sunday.)
"""

from __future__ import annotations

from platinum.jit import constant, inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.row import Record, wide
from platinum.profile.zones import DAY_MS, day_start_ms, local_ms

#: Who is still there for so long can make a call.
_ENOUGH_MS = 3_600_000
#: Whoever is closed for longer promises nothing.
_LOOK_AHEAD_DAYS = 30
_NEVER = constant(0)


@inner
def is_closed_day(day: int, tables: Tables) -> bool:
    """Whether nobody is there on a local day, whatever its weekday."""
    for i in range(tables.closed_days.shape[0]):
        if tables.closed_days[i] == day:
            return True
    return False


@inner
def clock_ms(zone: int, day: int, of_day_ms: int, tables: Tables) -> int:
    """Instant at which the clock of a local day shows ``of_day_ms``; where a clock change skips that, the first one behind it."""
    at = day_start_ms(zone, day, tables) + of_day_ms
    return int(at + (day * DAY_MS + of_day_ms - local_ms(zone, at, tables)))


@inner
def open_until_ms(now_ms: int, tables: Tables) -> int:
    """End of the hours that ``now_ms`` lies in, 0 = nobody is there."""
    zone = wide(tables.settings[0]["zone"])
    local = local_ms(zone, now_ms, tables)
    day, of_day = local // DAY_MS, local % DAY_MS
    if is_closed_day(day, tables):
        return int(_NEVER)
    until = _NEVER
    for i in range(tables.hours.shape[0]):
        one = tables.hours[i]
        if one["weekday"] == (day + 3) % 7 and one["from_ms"] <= of_day < one["to_ms"]:  # 1970-01-01 was a Thursday
            until = max(until, clock_ms(zone, day, wide(one["to_ms"]), tables))
    return int(until)


@inner
def next_stretch_end_ms(from_ms: int, tables: Tables) -> int:
    """End of the first hours that begin at ``from_ms`` or later, 0 = there are none within a month."""
    zone = wide(tables.settings[0]["zone"])
    today = local_ms(zone, from_ms, tables) // DAY_MS
    for day in range(today, today + _LOOK_AHEAD_DAYS):
        if is_closed_day(day, tables):
            continue
        for i in range(tables.hours.shape[0]):
            one = tables.hours[i]
            if one["weekday"] == (day + 3) % 7 and clock_ms(zone, day, wide(one["from_ms"]), tables) >= from_ms:
                return clock_ms(zone, day, wide(one["to_ms"]), tables)
    return int(_NEVER)


@kernel
def call_back_due_ms(now_ms: int, within_ms: int, tables: Tables) -> int:
    """By when a call-back asked for at ``now_ms`` may be promised, 0 = by no time."""
    if within_ms <= 0:
        return int(_NEVER)
    due_ms, until_ms = now_ms + within_ms, open_until_ms(now_ms, tables)
    if until_ms > 0 and (due_ms <= until_ms or until_ms - now_ms >= _ENOUGH_MS):
        return due_ms
    end_ms = next_stretch_end_ms(now_ms, tables)
    return max(due_ms, end_ms) if end_ms > 0 else int(_NEVER)


@inner
def span_of(its_class: Record) -> int:
    """How long a promise of a class takes: as the learner quotes, else as the policy says."""
    return wide(its_class["quote_ms"] if its_class["quote_ms"] > 0 else its_class["within_ms"])
