"""What `platinum model show` says of tones and send hours."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np

from platinum.ops.manner_shown import hours_shown, manner_lines, tones_shown


def lines(taught: dict[str, Any]) -> list[str]:
    return list(manner_lines({"tones": tones_shown(taught), "hours": hours_shown(taught)}))


def test_the_hours_shown_are_those_at_which_most_is_taken_by_their_day_and_hour() -> None:
    rates = np.full(168, 0.04, "<f4")
    rates[[0, 24 + 19, 167]] = 0.08, 0.2, 0.1
    taught = {"hours": {"email": {"n": 1234.0, "rates": b64encode(rates.tobytes()).decode()}}}

    assert [one["hour"] for one in hours_shown(taught)["email"]["best"]] == ["Tuesday 19:00", "Sunday 23:00", "Monday 00:00"]
    assert lines(taught) == [
        "taken oftenest through email, of 1,234 contacts: Tuesday 19:00 (0.2000), Sunday 23:00 (0.1000), Monday 00:00 (0.0800)"
    ]


def test_every_tone_is_shown_with_what_stands_behind_it() -> None:
    taught = {"tones": {"expected": {"brief": 40.0, "warm": 120.0}, "all": {"brief": 0.9, "warm": 1.2}, "cohorts": {"new": {"warm": 1.3}}}}

    told = lines(taught)

    assert [line.split() for line in told[:3]] == [["tone", "taken", "expected"], ["brief", "0.900", "40.0"], ["warm", "1.200", "120.0"]]
    assert tones_shown(taught)["cohorts"] == {"new": {"warm": 1.3}}


def test_a_learner_that_has_heard_of_neither_shows_nothing() -> None:
    assert lines({}) == []
