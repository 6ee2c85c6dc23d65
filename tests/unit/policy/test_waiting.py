"""Warnings about quiet hours that last longer than a decision lives, and about offers that end on a fixed day."""

from __future__ import annotations

from datetime import date

import pytest

from platinum.policy.compile import compile_policy
from platinum.policy.waiting import lapsed
from tests.builders.policy_text import a_policy_text

FIXED = ("ends: 14d", "ends: 2026-06-30")
SORRY = """
  sorry:
    type: apology
    channels: [email]
    expires: {life}
    words: "We are sorry."
  planner:"""


def warnings(*changes: tuple[str, str]) -> list[str]:
    return list(compile_policy(a_policy_text(*changes).encode()).warnings)


@pytest.mark.parametrize(("life", "warned"), [("8h", True), ("10h", True), ("11h", False), ("2d", False)])
def test_what_quiet_hours_hold_must_outlive_them(life: str, warned: bool) -> None:
    survey = SORRY.replace("{life}", life).replace("apology", "listen")

    found = [one for one in warnings(("\n  planner:", survey)) if "sorry" in one]

    assert len(found) == warned
    assert all("actions.sorry.expires" in one and "'email'" in one and "wait 11h or longer" in one for one in found)


def test_what_is_owed_lives_from_when_it_is_sent_and_needs_no_warning() -> None:
    assert not [one for one in warnings(("\n  planner:", SORRY.replace("{life}", "1h"))) if "sorry" in one]


def test_what_quiet_hours_do_not_hold_need_not_outlive_them() -> None:
    recall = SORRY.replace("{life}", "1h").replace("apology", "notice")

    assert not [one for one in warnings(("\n  planner:", recall)) if "sorry" in one]


def test_a_channel_whose_decisions_die_in_its_quiet_hours_is_warned_about() -> None:
    found = [one for one in warnings(('quiet: "21:00-08:00"', 'expires: 3h, quiet: "21:00-08:30"')) if "quiet hours" in one]

    assert all("channels.email.expires" in one and "690min or longer" in one for one in found)
    assert {name for name in ("thanks", "planner", "free-delivery") if any(f"'{name}'" in one for one in found)} == {
        "thanks",
        "planner",
        "free-delivery",
    }


def test_a_channel_that_is_quiet_all_day_is_warned_about_and_compiles() -> None:
    policy = compile_policy(a_policy_text(('quiet: "21:00-08:00"', 'quiet: "00:00-24:00"')).encode())
    email = policy.tables.channels[policy.channels.index("email")]

    assert (email["quiet_from"], email["quiet_to"]) == (0, 1440)
    assert [one for one in policy.warnings if "nothing is ever sent" in one]


def test_an_offer_that_ends_on_a_fixed_day_is_warned_about_on_any_day() -> None:
    assert [one for one in warnings(FIXED) if "2026-06-30" in one and "14d counts" in one]
    assert not [one for one in warnings() if "14d counts" in one]


@pytest.mark.parametrize(("today", "past"), [("2026-06-30", False), ("2026-07-01", True)])
def test_a_day_in_the_past_is_told_apart_by_who_knows_the_day(today: str, past: bool) -> None:
    policy = compile_policy(a_policy_text(FIXED).encode())

    found = lapsed(policy, "shop.yaml", date.fromisoformat(today))

    assert len(found) == past
    assert all("shop.yaml" in one or "actions.free-delivery.terms.ends" in one for one in found)
