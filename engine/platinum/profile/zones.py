"""Local time inside kernels: transitions of each zone, compiled into the policy's tables.

A zone is an index into ``tables.zone_names``; -1 (unknown) is read as UTC, callers choose a better stand-in first.
"""

from __future__ import annotations

from platinum.jit import inner, kernel
from platinum.policy.tables import Tables
from platinum.profile.row import Record, wide

DAY_MS = 86_400_000
_MINUTE_MS = 60_000


@kernel
def zone_index(name_hash: int, tables: Tables) -> int:
    """Index of the zone with this name hash, -1 when the tables do not know it."""
    names = tables.zone_names
    low, high = 0, names.shape[0]
    while low < high:
        middle = (low + high) >> 1
        if names[middle] < name_hash:
            low = middle + 1
        else:
            high = middle
    return low if low < names.shape[0] and names[low] == name_hash else -1


@kernel
def customer_zone(row: Record, tables: Tables) -> int:
    """Zone of the customer's own events, else the policy's."""
    zone = -1
    if row["timezone"] != 0:
        zone = zone_index(row["timezone"], tables)
    return zone if zone >= 0 else wide(tables.settings[0]["zone"])


@inner
def _segment(zone: int, t_ms: int, tables: Tables) -> int:
    """Index of the newest transition of ``zone`` at or before ``t_ms``; the first holds since ever."""
    low, high = wide(tables.zone_starts[zone]), wide(tables.zone_starts[zone + 1])
    while high - low > 1:
        middle = (low + high) >> 1
        if tables.zone_from_ms[middle] <= t_ms:
            low = middle
        else:
            high = middle
    return low


@kernel
def local_ms(zone: int, t_ms: int, tables: Tables) -> int:
    """Milliseconds of the local clock: ``t_ms`` plus the zone's offset at that instant."""
    if zone < 0:
        return t_ms
    return t_ms + wide(tables.zone_offset_ms[_segment(zone, t_ms, tables)])


@kernel
def local_day(zone: int, t_ms: int, tables: Tables) -> int:
    """Days since 1970-01-01 on the local calendar."""
    return local_ms(zone, t_ms, tables) // DAY_MS


@kernel
def day_start_ms(zone: int, day: int, tables: Tables) -> int:
    """First instant at which the local calendar shows ``day`` or, where a zone skipped it, a later one."""
    wanted = day * DAY_MS
    if zone < 0:
        return wanted
    # No offset exceeds 15 hours, so no earlier segment can hold the answer.
    at = _segment(zone, wanted - DAY_MS, tables)
    end = wide(tables.zone_starts[zone + 1])
    while at + 1 < end:
        start = max(wanted - wide(tables.zone_offset_ms[at]), wide(tables.zone_from_ms[at]))
        if start < tables.zone_from_ms[at + 1]:
            return start
        at += 1
    return max(wanted - wide(tables.zone_offset_ms[at]), wide(tables.zone_from_ms[at]))


@kernel
def in_quiet(minute: int, quiet_from: int, quiet_to: int) -> bool:
    """Whether a local minute of the day lies in [from, to), which may span midnight (treatment-formulas 5.7).

    A negative or an equal pair means no quiet hours.
    """
    if quiet_from < 0 or quiet_from == quiet_to:
        return False
    if quiet_from < quiet_to:
        return quiet_from <= minute < quiet_to
    return minute >= quiet_from or minute < quiet_to


@kernel
def first_allowed_ms(zone: int, t_ms: int, quiet_from: int, quiet_to: int, tables: Tables) -> int:
    """First instant at or after ``t_ms`` whose local minute of the day is not in [from, to).

    Both clock changes are looked at: an hour that is skipped may end the quiet at the transition itself, an hour
    that is repeated may begin it again.
    """
    at = t_ms
    for _ in range(8):  # a transition or the end of the quiet hours per round
        local = local_ms(zone, at, tables)
        minute = (local // _MINUTE_MS) % 1440
        if not in_quiet(minute, quiet_from, quiet_to):
            return at
        end = at + ((quiet_to - minute) % 1440) * _MINUTE_MS - local % _MINUTE_MS
        if zone >= 0:
            following = _segment(zone, at, tables) + 1
            if following < tables.zone_starts[zone + 1]:
                end = min(end, wide(tables.zone_from_ms[following]))
        at = end
    return at


@inner
def month_of(day: int) -> int:
    """Months since the year 0 of a local day (days since 1970-01-01)."""
    days = day + 719_468  # since 1 March of the year 0
    era = days // 146_097
    of_era = days - era * 146_097
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    return int((era * 400 + year_of_era) * 12 + (5 * of_year + 2) // 153 + 2)
