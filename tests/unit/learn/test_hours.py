"""At which hour contacts are taken: smoothed over the circle of the week, drawn to the channel's rate; and what decisions are given."""

from __future__ import annotations

from base64 import b64decode

import numpy as np
import pytest

from platinum.learn.example import Example, decoded
from platinum.learn.hours import HOURS, Hours, rates_of
from platinum.learn.taught import HALF_LIFE_MS
from platinum.pipeline.learned_hours import set_hours
from platinum.policy import tables as t
from tests.builders.tables import a_channel, records
from tests.builders.taught import NOW_MS, a_fact


def sent(hour: int, n: int, taken: int, channel: str = "email", outbound: bool = True) -> list[Example]:
    """``n`` contacts at an hour of the week."""
    facts = [a_fact(i, channel=channel, hour=hour, accepted=i < taken, outbound=outbound, made_ms=NOW_MS) for i in range(n)]
    return decoded(facts)


def told(*some: list[Example]) -> Hours:
    found = Hours(HALF_LIFE_MS)
    for one in some:
        found.add(one)
    return found


def rates(found: Hours, channel: str = "email") -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.frombuffer(b64decode(found.judged(NOW_MS)[channel]["rates"]), "<f4")


def test_the_rate_of_an_hour_is_that_of_the_published_form() -> None:
    """(S_h + s0·r) / (N_h + s0) over ¼, ½, ¼ of the hour before, itself and the one behind it (treatment-formulas 3.2, send time)."""
    found = rates(told(sent(10, 80, 40), sent(11, 40, 4), sent(100, 120, 0)))

    everywhere = 44 / 240
    for hour, s, n in ((10, 0.5 * 40 + 0.25 * 4, 0.5 * 80 + 0.25 * 40), (9, 10, 20), (12, 1, 10), (50, 0, 0)):
        assert found[hour] == pytest.approx((s + 20 * everywhere) / (n + 20), rel=1e-6)


def test_sunday_s_last_hour_lies_beside_monday_s_first() -> None:
    accepted, contacts = np.zeros(HOURS), np.zeros(HOURS)
    accepted[HOURS - 1], contacts[HOURS - 1], contacts[80] = 50.0, 50.0, 50.0

    found = rates_of(accepted, contacts)

    assert found[0] == found[HOURS - 2] > found[40] > found[80]


def test_what_was_shown_to_who_came_to_us_had_no_hour_to_choose() -> None:
    assert told(sent(3, 50, 50, outbound=False)).judged(NOW_MS) == {}


def test_partitions_add_up_whatever_each_heard_first() -> None:
    parts = [sent(3, 20, 5), sent(4, 10, 9, channel="push"), sent(3, 7, 0)]
    together, apart = told(*parts), told(parts[1], parts[2])
    apart.merge(told(parts[0]))

    assert apart.judged(NOW_MS) == together.judged(NOW_MS)


def test_decisions_are_given_the_rates_of_the_channels_that_the_policy_still_has() -> None:
    channels = records(t.CHANNEL, a_channel("web", 0), a_channel("email"))
    found = told(sent(3, 50, 30), sent(9, 50, 5, channel="fax"))

    set_hours(channels, ["web", "email"], {"hours": found.judged(NOW_MS)})

    assert channels["hour_rate"][1].tolist() == rates(found).tolist()
    assert not channels["hour_rate"][0].any()
