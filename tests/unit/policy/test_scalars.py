"""Short texts with a form of their own."""

from __future__ import annotations

import pytest

from platinum.policy.scalars import cap, duration_ms, ends, ends_meant, opening_hours, quiet_hours, some_duration_ms
from platinum.vocabulary.codes import ActionType

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("text", "hours"), [("30min", 0.5), ("24h", 24), ("7d", 168), ("2w", 336), ("7 days", 168), ("1 hour", 1), ("0h", 0)]
)
def test_durations_are_read_in_minutes_hours_days_and_weeks(text: str, hours: float) -> None:
    assert duration_ms(text) == hours * HOUR


@pytest.mark.parametrize("text", ["", "7", "d", "7 fortnights", "-1d", "1.5h", "4000d", "７d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a duration"):
        duration_ms(text)


@pytest.mark.parametrize("text", ["0d", "0min", "0h"])
def test_what_must_take_some_time_cannot_take_none(text: str) -> None:
    with pytest.raises(ValueError, match="a duration above 0"):
        some_duration_ms(text)


@pytest.mark.parametrize("text", ["never", "48h", "14d", "2w", "2026-12-31", "2028-02-29"])
def test_an_offer_ends_after_a_time_or_on_a_day_of_the_calendar_or_never(text: str) -> None:
    assert ends(text) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-02-30", "no such day"),
        ("2027-02-29", "no such day"),
        ("2026-13-01", "no such day"),
        ("0000-01-01", "no such day"),
        ("1026-12-31", "years 2000 to 2099"),
        ("9999-12-31", "years 2000 to 2099"),
        ("0d", "can be taken"),
        ("9999w", "at most 3660d"),
        ("31.12.2026", "its last day"),
        ("two weeks", "the life of the offer"),
        ("２026-12-31", "the life of the offer"),
    ],
)
def test_an_end_that_no_calendar_knows_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ends(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-02-30", "2026-02-28"),
        ("2028-02-31", "2028-02-29"),
        ("2026-4-1", "2026-04-01"),
        ("31.12.2026", "2026-12-31"),
        ("31.4.2026", "2026-04-30"),
        ("2026/12/31", "2026-12-31"),
        ("2026-13-01", ""),
        ("31.12.26", ""),
        ("soon", ""),
    ],
)
def test_a_day_that_is_not_written_right_is_guessed(text: str, meant: str) -> None:
    assert ends_meant(text) == meant


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("21:00-08:00", (1260, 480)), ("12:00 - 13:30", (720, 810)), ("22:00-24:00", (1320, 0)), ("00:00-24:00", (0, 1440))],
)
def test_quiet_hours_are_minutes_of_the_local_day(text: str, minutes: tuple[int, int]) -> None:
    assert quiet_hours(text) == minutes


@pytest.mark.parametrize(
    "text", ["21-8", "25:00-08:00", "08:00-08:00", "00:00-00:00", "24:00-24:00", "24:00-00:00", "21:00", "24:30-08:00"]
)
def test_quiet_hours_that_begin_when_they_end_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"quiet hours|times"):
        quiet_hours(text)


def test_opening_hours_are_read_per_weekday() -> None:
    assert opening_hours("Mon-Wed 09:00-17:30, Sat 10:00-14:00") == ((0, 540, 1050), (1, 540, 1050), (2, 540, 1050), (5, 600, 840))
    assert opening_hours("Fri-Mon 09:00-12:00, 13:00-17:00")[:2] == ((0, 540, 720), (0, 780, 1020))
    assert len(opening_hours("daily 07:00-22:00")) == 7
    assert opening_hours("always")[6] == (6, 0, 1440)


@pytest.mark.parametrize("text", ["Mon-Fri", "09:00-17:00", "Mo-Fr 09:00-17:00", "Mon 17:00-09:00", "Mon 09:00-09:00", ""])
def test_what_are_no_opening_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="opening hours"):
        opening_hours(text)


def test_a_cap_says_how_many_of_what_in_which_time() -> None:
    three, question, bare = cap("3 contacts per 7d"), cap("1 question per 30d"), cap("2 per 48h")

    assert (three.limit, three.window_ms, three.text) == (3, 168 * HOUR, "3 contacts per 7d")
    assert question.types == (ActionType.LISTEN,)
    assert bare.types == three.types
    assert cap("0 offers per 7d").limit == 0
    assert ActionType.ANSWER not in three.types


@pytest.mark.parametrize(
    "text", ["3", "3 a week", "3 mails per 7d", "9 contacts per 7d", "2 per 0h", "1 apology per 7d", "-1 per 7d", "2 per 7 fortnights"]
)
def test_what_a_cap_cannot_mean_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a cap|a duration"):
        cap(text)
