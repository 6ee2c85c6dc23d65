"""Time zones as arrays: equal to the standard library's reading of the same data."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from platinum.hashing import name_hash
from platinum.policy.zone_rule import rule_steps
from platinum.policy.zones import read_tzif, zone_names, zones

LAST_S = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())


@cache
def standard(name: str) -> ZoneInfo:
    """The zone as the standard library reads it from the same package, whatever the machine has installed."""
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def offset_ms(name: str, at_s: int) -> int:
    every = zones()
    zone = every.names.index(name)
    low, high = every.zone_starts[zone], every.zone_starts[zone + 1]
    step = int(np.searchsorted(every.zone_from_ms[low:high], at_s * 1000, side="right")) - 1
    return int(every.zone_offset_ms[low + step])


def standard_ms(name: str, at_s: int) -> int:
    there = datetime.fromtimestamp(at_s, UTC).astimezone(standard(name)).utcoffset()
    assert there is not None
    return round(there.total_seconds() * 1000)


def test_ten_thousand_random_instants_have_the_offset_of_the_standard_library() -> None:
    draw = random.Random(20_260_301)
    cases = [(draw.choice(zone_names()), draw.randrange(LAST_S)) for _ in range(10_000)]

    assert [case for case in cases if offset_ms(*case) != standard_ms(*case)] == []


@pytest.mark.parametrize(
    "name",
    ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Europe/Dublin", "Pacific/Apia", "America/Nuuk"],
)
def test_offsets_change_in_the_very_second_of_every_transition(name: str) -> None:
    every = zones()
    zone = every.names.index(name)
    changes = every.zone_from_ms[every.zone_starts[zone] + 1 : every.zone_starts[zone + 1]] // 1000

    wrong = [int(at) for at in changes if at < LAST_S for s in (at - 1, at) if offset_ms(name, int(s)) != standard_ms(name, int(s))]

    assert len(changes) > 10
    assert wrong == []


def test_names_are_sorted_by_hash_and_each_zone_begins_before_all_time() -> None:
    every = zones()

    assert every.zone_names.tolist() == sorted(name_hash(name) for name in zone_names())
    assert (every.zone_from_ms[every.zone_starts[:-1]] == np.iinfo(np.int64).min).all()
    assert all(
        (np.diff(every.zone_from_ms[low:high].astype(float)) > 0).all()
        for low, high in zip(every.zone_starts, every.zone_starts[1:], strict=False)
    )


@pytest.mark.parametrize(
    ("rule", "year_steps"),
    [
        ("", []),
        ("<+03>-3", []),
        ("EST5EDT,M3.2.0,M11.1.0", [(1173596400, -14400), (1194156000, -18000)]),
        ("AAA3BBB,J60/0,J300", [(1172718000, -7200), (1193457600 - 3600 * 0, -10800)]),
    ],
)
def test_rules_at_the_end_of_zone_files_are_written_out(rule: str, year_steps: list[tuple[int, int]]) -> None:
    in_2007 = [step for step in rule_steps(rule) if 1167609600 <= step[0] < 1199145600]

    assert in_2007 == year_steps


def test_what_is_no_zone_file_is_refused() -> None:
    with pytest.raises(ValueError, match="TZif"):
        read_tzif(b"not a zone file at all, though it is longer than forty-four bytes")
    with pytest.raises(ValueError, match="POSIX TZ rule"):
        rule_steps("EST5EDT,whenever")
