"""Local time in kernels against ``zoneinfo``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platinum.hashing import name_hash
from platinum.profile.zones import customer_zone, day_start_ms, first_allowed_ms, local_day, local_ms, zone_index
from tests.builders.rows import NOON, new_rows
from tests.builders.tables import ZONES, some_tables
from tests.reference.profile import day_start, first_allowed, local_date

TABLES = some_tables()
EPOCH = date(1970, 1, 1)
some_zones = st.sampled_from(ZONES)
instants = st.integers(1_262_304_000_000, 1_893_456_000_000)  # 2010 to 2029
#: Clock changes: London and New York twice, Lord Howe (half an hour), Apia (skips 2011-12-30).
CHANGES = ["2024-03-31T01", "2024-10-27T01", "2024-03-10T07", "2024-11-03T06", "2024-04-06T15", "2011-12-30T10"]


def utc_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


near_changes = st.builds(lambda change, minutes: utc_ms(change) + minutes * 60_000, st.sampled_from(CHANGES), st.integers(-3000, 3000))


def of(zone: str) -> int:
    return zone_index(name_hash(zone), TABLES)


@given(some_zones, instants | near_changes)
def test_local_time_is_that_of_zoneinfo(zone: str, at_ms: int) -> None:
    local = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(ZoneInfo(zone))
    offset = local.utcoffset() or timedelta(0)

    assert local_ms(of(zone), at_ms, TABLES) == at_ms + offset // timedelta(milliseconds=1)
    assert local_day(of(zone), at_ms, TABLES) == (local_date(at_ms, zone) - EPOCH).days


@settings(max_examples=40)
@given(some_zones, near_changes)
def test_a_day_starts_at_its_first_minute(zone: str, at_ms: int) -> None:
    day = local_date(at_ms, zone)

    assert day_start_ms(of(zone), (day - EPOCH).days, TABLES) == day_start(day, zone)


@settings(max_examples=60)
@given(some_zones, near_changes, st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 59_999))
def test_quiet_hours_end_at_the_first_minute_outside_them_whatever_the_clock_does(
    zone: str, at_ms: int, quiet_from: int, quiet_to: int, within: int
) -> None:
    at_ms += within
    if quiet_from == quiet_to:
        return

    assert first_allowed_ms(of(zone), at_ms, quiet_from, quiet_to, TABLES) == first_allowed(at_ms, quiet_from, quiet_to, zone)


@pytest.mark.parametrize(("quiet_from", "quiet_to"), [(-1, -1), (600, 600)])
def test_no_quiet_hours_hold_nothing_back(quiet_from: int, quiet_to: int) -> None:
    assert first_allowed_ms(of("UTC"), NOON, quiet_from, quiet_to, TABLES) == NOON


def test_quiet_hours_that_a_clock_change_skips_end_at_the_change() -> None:
    change_ms = utc_ms("2024-03-31T01")  # London: 01:00 becomes 02:00

    assert first_allowed_ms(of("Europe/London"), change_ms - 60_000, 0, 90, TABLES) == change_ms


def test_a_day_that_a_zone_skipped_starts_with_the_next_one() -> None:
    skipped = (date(2011, 12, 30) - EPOCH).days

    assert day_start_ms(of("Pacific/Apia"), skipped, TABLES) == day_start_ms(of("Pacific/Apia"), skipped + 1, TABLES)


def test_an_unknown_zone_is_read_as_utc_and_a_customer_without_one_gets_the_policys() -> None:
    row = new_rows()[0]
    row["timezone"] = name_hash("Mars/Olympus")

    assert of("Mars/Olympus") == -1
    assert local_ms(-1, NOON, TABLES) == NOON
    assert day_start_ms(-1, 7, TABLES) == 7 * 86_400_000
    assert customer_zone(row, TABLES) == of("Europe/London")
