"""By when a call-back is promised, against a twin that walks through the minutes with a calendar in its hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.policy import tables as t
from platinum.profile.opening import call_back_due_ms
from tests.builders.tables import records, some_tables

_EPOCH = date(1970, 1, 1)
_MINUTE = timedelta(minutes=1)
Opens = list[tuple[int, int, int]]


def is_open(at: datetime, opens: Opens, closed: set[date]) -> bool:
    minute = at.hour * 60 + at.minute
    return at.date() not in closed and any(at.weekday() == day and first <= minute < last for day, first, last in opens)


def due_of(now_ms: int, within_ms: int, zone: str, opens: Opens, closed: set[date]) -> int:
    """Minute by minute: a call-back needs an hour of what is open now, or the whole of the next hours."""
    if within_ms <= 0:
        return 0
    now = datetime.fromtimestamp(now_ms / 1000, UTC)

    def there(minutes: int) -> bool:
        return is_open((now + minutes * _MINUTE).astimezone(ZoneInfo(zone)), opens, closed)

    left = 0
    while there(left):
        left += 1
    if left and (within_ms <= left * 60_000 or left >= 60):
        return now_ms + within_ms
    for begin in range(left, 40 * 1440):
        # Hours that begin later are a stretch of their own, also where they follow on others.
        if there(begin) and not there(begin - 1):
            end = begin
            while there(end):
                end += 1
            return max(now_ms + within_ms, now_ms + end * 60_000)
    return 0


@st.composite
def hours(draw: st.DrawFn) -> Opens:
    """Up to two stretches a day that do not touch, at hours at which no clock is changed."""
    found = []
    for day in draw(st.sets(st.integers(0, 6), max_size=7)):
        edges = sorted(draw(st.sets(st.integers(6 * 60, 22 * 60), min_size=4, max_size=4)))
        found += [(day, edges[0], edges[1]), *([(day, edges[2], edges[3])] if draw(st.booleans()) else [])]
    return sorted(found)


def before_closing(start: datetime, opens: Opens, zone: str, which: int, minutes: int) -> datetime:
    """So many minutes before the end of one of the hours of the first three weeks: there, what is left of them decides."""
    if not opens:
        return start
    weeks, at = divmod(which, len(opens))
    day, _, last = opens[at]
    local = start.astimezone(ZoneInfo(zone)).date() + timedelta(days=(day - start.weekday()) % 7 + 7 * (weeks % 3))
    end = datetime(local.year, local.month, local.day, last // 60, last % 60, tzinfo=ZoneInfo(zone))
    return end.astimezone(UTC) - minutes * _MINUTE


@settings(max_examples=150, deadline=None)
@given(
    hours(),
    st.sets(st.integers(0, 20), max_size=6),
    st.one_of(st.integers(0, 14 * 1440), st.tuples(st.integers(0, 40), st.integers(0, 130))),
    st.one_of(st.integers(0, 72 * 60), st.integers(1, 50)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    st.sampled_from([datetime(2026, 3, 24, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC), datetime(2027, 3, 30, tzinfo=UTC)]),
)
def test_it_is_due_when_somebody_can_have_made_it(
    opens: Opens, closed: set[int], when: int | tuple[int, int], within: int, zone: str, start: datetime
) -> None:
    now = start + when * _MINUTE if isinstance(when, int) else before_closing(start, opens, zone, *when)
    now_ms = int(now.timestamp()) * 1000
    days = {start.date() + timedelta(days=n) for n in closed}
    tables = some_tables(
        hours=records(t.HOURS, *({"weekday": day, "from_ms": a * 60_000, "to_ms": b * 60_000} for day, a, b in opens)),
        closed_days=np.array(sorted((day - _EPOCH).days for day in days), np.int32),
        settings={"zone": zone},
    )

    assert call_back_due_ms(now_ms, within * 60_000, tables) == due_of(now_ms, within * 60_000, zone, opens, days)
